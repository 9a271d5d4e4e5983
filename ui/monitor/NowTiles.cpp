// SPDX-License-Identifier: MIT
#include "monitor/NowTiles.h"

#include <QPainter>

#include <algorithm>
#include <string_view>
#include <utility>

namespace millrace {

namespace {

constexpr int TileHeight = 46;
constexpr int Columns = 2, LeastRows = 3;

QString valueText(const StepFigures::Figure &figure)
{
    const GaugeUnit unit = figure.gauge->look.unit;
    return gaugeText(unit, figure.value) + (unit == GaugeUnit::PerSecond ? QStringLiteral("/s") : QString());
}

QString labelOf(const GaugeLook &look, bool isSink)
{
    const std::string_view label = isSink && !look.tileOfSinks.empty() ? look.tileOfSinks : look.tile;
    return QString::fromUtf8(label.data(), qsizetype(label.size()));
}

} // namespace

NowTiles::NowTiles(Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Figures of the step at this moment"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, QOverload<>::of(&QWidget::update));
}

QSize NowTiles::sizeHint() const
{
    return {200, int(TileHeight * m_theme.fontScale()) * rows()};
}

int NowTiles::rows() const
{
    return std::max(LeastRows, int(m_tiles.size() + 1) / Columns);
}

void NowTiles::setFigures(const std::optional<StepFigures> &figures)
{
    std::vector<Tile> tiles;
    if (figures)
        for (const StepFigures::Figure &figure : figures->figures)
            tiles.push_back({valueText(figure), labelOf(figure.gauge->look, figures->isSink),
                             figure.gauge->look.isBad && figure.value > 0});
    if (tiles == m_tiles)
        return;
    if (tiles.size() != m_tiles.size())
        updateGeometry();
    m_tiles = std::move(tiles);
    QStringList spoken;
    for (const Tile &tile : m_tiles)
        spoken << tile.label + QLatin1Char(' ') + tile.value;
    setAccessibleDescription(spoken.join(QStringLiteral(", ")));
    update();
}

void NowTiles::paintEvent(QPaintEvent *)
{
    const Colors &colors = m_theme.colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(colors.line, 1));
    painter.drawRoundedRect(frame, 6, 6);
    const double width = frame.width() / Columns, height = frame.height() / rows();
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int i = 1; i < rows(); ++i)
        painter.drawLine(QPointF(frame.left(), frame.top() + i * height),
                         QPointF(frame.right(), frame.top() + i * height));
    painter.drawLine(QPointF(frame.left() + width, frame.top()), QPointF(frame.left() + width, frame.bottom()));
    painter.setRenderHint(QPainter::Antialiasing, true);
    for (size_t i = 0; i < m_tiles.size(); ++i) {
        const QRectF place(frame.left() + double(i % Columns) * width + 10, frame.top() + double(i / Columns) * height,
                           width - 14, height);
        painter.setFont(m_theme.font(FontRole::Large));
        painter.setPen(m_tiles[i].isBad ? colors.bad : colors.text);
        painter.drawText(place.adjusted(0, 5, 0, 0), Qt::AlignLeft | Qt::AlignTop, m_tiles[i].value);
        painter.setFont(m_theme.font(FontRole::Small));
        painter.setPen(colors.muted);
        painter.drawText(place.adjusted(0, 0, 0, -6), Qt::AlignLeft | Qt::AlignBottom, m_tiles[i].label);
    }
}

} // namespace millrace
