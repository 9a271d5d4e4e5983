// SPDX-License-Identifier: MIT
#include "monitor/NowTiles.h"

#include "model/Format.h"

#include <QPainter>

namespace millrace {

namespace {

constexpr int TileHeight = 46;

} // namespace

NowTiles::NowTiles(Theme &theme, QWidget *parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Figures of the step at this moment"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, QOverload<>::of(&QWidget::update));
}

QSize NowTiles::sizeHint() const
{
    return {200, int(TileHeight * m_theme.fontScale()) * 3};
}

void NowTiles::setFigures(const std::optional<StepFigures> &figures)
{
    std::array<Tile, 6> tiles;
    if (figures)
        tiles = {Tile{formatShort(figures->itemsPerSecond) + QStringLiteral("/s"),
                      figures->isSink ? tr("items in") : tr("items out")},
                 Tile{formatPercent(figures->busyShare), tr("busy")},
                 Tile{formatNanoseconds(figures->medianNs), tr("per batch, median")},
                 Tile{formatNanoseconds(figures->p95Ns), tr("p95")},
                 Tile{formatCount(figures->done), tr("done")},
                 Tile{formatCount(figures->errors), tr("errors"), figures->errors > 0}};
    if (tiles == m_tiles)
        return;
    m_tiles = tiles;
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
    const double width = frame.width() / 2, height = frame.height() / 3;
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int i = 1; i < 3; ++i)
        painter.drawLine(QPointF(frame.left(), frame.top() + i * height),
                         QPointF(frame.right(), frame.top() + i * height));
    painter.drawLine(QPointF(frame.left() + width, frame.top()), QPointF(frame.left() + width, frame.bottom()));
    painter.setRenderHint(QPainter::Antialiasing, true);
    for (size_t i = 0; i < m_tiles.size(); ++i) {
        const QRectF place(frame.left() + double(i % 2) * width + 10, frame.top() + double(i / 2) * height, width - 14,
                           height);
        painter.setFont(m_theme.font(FontRole::Large));
        painter.setPen(m_tiles[i].isBad ? colors.bad : colors.text);
        painter.drawText(place.adjusted(0, 5, 0, 0), Qt::AlignLeft | Qt::AlignTop, m_tiles[i].value);
        painter.setFont(m_theme.font(FontRole::Small));
        painter.setPen(colors.muted);
        painter.drawText(place.adjusted(0, 0, 0, -6), Qt::AlignLeft | Qt::AlignBottom, m_tiles[i].label);
    }
}

} // namespace millrace
