// SPDX-License-Identifier: MIT
#include "monitor/RunProgress.h"

#include "model/Format.h"

#include <QPainter>

#include <algorithm>

namespace millrace {

namespace {

constexpr int LeastBar = 90, MostBar = 260;
constexpr int Gap = 12;

bool isUnderWay(RunState state)
{
    return state == RunState::Running || state == RunState::Stopping || state == RunState::Paused;
}

QString headOf(const RunFigures &figures)
{
    if (figures.state == RunState::Running && figures.progress)
        return formatPercent(*figures.progress);
    if (figures.state == RunState::Paused && figures.progress)
        return QStringLiteral("%1 · %2").arg(stateText(figures.state), formatPercent(*figures.progress));
    if (figures.end == RunEnd::WithErrors)
        return figures.hasAllFailed ? RunProgress::tr("Finished, all items failed")
                                    : RunProgress::tr("Finished with %1")
                                          .arg(formatNoun(figures.errors, RunProgress::tr("failed item")));
    return stateText(figures.state);
}

QString itemsOf(const RunFigures &figures)
{
    if (figures.drain) {
        const QString batches =
            formatNoun(figures.drain->batches, RunProgress::tr("batch"), RunProgress::tr("batches"));
        const double seconds = figures.drain->seconds.value_or(0);
        return seconds < 1 ? RunProgress::tr("finishing %1").arg(batches)
                           : RunProgress::tr("finishing %1, about %2").arg(batches, formatDuration(seconds));
    }
    if (isUnderWay(figures.state) && figures.totalItems)
        return QStringLiteral("%1 of %2 items").arg(formatCount(figures.items), formatCount(*figures.totalItems));
    return formatNoun(figures.items, QStringLiteral("item"));
}

QString rateOf(const RunFigures &figures)
{
    const QString rate = figures.itemsPerSecond < 100
                             ? formatShort(figures.itemsPerSecond) + QStringLiteral(" items/s")
                             : formatCount(uint64_t(figures.itemsPerSecond)) + QStringLiteral(" items/s");
    if (!isUnderWay(figures.state))
        return QStringLiteral("%1 · %2").arg(formatElapsed(figures.seconds), rate);
    if (figures.secondsLeft && figures.state == RunState::Running)
        return QStringLiteral("%1 · %2 left").arg(rate, formatDuration(*figures.secondsLeft));
    return figures.state == RunState::Running ? rate : QString();
}

/// What stands for the state beside its colour; empty: it moves, and that says enough.
QString glyphOf(const RunFigures &figures)
{
    switch (figures.end) {
    case RunEnd::Finished: return QStringLiteral("check");
    case RunEnd::WithErrors: return QStringLiteral("warning");
    case RunEnd::Failed: return QStringLiteral("error");
    case RunEnd::Stopped: return QStringLiteral("stop");
    case RunEnd::None: break;
    }
    return figures.state == RunState::Paused ? QStringLiteral("pause") : QString();
}

QColor colorOf(const RunFigures &figures, const Colors &colors)
{
    switch (figures.end) {
    case RunEnd::Finished: return colors.calm;
    case RunEnd::WithErrors: return colors.warn;
    case RunEnd::Failed: return colors.bad;
    case RunEnd::Stopped: return colors.muted;
    case RunEnd::None: break;
    }
    const bool goesOn = figures.state == RunState::Running;
    return goesOn ? colors.accent : colors.muted;
}

} // namespace

RunProgress::RunProgress(Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Progress of the run"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_motion.setInterval(40);
    connect(&m_motion, &QTimer::timeout, this, [this] {
        m_phase = (m_phase + 3) % 200;
        update();
    });
    connect(&theme, &Theme::changed, this, QOverload<>::of(&QWidget::update));
}

void RunProgress::setFigures(const RunFigures &figures)
{
    const QString head = headOf(figures), items = itemsOf(figures), rate = rateOf(figures);
    const bool moves = figures.state == RunState::Running && !figures.progress;
    if (moves != m_motion.isActive())
        moves ? m_motion.start() : m_motion.stop();
    const bool isSame = m_figures && head == m_head && items == m_items && rate == m_rate
                        && m_figures->state == figures.state && m_figures->end == figures.end
                        && m_figures->progress == figures.progress;
    m_figures = figures;
    if (isSame)
        return;
    m_head = head;
    m_items = items;
    m_rate = rate;
    setAccessibleDescription(QStringLiteral("%1, %2, %3").arg(head, items, rate));
    update();
}

void RunProgress::clear()
{
    m_motion.stop();
    m_figures.reset();
    update();
}

QSize RunProgress::sizeHint() const
{
    return {620, 30};
}

QSize RunProgress::minimumSizeHint() const
{
    return {LeastBar + 60, 30};
}

void RunProgress::paintBar(QPainter &painter, const QRectF &place) const
{
    const Colors &colors = m_theme.colors();
    const double radius = place.height() / 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.track);
    painter.drawRoundedRect(place, radius, radius);
    painter.setBrush(colorOf(*m_figures, colors));
    QRectF filled = place;
    if (m_figures->progress || !isUnderWay(m_figures->state)) {
        filled.setWidth(place.width() * std::clamp(m_figures->progress.value_or(1), 0.0, 1.0));
    } else {
        const double share = m_phase < 100 ? m_phase / 100.0 : (200 - m_phase) / 100.0;
        filled.setWidth(place.width() * 0.25);
        filled.moveLeft(place.left() + (place.width() - filled.width()) * share);
    }
    if (filled.width() > 0)
        painter.drawRoundedRect(filled, std::min(radius, filled.width() / 2), radius);
}

void RunProgress::paintEvent(QPaintEvent *)
{
    if (!m_figures)
        return;
    const Colors &colors = m_theme.colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont body = m_theme.font(FontRole::Body), strong = m_theme.font(FontRole::Strong);
    const QFontMetrics bodyMetrics(body), strongMetrics(strong);
    const int head = strongMetrics.horizontalAdvance(m_head);
    const QString separated = QStringLiteral(" · ") + m_items;
    int items = bodyMetrics.horizontalAdvance(separated), rate = bodyMetrics.horizontalAdvance(m_rate);
    // What is least important goes first where it is narrow.
    const QString glyph = glyphOf(*m_figures);
    const int sign = glyph.isEmpty() ? 0 : strongMetrics.height();
    const int signGap = sign ? 5 : 0;
    if (width() < LeastBar + Gap + sign + signGap + head + items + Gap + rate)
        rate = 0;
    if (width() < LeastBar + Gap + sign + signGap + head + items)
        items = 0;
    const int texts = sign + signGap + head + items + (rate ? Gap + rate : 0);
    const int bar = std::clamp(width() - Gap - texts, LeastBar, MostBar);
    paintBar(painter, QRectF(0, height() / 2.0 - 3, bar, 6));
    int x = bar + Gap;
    if (sign)
        painter.drawPixmap(x, (height() - sign) / 2, sign, sign,
                           m_theme.glyph(glyph, colorOf(*m_figures, colors), sign, devicePixelRatioF()));
    x += sign + signGap;
    const auto draw = [&](const QFont &font, const QColor &color, const QString &text, int advance) {
        painter.setFont(font);
        painter.setPen(color);
        painter.drawText(QRect(x, 0, advance + 2, height()), Qt::AlignVCenter | Qt::TextSingleLine, text);
        x += advance;
    };
    draw(strong, colors.text, m_head, head);
    if (items)
        draw(body, colors.text, separated, items);
    x += Gap;
    if (rate)
        draw(body, colors.muted, m_rate, rate);
}

} // namespace millrace
