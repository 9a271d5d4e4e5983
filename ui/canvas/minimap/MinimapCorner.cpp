// SPDX-License-Identifier: MIT
#include "canvas/minimap/MinimapCorner.h"

#include "canvas/CanvasPane.h"
#include "canvas/CanvasScene.h"
#include "canvas/minimap/Minimap.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr QSize SmallCanvas(640, 420); // pixels: a canvas narrower or lower than this is small
constexpr int MinimapMargin = 12;      // pixels to the canvas's edges
constexpr int RestTime = 1500;         // milliseconds without a move after which the paper is at rest
constexpr int MapReach = 48;           // pixels from the minimap within which it gives way to what a hand carries

} // namespace

MinimapCorner::MinimapCorner(CanvasPane &pane) : QObject(&pane), m_pane(pane), m_map(new Minimap(pane))
{
    m_travel.setSingleShot(true);
    m_travel.setInterval(RestTime);
    connect(&m_travel, &QTimer::timeout, this, &MinimapCorner::place);
    connect(m_map, &Minimap::touched, this, [this](bool isTouched) {
        if (!isTouched)
            m_travel.start();
        place();
    });
    connect(&pane, &CanvasPane::scrolled, this, [this] {
        m_travel.start();
        place();
    });
    connect(&pane, &CanvasPane::stepShown, this, &MinimapCorner::rest);
    connect(&pane.canvas(), &QGraphicsScene::changed, this, &MinimapCorner::place);
    connect(&pane.canvas(), &QGraphicsScene::selectionChanged, this, &MinimapCorner::rest);
}

void MinimapCorner::setWanted(bool isWanted)
{
    m_isWanted = isWanted;
    place();
}

std::optional<QRect> MinimapCorner::covered() const
{
    const QRect unfolded = area();
    return m_isWanted && (coversSomething(unfolded) || coversFrame(unfolded)) ? std::optional(unfolded) : std::nullopt;
}

bool MinimapCorner::isSmall() const
{
    return m_pane.width() < SmallCanvas.width() || m_pane.height() < SmallCanvas.height();
}

QRect MinimapCorner::area() const
{
    const QSize size = isSmall() ? m_map->sizeHint() * 2 / 3 : m_map->sizeHint();
    return {QPoint(m_pane.width() - size.width() - MinimapMargin, m_pane.height() - size.height() - MinimapMargin),
            size};
}

void MinimapCorner::place()
{
    const QRect unfolded = area();
    const bool isAwake = m_map->isHeld() || m_map->isTouched() || m_travel.isActive();
    const bool isFolded = !isAwake && coversSomething(unfolded);
    const QSize sign = Minimap::FoldedSize;
    m_map->setFolded(isFolded);
    m_map->setGeometry(isFolded ? QRect(unfolded.bottomRight() - QPoint(sign.width() - 1, sign.height() - 1), sign)
                                : unfolded);
    // Not under the hand that drags it.
    const bool isApproached =
        m_carried && unfolded.adjusted(-MapReach, -MapReach, MapReach, MapReach).contains(m_carried->toPoint());
    m_map->setVisible(m_isWanted && (m_map->isHeld() || (!isApproached && !m_pane.showsAll())));
    m_map->update();
}

void MinimapCorner::rest()
{
    if (coversSelected(area()))
        m_travel.stop();
    place();
}

void MinimapCorner::carry(std::optional<QPointF> viewPoint)
{
    m_carried = viewPoint;
    place();
}

bool MinimapCorner::coversSomething(const QRect &place) const
{
    const QRectF area = m_pane.mapToScene(place).boundingRect();
    const auto found = m_pane.canvas().items(area, Qt::IntersectsItemBoundingRect);
    return std::ranges::any_of(found, [&area](QGraphicsItem *item) {
        if (const auto *step = qgraphicsitem_cast<StepItem *>(item))
            return step->card().intersects(area);
        const auto *note = qgraphicsitem_cast<NoteItem *>(item);
        return note && note->view().rect.intersects(area);
    });
}

bool MinimapCorner::coversSelected(const QRect &place) const
{
    const QRectF area = m_pane.mapToScene(place).boundingRect();
    return std::ranges::any_of(m_pane.canvas().selectedItems(), [&area](QGraphicsItem *item) {
        const auto *step = qgraphicsitem_cast<StepItem *>(item);
        return step && step->card().intersects(area);
    });
}

bool MinimapCorner::coversFrame(const QRect &place) const
{
    const QRectF area = m_pane.mapToScene(place).boundingRect();
    return std::ranges::any_of(m_pane.canvas().frames(),
                               [&](const FrameItem *frame) { return frame->view().rect.intersects(area); });
}

} // namespace millrace
