// SPDX-License-Identifier: MIT
#include "monitor/throughput/StepCharts.h"

#include "model/Format.h"
#include "monitor/throughput/ChartColors.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr int PaintInterval = 250; // milliseconds
constexpr double AxisRow = 20, LeastDrag = 6, ZoomStep = 1.5;
constexpr int MostSpoken = 8; // steps

const std::vector<RunChange> noChanges;

} // namespace

StepCharts::StepCharts(Theme &theme, QWidget *parent) : QAbstractScrollArea(parent), m_theme(theme), m_cell(theme)
{
    setAccessibleName(tr("Items a second and queues of the chosen steps over the run"));
    setFrameShape(NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    m_soon.setSingleShot(true);
    m_soon.setInterval(PaintInterval);
    connect(&m_soon, &QTimer::timeout, this, [this] {
        describe();
        viewport()->update();
    });
    connect(&theme, &Theme::changed, this, &StepCharts::arrange);
}

void StepCharts::setSources(const RunHistory *history,
                            const RunRecording *recording,
                            std::function<QString(const std::string &)> nameOf)
{
    m_history = history;
    m_recording = recording;
    m_nameOf = std::move(nameOf);
    follow();
}

void StepCharts::setSteps(std::vector<size_t> steps)
{
    m_steps = std::move(steps);
    arrange();
}

void StepCharts::setSelected(const std::string &step)
{
    if (m_selected == step)
        return;
    m_selected = step;
    viewport()->update();
}

void StepCharts::follow()
{
    const double end = m_history && m_history->size() > 0 ? m_history->seconds().back() : 0;
    m_stretch.follow(end);
    if (m_cursor && *m_cursor > std::max(end, TimeStretch::Shortest))
        m_cursor.reset();
    if (!m_soon.isActive())
        m_soon.start();
}

void StepCharts::zoomBy(double factor)
{
    m_stretch.zoom(factor, m_cursor.value_or((m_stretch.from() + m_stretch.to()) / 2));
    viewport()->update();
    Q_EMIT zoomed();
}

void StepCharts::showAll()
{
    m_stretch.showAll();
    viewport()->update();
    Q_EMIT zoomed();
}

/// Not while the history is another one, of which nobody has told yet.
bool StepCharts::hasChart() const
{
    return m_history && m_history->size() >= 2 && !m_steps.empty()
           && std::ranges::max(m_steps) < m_history->steps().size();
}

int StepCharts::columns() const
{
    const int most = std::max(1, int(viewport()->width() / m_cell.leastSize().width()));
    return std::clamp(int(m_steps.size()), 1, most);
}

/// So that whole rows fill the room.
double StepCharts::rowHeight() const
{
    constexpr double Highest = 2; // times the least
    const double least = m_cell.leastSize().height(), room = viewport()->height() - axisHeight();
    const int needed = std::max(1, (int(m_steps.size()) + columns() - 1) / columns());
    const int fitting = std::clamp(int(room / least), 1, needed);
    return std::clamp(std::floor(room / fitting), least, Highest * least);
}

double StepCharts::axisHeight() const
{
    return AxisRow * m_theme.fontScale();
}

QRectF StepCharts::cellAt(size_t place) const
{
    const int across = columns();
    const double width = double(viewport()->width()) / across, height = rowHeight();
    return {double(place % size_t(across)) * width,
            double(place / size_t(across)) * height - verticalScrollBar()->value(), width, height};
}

QRectF StepCharts::cellOf(size_t step) const
{
    const auto found = std::ranges::find(m_steps, step);
    return found == m_steps.end() ? QRectF() : cellAt(size_t(found - m_steps.begin()));
}

QColor StepCharts::colorOf(size_t step) const
{
    return chartColor(step, m_theme.colors().window);
}

std::optional<size_t> StepCharts::placeAt(QPointF at) const
{
    if (!hasChart() || at.y() >= viewport()->height() - axisHeight())
        return {};
    const int across = columns();
    const auto column = size_t(std::clamp(at.x() / (double(viewport()->width()) / across), 0.0, across - 1.0));
    const double y = (at.y() + verticalScrollBar()->value()) / rowHeight();
    const size_t place = size_t(std::max(0.0, y)) * size_t(across) + column;
    return place < m_steps.size() ? std::optional(place) : std::nullopt;
}

std::optional<double> StepCharts::secondsAt(QPointF at) const
{
    const auto place = placeAt(at);
    if (!place)
        return {};
    const QRectF plot = m_cell.plotOf(cellAt(*place));
    const double share = std::clamp((at.x() - plot.left()) / plot.width(), 0.0, 1.0);
    return m_stretch.from() + share * m_stretch.length();
}

ChartCell::Content StepCharts::contentOf(size_t step) const
{
    const auto &[id, series] = m_history->steps()[step];
    const auto place = m_recording ? m_recording->placeOf(id) : std::nullopt;
    const bool hasQueue =
        place && !m_recording->isEmpty() && m_recording->queueShare(m_recording->size() - 1, *place).has_value();
    return {id, series, m_nameOf(id), colorOf(step), hasQueue, id == m_selected};
}

ChartFrame StepCharts::frame() const
{
    return {m_stretch, m_history->seconds(), m_cursor, m_recording ? m_recording->changes() : noChanges};
}

void StepCharts::arrange()
{
    const auto rows = (m_steps.size() + size_t(columns()) - 1) / size_t(columns());
    const double room = viewport()->height() - axisHeight(), needed = double(rows) * rowHeight();
    verticalScrollBar()->setRange(0, std::max(0, int(std::ceil(needed - room))));
    verticalScrollBar()->setPageStep(std::max(1, int(room)));
    verticalScrollBar()->setSingleStep(int(rowHeight() / 2));
    describe();
    viewport()->update();
}

void StepCharts::setCursorTo(std::optional<double> seconds)
{
    if (m_cursor == seconds)
        return;
    m_cursor = seconds;
    describe();
    viewport()->update();
}

/// The figures of the moment, for people who hear them.
void StepCharts::describe()
{
    if (!hasChart()) {
        setAccessibleDescription({});
        return;
    }
    const ChartFrame shown = frame();
    const size_t point = ChartCell::pointAt(shown);
    QStringList words{formatMoment(m_history->seconds()[point], true)};
    for (const size_t step : m_steps) {
        if (words.size() > MostSpoken)
            break;
        const ChartCell::Content content = contentOf(step);
        words << QStringLiteral("%1: %2").arg(content.name, ChartCell::spoken(content, point));
    }
    setAccessibleDescription(words.join(QStringLiteral("; ")));
}

void StepCharts::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(viewport()->rect(), m_theme.colors().window);
    if (!hasChart()) {
        painter.setPen(m_theme.colors().muted);
        painter.drawText(viewport()->rect().adjusted(20, 0, -20, 0), Qt::AlignCenter | Qt::TextWordWrap,
                         m_history && m_history->size() >= 2
                             ? tr("Choose steps on the left.")
                             : tr("The charts show runs that take longer than half a second."));
        return;
    }
    const ChartFrame shown = frame();
    painter.setClipRect(QRectF(viewport()->rect()).adjusted(0, 0, 0, -axisHeight()));
    for (size_t place = 0; place < m_steps.size(); ++place) {
        const QRectF cell = cellAt(place);
        if (cell.bottom() >= 0 && cell.top() < viewport()->height() - axisHeight())
            m_cell.paint(painter, cell, contentOf(m_steps[place]), shown);
    }
    painter.setClipping(false);
    paintAxis(painter);
    paintDrag(painter);
    if (hasFocus()) {
        painter.setPen(QPen(m_theme.colors().accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(viewport()->rect()).adjusted(.5, .5, -.5, -.5));
    }
}

/// Below each column; at the cursor the moment stands in place of what would be there.
void StepCharts::paintAxis(QPainter &painter) const
{
    const Colors &colors = m_theme.colors();
    const double top = viewport()->height() - axisHeight();
    painter.fillRect(QRectF(0, top, viewport()->width(), axisHeight()), colors.window);
    painter.setPen(QPen(colors.line, 1));
    painter.drawLine(QPointF(0, top + .5), QPointF(viewport()->width(), top + .5));
    painter.setFont(m_theme.font(FontRole::Small));
    const QFontMetricsF metrics(painter.font());
    const bool hasTenths = m_stretch.length() < 10;
    const double room = metrics.horizontalAdvance(QStringLiteral("00:00.0")) + 14;
    for (int column = 0; column < columns(); ++column) {
        const QRectF plot = m_cell.plotOf(cellAt(size_t(column)));
        const auto label = [&](double seconds, const QColor &color) {
            const double x = plot.left() + (seconds - m_stretch.from()) / m_stretch.length() * plot.width();
            painter.setPen(color);
            painter.drawText(QRectF(std::clamp(x - room / 2, plot.left() - 8, plot.right() + 8 - room), top + 1, room,
                                    axisHeight() - 1),
                             Qt::AlignCenter, formatMoment(seconds, hasTenths));
            return x;
        };
        const double at = m_cursor ? label(*m_cursor, colors.text) : -1e9;
        const double step = niceCeiling(m_stretch.length() * room / plot.width());
        for (double second = std::ceil(m_stretch.from() / step) * step; second <= m_stretch.to(); second += step) {
            const double x = plot.left() + (second - m_stretch.from()) / m_stretch.length() * plot.width();
            if (std::abs(x - at) > room)
                label(second, colors.muted);
        }
    }
}

void StepCharts::paintDrag(QPainter &painter) const
{
    const auto place = m_press ? placeAt(*m_press) : std::nullopt;
    if (!place || std::abs(m_drag.x() - m_press->x()) < LeastDrag)
        return;
    const QRectF plot = m_cell.plotOf(cellAt(*place));
    QColor color = m_theme.colors().accent;
    color.setAlphaF(0.2F);
    const double from = std::clamp(std::min(m_press->x(), m_drag.x()), plot.left(), plot.right());
    const double to = std::clamp(std::max(m_press->x(), m_drag.x()), plot.left(), plot.right());
    painter.fillRect(QRectF(from, plot.top(), to - from, plot.height()), color);
}

void StepCharts::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    arrange();
}

bool StepCharts::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::Leave && !m_press)
        setCursorTo({});
    return QAbstractScrollArea::viewportEvent(event);
}

void StepCharts::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const auto place = placeAt(event->position());
    if (place && event->position().y() < m_cell.plotOf(cellAt(*place)).top()) {
        Q_EMIT stepWanted(m_history->steps()[m_steps[*place]].first);
        return;
    }
    m_press = m_drag = event->position();
}

void StepCharts::mouseMoveEvent(QMouseEvent *event)
{
    if (m_press) {
        m_drag = {event->position().x(), m_press->y()};
        setCursorTo(secondsAt(m_drag));
        viewport()->update();
    } else {
        setCursorTo(secondsAt(event->position()));
    }
}

void StepCharts::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_press || event->button() != Qt::LeftButton)
        return;
    const QPointF press = *m_press;
    m_press.reset();
    m_drag = event->position();
    const auto place = placeAt(press);
    if (place && std::abs(m_drag.x() - press.x()) >= LeastDrag) {
        const QRectF plot = m_cell.plotOf(cellAt(*place));
        const auto secondOf = [&](double x) {
            return m_stretch.from() + std::clamp((x - plot.left()) / plot.width(), 0.0, 1.0) * m_stretch.length();
        };
        m_stretch.show(secondOf(press.x()), secondOf(m_drag.x()));
        Q_EMIT zoomed();
    }
    viewport()->update();
}

void StepCharts::mouseDoubleClickEvent(QMouseEvent *event)
{
    m_press.reset();
    if (event->button() == Qt::LeftButton)
        showAll();
}

void StepCharts::wheelEvent(QWheelEvent *event)
{
    if (!(event->modifiers() & Qt::ControlModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    if (const auto at = secondsAt(event->position()))
        m_cursor = at;
    zoomBy(std::pow(ZoomStep, event->angleDelta().y() / 120.0));
    event->accept();
}

void StepCharts::keyPressEvent(QKeyEvent *event)
{
    constexpr double Steps = 60; // that the cursor takes from one end to the other
    const double second = m_cursor.value_or(m_stretch.to()), step = m_stretch.length() / Steps;
    const auto go = [this](double to) {
        if (to < m_stretch.from() || to > m_stretch.to())
            m_stretch.move(to < m_stretch.from() ? to - m_stretch.from() : to - m_stretch.to());
        setCursorTo(std::clamp(to, m_stretch.from(), m_stretch.to()));
    };
    switch (event->key()) {
    case Qt::Key_Left: go(second - step); return;
    case Qt::Key_Right: go(second + step); return;
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoomBy(ZoomStep); return;
    case Qt::Key_Minus: zoomBy(1 / ZoomStep); return;
    case Qt::Key_0:
    case Qt::Key_Home: showAll(); return;
    case Qt::Key_Escape:
        if (m_cursor || !m_stretch.isAll()) {
            m_cursor ? setCursorTo({}) : showAll();
            return;
        }
        break;
    default: break;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

} // namespace millrace
