// SPDX-License-Identifier: MIT
#include "monitor/ThroughputChart.h"

#include "model/Format.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace {

namespace {

constexpr int AxisWidth = 52, AxisHeight = 20, LegendWidth = 190, LegendRow = 17;

} // namespace

double niceCeiling(double value)
{
    if (value <= 0)
        return 1;
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (value <= factor * power * (1 + 1e-9))
            return factor * power;
    return 10 * power;
}

ThroughputChart::ThroughputChart(Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Items a second of each step over the run"));
    setMouseTracking(true);
    connect(&theme, &Theme::changed, this, QOverload<>::of(&QWidget::update));
}

void ThroughputChart::setHistory(const RunHistory *history, std::function<QString(const std::string &)> nameOf)
{
    m_history = history;
    m_nameOf = std::move(nameOf);
    update();
}

void ThroughputChart::setSelected(const std::string &step)
{
    m_selected = step;
    update();
}

QRectF ThroughputChart::plot() const
{
    return QRectF(rect()).adjusted(AxisWidth, 12, -LegendWidth, -AxisHeight - 4);
}

QColor ThroughputChart::colorOf(size_t series) const
{
    // Told apart by brightness as well as by hue (Okabe and Ito's palette, without yellow and black).
    static constexpr std::array<QRgb, 6> hues{0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xd55e00};
    QColor color(hues[series % hues.size()]);
    return m_theme.colors().isDark ? color.lighter(125) : color;
}

void ThroughputChart::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), m_theme.colors().window);
    if (!m_history || m_history->size() < 2) {
        painter.setPen(m_theme.colors().muted);
        painter.drawText(rect(), Qt::AlignCenter, tr("The chart shows runs that take longer than half a second."));
        return;
    }
    const double most = niceCeiling(double(m_history->mostItemsPerSecond()));
    const double seconds = std::max(5.0, m_history->seconds().back());
    paintAxes(painter, most, seconds);
    paintSeries(painter, most, seconds);
    paintLegend(painter);
}

void ThroughputChart::paintAxes(QPainter &painter, double most, double seconds) const
{
    const QRectF area = plot();
    const Colors &colors = m_theme.colors();
    painter.setFont(m_theme.font(FontRole::Small));
    for (int i = 0; i <= 4; ++i) {
        const double y = std::round(area.bottom() - area.height() * i / 4) + 0.5;
        painter.setPen(QPen(colors.line, 1));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(colors.muted);
        painter.drawText(QRectF(0, y - 8, AxisWidth - 8, 16), Qt::AlignRight | Qt::AlignVCenter,
                         formatShort(most * i / 4));
    }
    const double step = niceCeiling(seconds / 6);
    for (double at = 0; at <= seconds; at += step) {
        const double x = area.left() + area.width() * at / seconds;
        painter.drawText(QRectF(x - 40, area.bottom() + 4, 80, 16), Qt::AlignCenter,
                         at == 0 ? QStringLiteral("0 s") : formatDuration(at));
    }
}

void ThroughputChart::paintSeries(QPainter &painter, double most, double seconds) const
{
    const QRectF area = plot();
    const auto &times = m_history->seconds();
    for (size_t s = 0; s < m_history->steps().size(); ++s) {
        const auto &[id, series] = m_history->steps()[s];
        QPolygonF line;
        for (size_t i = 0; i < times.size(); ++i)
            line << QPointF(area.left() + area.width() * times[i] / seconds,
                            area.bottom() - area.height() * std::min(1.0, double(series.itemsPerSecond[i]) / most));
        painter.setPen(QPen(colorOf(s), id == m_selected ? 2.5 : 1.4));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(line);
    }
    if (m_pointer && area.contains(*m_pointer, area.center().y())) {
        painter.setPen(QPen(m_theme.colors().muted, 1, Qt::DotLine));
        painter.drawLine(QPointF(*m_pointer, area.top()), QPointF(*m_pointer, area.bottom()));
    }
}

void ThroughputChart::paintLegend(QPainter &painter) const
{
    const QRectF area = plot();
    const Colors &colors = m_theme.colors();
    const auto &times = m_history->seconds();
    size_t moment = times.size() - 1;
    if (m_pointer && area.width() > 0) {
        const double at = (*m_pointer - area.left()) / area.width() * std::max(5.0, times.back());
        const auto found = std::ranges::lower_bound(times, at);
        moment = found == times.end() ? moment : size_t(found - times.begin());
    }
    painter.setFont(m_theme.font(FontRole::Small));
    const QFontMetrics metrics(painter.font());
    double y = area.top() - 2;
    for (size_t s = 0; s < m_history->steps().size(); ++s, y += LegendRow) {
        if (y + LegendRow > height())
            break;
        const auto &[id, series] = m_history->steps()[s];
        const QRectF row(area.right() + 16, y, LegendWidth - 28, LegendRow);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colorOf(s));
        painter.drawRoundedRect(QRectF(row.left(), row.center().y() - 4, 8, 8), 2, 2);
        painter.setPen(colors.text);
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, formatShort(double(series.itemsPerSecond[moment])));
        painter.setPen(colors.muted);
        painter.drawText(row.adjusted(14, 0, 0, 0), Qt::AlignVCenter,
                         metrics.elidedText(m_nameOf(id), Qt::ElideRight, int(row.width()) - 66));
    }
}

void ThroughputChart::mouseMoveEvent(QMouseEvent *event)
{
    m_pointer = event->position().x();
    update();
}

void ThroughputChart::leaveEvent(QEvent *)
{
    m_pointer.reset();
    update();
}

} // namespace millrace
