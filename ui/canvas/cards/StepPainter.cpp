// SPDX-License-Identifier: MIT
#include "canvas/cards/StepPainter.h"

#include "canvas/cards/CardGround.h"
#include "canvas/cards/PortNames.h"
#include "model/Format.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace millrace {

namespace {

void drawText(QPainter &painter, const QRectF &place, const QStaticText &text)
{
    painter.drawStaticText(QPointF(place.left(), place.center().y() - text.size().height() / 2), text);
}

double fillOf(const StepGauge &gauge)
{
    if (gauge.capacity > 0)
        return std::min(1.0, double(gauge.depth) / gauge.capacity);
    // Without a bound, the bar says the order of magnitude: a million batches fill it.
    return std::min(1.0, std::log10(1.0 + gauge.depth) / 6);
}

/// The scale that the painter draws with, the device's pixels included.
double deviceScale(const QPainter &painter)
{
    return painter.worldTransform().m11() * painter.device()->devicePixelRatioF();
}

/// A size that is at least as large, of few, so that zooming doesn't render each drawing at every size.
int steppedSize(double pixels)
{
    for (const int size : {16, 22, 32, 44, 66, 88})
        if (pixels <= size + 0.5)
            return size;
    return 132;
}

/// `filled`: pixels at 100 % of its width.
void drawBar(QPainter &painter, QRectF bar, double filled, GaugeLevel level, const Colors &colors)
{
    const double radius = bar.height() / 2;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.track);
    painter.drawRoundedRect(bar, radius, radius);
    if (filled <= 0)
        return;
    const std::array levels{colors.calm, colors.warn, colors.full};
    painter.setBrush(levels[size_t(level)]);
    bar.setWidth(filled);
    painter.drawRoundedRect(bar, radius, radius);
}

/// The dots are in the last row of a card: where that is.
uint32_t heightOf(const StepGeometry &geometry)
{
    return uint32_t(geometry.card().height());
}

QTransform onWholePixels(const QTransform &world, double devicePixelRatio)
{
    if (world.type() > QTransform::TxScale)
        return world;
    const auto whole = [devicePixelRatio](double at) { return std::round(at * devicePixelRatio) / devicePixelRatio; };
    return {world.m11(), 0, 0, world.m22(), whole(world.dx()), whole(world.dy())};
}

} // namespace

StepPainter::StepPainter(const Theme &theme) : m_theme(theme), m_texts(theme)
{
    refresh();
}

void StepPainter::refresh()
{
    m_texts.forget();
    m_stamps.forget();
}

QColor StepPainter::blockColor(const StepLook &look) const
{
    const Colors &colors = m_theme.colors();
    if (look.view.hasError || (look.gauge && look.gauge->state == StepState::Failed))
        return colors.bad;
    if (look.gauge && (!look.gauge->limit.isEmpty() || look.gauge->isDoneWithErrors()))
        return colors.warn;
    if (!look.gauge)
        return m_isPicture ? Theme::familyColor(look.view.family) : colors.muted;
    switch (look.gauge->state) {
    case StepState::Busy: return colors.calm;
    case StepState::Done: return look.gauge->gotNothing ? colors.muted : colors.calm;
    case StepState::Blocked: return colors.warn;
    default: return colors.muted;
    }
}

void StepPainter::paint(QPainter &painter, const StepLook &look, double zoom) const
{
    const Detail detail = detailAt(zoom);
    if (detail == Detail::Blocks) {
        paintBlock(painter, look, zoom);
        return;
    }
    // On whole pixels, as the stamps are: all parts keep their distances while the paper glides.
    const QTransform world = painter.worldTransform();
    painter.setWorldTransform(onWholePixels(world, painter.device()->devicePixelRatioF()));
    const bool isFaded = look.hint == DropHint::Refused || !look.view.isEnabled;
    if (isFaded)
        painter.setOpacity(0.4);
    paintBack(painter, look, detail);
    paintHead(painter, look, detail);
    if (look.view.hasInput)
        paintQueue(painter, look, detail);
    paintWorkers(painter, look, detail);
    if (detail == Detail::Full)
        paintPortNames(painter, look, m_theme.colors(), m_texts.fonts(0).small.font());
    if (isFaded)
        painter.setOpacity(1);
    paintBadges(painter, look, zoom);
    painter.setWorldTransform(world);
}

void StepPainter::paintBlock(QPainter &painter, const StepLook &look, double zoom) const
{
    const QRectF card = look.geometry.card();
    QColor color = blockColor(look);
    color.setAlphaF(look.hint == DropHint::Refused || !look.view.isEnabled ? 0.3F : 0.85F);
    painter.fillRect(card, color);
    painter.setBrush(Qt::NoBrush);
    // Not by colour alone: what has failed is crossed out, what limits the run has a ring.
    if (color.rgb() == m_theme.colors().bad.rgb()) {
        painter.setPen(QPen(m_theme.colors().window, 1.5 / zoom));
        painter.drawLine(card.topLeft(), card.bottomRight());
        painter.drawLine(card.bottomLeft(), card.topRight());
    } else if (look.gauge && !look.gauge->limit.isEmpty()) {
        const double away = 3 / zoom;
        painter.setPen(QPen(m_theme.colors().warn, 1.5 / zoom));
        painter.drawRect(card.adjusted(-away, -away, away, away) & look.geometry.bounds());
    }
    if (look.isSelected) {
        painter.setPen(QPen(m_theme.colors().accent, 2 / zoom));
        painter.drawRect(card);
    }
}

void StepPainter::paintBack(QPainter &painter, const StepLook &look, Detail detail) const
{
    constexpr double Margin = StepGeometry::PortRadius + 2; // the ring of a selected card is within it too
    const CardGround back = backOf(look, detail, m_theme.colors());
    m_stamps.draw(painter, back.key(), look.geometry.card().adjusted(-Margin, -Margin, Margin, Margin),
                  [&](QPainter &stamp) { drawBack(stamp, back, look.geometry, m_theme.colors()); });
}

void StepPainter::drawGlyph(QPainter &painter, const QRectF &place, const QString &name, const QColor &color) const
{
    const int size = steppedSize(place.width() * deviceScale(painter));
    painter.drawPixmap(place, m_theme.glyph(name, color, size, 1), QRectF(0, 0, size, size));
}

void StepPainter::paintHead(QPainter &painter, const StepLook &look, Detail detail) const
{
    const Colors &colors = m_theme.colors();
    QRectF name = look.geometry.name();
    painter.setFont(m_texts.fontsOf(look).names.font());
    painter.setPen(colors.text);
    if (CardTexts::isAlone(look.texts.size)) {
        name.setLeft(StepGeometry::Padding);
        drawText(painter, name, look.texts.name);
        return;
    }
    const QRectF tile = look.geometry.tile();
    const int size = steppedSize(tile.width() * deviceScale(painter));
    painter.drawPixmap(tile, m_theme.tile(look.view.icon, look.view.family, size, 1), QRectF(0, 0, size, size));
    drawText(painter, name, look.texts.name);
    if (detail == Detail::Full && CardTexts::hasSummary(look.texts.size)) {
        painter.setFont(m_texts.fontsOf(look).small.font());
        const bool isElsewhere = look.gauge && !look.gauge->elsewhere.isEmpty();
        painter.setPen(isElsewhere && look.gauge->hasLostWorkers ? colors.warnText : colors.muted);
        drawText(painter, look.geometry.summary(), isElsewhere ? look.texts.elsewhere : look.texts.summary);
    }
    paintState(painter, look);
}

void StepPainter::paintState(QPainter &painter, const StepLook &look) const
{
    if (!look.gauge)
        return;
    const Colors &colors = m_theme.colors();
    const QRectF place = look.geometry.stateIcon();
    if (look.gauge->wasStopped)
        drawGlyph(painter, place, QStringLiteral("stop"), colors.muted);
    switch (look.gauge->state) {
    case StepState::Idle: break;
    case StepState::Busy: drawGlyph(painter, place, QStringLiteral("run"), colors.calm); break;
    case StepState::Blocked: drawGlyph(painter, place, QStringLiteral("blocked"), colors.warn); break;
    case StepState::Starved:
    case StepState::WaitingForCore: drawGlyph(painter, place, QStringLiteral("waiting"), colors.muted); break;
    case StepState::Paused: drawGlyph(painter, place, QStringLiteral("pause"), colors.muted); break;
    case StepState::Failed: drawGlyph(painter, place, QStringLiteral("error"), colors.bad); break;
    case StepState::Done:
        if (look.gauge->isDoneWithErrors())
            drawGlyph(painter, place, QStringLiteral("warning"), colors.warn);
        else
            drawGlyph(painter, place, QStringLiteral("check"), look.gauge->gotNothing ? colors.muted : colors.calm);
        break;
    }
}

void StepPainter::paintQueue(QPainter &painter, const StepLook &look, Detail detail) const
{
    const Colors &colors = m_theme.colors();
    const StepGeometry &geometry = look.geometry;
    QRectF bar = geometry.queueBar();
    if (detail == Detail::Full) {
        painter.setFont(m_texts.fontsOf(look).small.font());
        painter.setPen(look.gauge && look.gauge->wasEnlarged ? colors.warnText : colors.muted);
        if (CardTexts::hasQueueLabel(look.texts.size))
            drawText(painter, geometry.queueLabel(), look.texts.queue);
        else
            bar.setLeft(StepGeometry::Padding);
        const QRectF place = geometry.queueText();
        drawText(painter, {place.right() - look.texts.depthWidth, place.top(), look.texts.depthWidth, place.height()},
                 look.texts.depth);
        bar.setRight(std::min(bar.right(), place.right() - look.texts.depthWidth - 8));
    } else {
        bar = QRectF(StepGeometry::Padding, bar.top() - 1, StepGeometry::Width - 2 * StepGeometry::Padding, 9);
    }
    const double fill = look.gauge ? fillOf(*look.gauge) : 0;
    const GaugeLevel level = gaugeLevel(look.gauge && look.gauge->capacity ? fill : 0, m_limits);
    bar.setRight(std::floor(bar.right()));
    const double filled = fill > 0 ? std::max(bar.height(), std::round(bar.width() * fill * 2) / 2) : 0;
    m_stamps.draw(
        painter,
        {{uint32_t(Stamp::Queue), uint32_t(detail), uint32_t(bar.width()), uint32_t(filled * 2), uint32_t(level)}}, bar,
        [&](QPainter &stamp) { drawBar(stamp, bar, filled, level, colors); });
}

void StepPainter::paintWorkers(QPainter &painter, const StepLook &look, Detail detail) const
{
    const Colors &colors = m_theme.colors();
    const StepGeometry &geometry = look.geometry;
    const int workers = look.gauge ? look.gauge->workers : look.view.workers;
    const int busy = look.gauge ? look.gauge->busyWorkers : 0;
    const bool isCounted = workers > StepGeometry::MostDots;
    const int dots = isCounted ? 1 : workers;
    m_stamps.draw(painter,
                  {{uint32_t(Stamp::Workers), uint32_t(dots), uint32_t(std::min(busy, dots)), heightOf(geometry)}},
                  geometry.dots(), [&](QPainter &stamp) {
                      stamp.setPen(Qt::NoPen);
                      for (int i = 0; i < dots; ++i) {
                          stamp.setBrush(i < busy ? colors.calm : colors.track);
                          stamp.drawEllipse(geometry.dot(i));
                      }
                  });
    painter.setFont(m_texts.fontsOf(look).small.font());
    painter.setPen(colors.muted);
    if (isCounted && detail == Detail::Full)
        drawText(painter, geometry.rate().translated(12, 0), look.texts.workers);
    const QRectF place = geometry.rate();
    const double unit = place.right() - look.texts.unitWidth;
    drawText(painter, {unit, place.top(), look.texts.unitWidth, place.height()}, look.texts.rateUnit);
    if (look.texts.rateWidth <= 0)
        return;
    painter.setFont(m_texts.fontsOf(look).bold.font());
    painter.setPen(colors.text);
    drawText(painter, {unit - look.texts.rateWidth, place.top(), look.texts.rateWidth, place.height()},
             look.texts.rate);
}

void StepPainter::paintBadges(QPainter &painter, const StepLook &look, double zoom) const
{
    constexpr double LeastForWords = 0.5; // zoom below which small text is a smear
    const Colors &colors = m_theme.colors();
    const auto badge = [&](const QRectF &place, const QColor &fill, const QColor &ink, const QStaticText &text,
                           double width, double radius) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawRoundedRect(place, radius, radius);
        if (zoom < LeastForWords && text.text().size() > 1)
            return;
        painter.setPen(ink);
        painter.setFont(m_texts.badgeFontsOf(look).bold.font());
        drawText(painter, {place.center().x() - width / 2, place.top(), width, place.height()}, text);
    };
    if (look.texts.limitWidth > 0 && zoom < LeastForWords) {
        const QRectF place = look.geometry.limitSign();
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.warn);
        painter.drawRoundedRect(place, 6, 6);
        QRectF sign(0, 0, place.height(), place.height());
        sign.moveCenter(place.center());
        drawGlyph(painter, sign, QStringLiteral("gauge"), colors.onWarn);
    } else if (look.texts.limitWidth > 0)
        badge(look.geometry.limitBadge(look.texts.limitWidth), colors.warn, colors.onWarn, look.texts.limit,
              look.texts.limitWidth, 4);
    if (look.texts.cornerWidth > 0) {
        // Red is what a person must act on. Items that failed as the step was told to let them are none of that.
        const bool isBad =
            look.view.hasError || (look.view.problemCount == 0 && look.gauge && look.gauge->state == StepState::Failed);
        badge(look.geometry.cornerBadge(look.texts.cornerWidth), isBad ? colors.bad : colors.warn,
              isBad ? colors.window : colors.onWarn, look.texts.corner, look.texts.cornerWidth, 9);
    }
    if (!look.pending.isEmpty()) {
        const QRectF place = look.geometry.pendingBadge();
        painter.setPen(Qt::NoPen);
        painter.setBrush(look.isLeftOut ? colors.muted : colors.accent);
        painter.drawEllipse(place);
        drawGlyph(painter, place.adjusted(3.5, 3.5, -3.5, -3.5),
                  look.isLeftOut ? QStringLiteral("left-out") : QStringLiteral("restart"),
                  look.isLeftOut ? colors.window : colors.onAccent);
    }
}

} // namespace millrace
