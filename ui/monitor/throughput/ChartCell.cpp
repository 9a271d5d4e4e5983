// SPDX-License-Identifier: MIT
#include "monitor/throughput/ChartCell.h"

#include "model/Format.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPolygonF>

#include <algorithm>
#include <cmath>
#include <functional>

namespace millrace {

namespace {

// Pixels at 100 %.
constexpr double LeastWidth = 260, LeastHeight = 72, HeadHeight = 22, QueueHeight = 12, Side = 12, QueueGap = 3;

double xIn(const QRectF &plot, const TimeStretch &stretch, double seconds)
{
    return plot.left() + (seconds - stretch.from()) / stretch.length() * plot.width();
}

/// The greatest value within each pixel, and the points beside the edges, so that a curve goes on to them.
QPolygonF curveOf(const QRectF &plot, const ChartFrame &frame, const std::vector<float> &values, double most)
{
    const auto &times = frame.seconds;
    const auto begin = std::ranges::lower_bound(times, frame.stretch.from());
    const auto end = std::ranges::upper_bound(times, frame.stretch.to());
    size_t first = size_t(begin - times.begin()), last = std::min(size_t(end - times.begin()) + 1, times.size());
    first -= first > 0 ? 1 : 0;
    QPolygonF curve;
    for (size_t i = first; i < last;) {
        const double x = xIn(plot, frame.stretch, times[i]);
        float greatest = values[i];
        size_t next = i + 1;
        while (next < last && xIn(plot, frame.stretch, times[next]) < x + 1)
            greatest = std::max(greatest, values[next++]);
        curve << QPointF(x, plot.bottom() - plot.height() * std::min(1.0, double(greatest) / most));
        i = next;
    }
    return curve;
}

double mostWithin(const ChartFrame &frame, const std::vector<float> &values)
{
    const auto begin = std::ranges::lower_bound(frame.seconds, frame.stretch.from()) - frame.seconds.begin();
    const auto end = std::ranges::upper_bound(frame.seconds, frame.stretch.to()) - frame.seconds.begin();
    const auto most = std::max_element(values.begin() + begin, values.begin() + end);
    return most == values.begin() + end ? 0 : double(*most);
}

/// The area between a curve and the ground.
void fillBelow(QPainter &painter, const QPolygonF &curve, const QRectF &plot, const QColor &color)
{
    if (curve.isEmpty())
        return;
    QPolygonF area = curve;
    area << QPointF(curve.last().x(), plot.bottom()) << QPointF(curve.first().x(), plot.bottom());
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(area);
}

} // namespace

QSizeF ChartCell::leastSize() const
{
    return QSizeF(LeastWidth, LeastHeight) * m_theme.fontScale();
}

QRectF ChartCell::plotOf(const QRectF &cell) const
{
    return cell.adjusted(Side, HeadHeight * m_theme.fontScale(), -Side, -8);
}

size_t ChartCell::pointAt(const ChartFrame &frame)
{
    const size_t last = frame.seconds.size() - 1;
    if (!frame.cursor)
        return last;
    return std::min(last, size_t(std::ranges::lower_bound(frame.seconds, *frame.cursor) - frame.seconds.begin()));
}

QString ChartCell::spoken(const Content &content, size_t point)
{
    const QString rate = QStringLiteral("%1 items/s").arg(formatShort(double(content.series.itemsPerSecond[point])));
    return content.hasQueue
               ? QStringLiteral("%1, queue %2").arg(rate, formatPercent(double(content.series.queueShare[point])))
               : rate;
}

void ChartCell::paint(QPainter &painter, const QRectF &cell, const Content &content, const ChartFrame &frame) const
{
    const Colors &colors = m_theme.colors();
    if (content.isSelected) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.selection);
        painter.drawRoundedRect(cell.adjusted(3, 2, -3, -2), 6, 6);
    }
    paintHead(painter, cell, content, pointAt(frame));
    QRectF plot = plotOf(cell);
    QRectF strip = plot;
    strip.setTop(plot.bottom() - QueueHeight);
    plot.setBottom(strip.top() - QueueGap);
    painter.save();
    painter.setClipRect(plotOf(cell).adjusted(-1, -2, 1, 1));
    paintRate(painter, plot, content, frame);
    if (content.hasQueue)
        paintQueue(painter, strip, content, frame);
    paintMarks(painter, plotOf(cell), content, frame);
    if (frame.cursor) {
        const double x = std::round(xIn(plot, frame.stretch, *frame.cursor)) + 0.5;
        painter.setPen(QPen(colors.muted, 1));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, strip.bottom()));
    }
    painter.restore();
}

void ChartCell::paintHead(QPainter &painter, const QRectF &cell, const Content &content, size_t point) const
{
    const Colors &colors = m_theme.colors();
    QRectF head = cell.adjusted(Side, 4, -Side, 0);
    head.setHeight(HeadHeight * m_theme.fontScale() - 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(content.color);
    painter.drawRoundedRect(QRectF(head.left(), head.center().y() - 4, 8, 8), 2, 2);
    const QFont small = m_theme.font(FontRole::Small), strong = m_theme.font(FontRole::SmallStrong);
    const QString queue =
        content.hasQueue ? QStringLiteral("   queue %1").arg(formatPercent(double(content.series.queueShare[point])))
                         : QString();
    const QString rate = QStringLiteral("%1/s").arg(formatShort(double(content.series.itemsPerSecond[point])));
    // The queue's word keeps its room, so that the rate stands still while it changes.
    const double room = content.hasQueue ? QFontMetricsF(small).horizontalAdvance(QStringLiteral("   queue 100 %")) : 0;
    painter.setFont(small);
    painter.setPen(colors.muted);
    painter.drawText(head, Qt::AlignRight | Qt::AlignVCenter, queue);
    painter.setFont(strong);
    painter.setPen(colors.text);
    painter.drawText(head.adjusted(0, 0, -room, 0), Qt::AlignRight | Qt::AlignVCenter, rate);
    const QFontMetricsF metrics(strong);
    const double width = head.width() - 14 - room - metrics.horizontalAdvance(rate) - 10;
    painter.drawText(head.adjusted(14, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(content.name, Qt::ElideRight, width));
}

void ChartCell::paintRate(QPainter &painter, const QRectF &plot, const Content &content, const ChartFrame &frame) const
{
    const Colors &colors = m_theme.colors();
    const double most = niceCeiling(mostWithin(frame, content.series.itemsPerSecond));
    painter.setPen(QPen(colors.line, 1));
    for (const double y : {plot.top(), plot.bottom()})
        painter.drawLine(QPointF(plot.left(), std::round(y) + 0.5), QPointF(plot.right(), std::round(y) + 0.5));
    const QPolygonF curve = curveOf(plot, frame, content.series.itemsPerSecond, most);
    QColor area = content.color;
    area.setAlphaF(0.16F);
    fillBelow(painter, curve, plot, area);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(content.color, content.isSelected ? 2 : 1.5));
    painter.drawPolyline(curve);
    painter.setFont(m_theme.font(FontRole::Small));
    const QString words = formatShort(most);
    QRectF place(plot.left(), plot.top() + 1, 0, QFontMetricsF(painter.font()).height());
    place.setWidth(QFontMetricsF(painter.font()).horizontalAdvance(words) + 6);
    QColor ground = content.isSelected ? colors.selection : colors.window;
    ground.setAlphaF(0.75F);
    painter.fillRect(place, ground); // over the curve, and read all the same
    painter.setPen(colors.muted);
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, words);
}

void ChartCell::paintQueue(QPainter &painter,
                           const QRectF &strip,
                           const Content &content,
                           const ChartFrame &frame) const
{
    const Colors &colors = m_theme.colors();
    painter.fillRect(strip, colors.track);
    fillBelow(painter, curveOf(strip, frame, content.series.queueShare, 1), strip, colors.warn);
}

/// The step's own changes have a line and, where there is room, words; those of others are faint.
void ChartCell::paintMarks(QPainter &painter, const QRectF &plot, const Content &content, const ChartFrame &frame) const
{
    constexpr double LeastWords = 40;
    const Colors &colors = m_theme.colors();
    painter.setFont(m_theme.font(FontRole::Small));
    const QFontMetricsF metrics(painter.font());
    for (size_t i = 0; i < frame.marks.size(); ++i) {
        const RunChange &mark = frame.marks[i];
        const double x = std::round(xIn(plot, frame.stretch, mark.seconds)) + 0.5;
        if (x < plot.left() || x > plot.right())
            continue;
        const bool isOwn = mark.step == content.step;
        painter.setPen(isOwn ? QPen(colors.text, 1, Qt::DashLine) : QPen(colors.edge, 1, Qt::DotLine));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
        if (!isOwn)
            continue;
        const auto next = std::find_if(frame.marks.begin() + ptrdiff_t(i) + 1, frame.marks.end(),
                                       [&](const RunChange &later) { return later.step == content.step; });
        const double end =
            next == frame.marks.end() ? plot.right() : std::min(plot.right(), xIn(plot, frame.stretch, next->seconds));
        if (end - x < LeastWords)
            continue;
        painter.setPen(colors.text);
        painter.drawText(QRectF(x + 4, plot.top(), end - x - 6, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(changeText(mark), Qt::ElideRight, end - x - 6));
    }
}

} // namespace millrace
