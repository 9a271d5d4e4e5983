// SPDX-License-Identifier: MIT
#include "canvas/links/LinkItem.h"

#include <QPainter>
#include <QPainterPathStroker>
#include <QStyleOptionGraphicsItem>

namespace millrace {

LinkItem::LinkItem(const LinkPainter &painter, LinkView view) : m_painter(painter), m_view(std::move(view))
{
    setFlag(ItemIsSelectable);
    m_look.isError = m_view.isError();
    m_look.isKept = m_view.isKept;
}

QRectF LinkItem::boundingRect() const
{
    const double beside = m_look.isKept ? LinkPainter::KeptMark / 2 + 2 : 4;
    return m_look.path.boundingRect().adjusted(-beside, -beside, beside, beside);
}

QPainterPath LinkItem::shape() const
{
    QPainterPathStroker stroker;
    stroker.setWidth(12);
    return stroker.createStroke(m_look.path);
}

void LinkItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *)
{
    m_painter.paint(*painter, m_look, option->levelOfDetailFromTransform(painter->worldTransform()));
}

void LinkItem::setEnds(QPointF from, QPointF to, std::optional<double> lane)
{
    if (!m_look.path.isEmpty() && m_look.path.elementAt(0) == from && m_look.path.currentPosition() == to
        && m_lane == lane)
        return;
    prepareGeometryChange();
    m_lane = lane;
    m_look.path = linkPath(from, to, lane);
}

void LinkItem::setGauge(LinkGauge gauge)
{
    if (gauge.width == m_look.width)
        return;
    m_look.width = gauge.width;
    update();
}

void LinkItem::setHovered(bool isHovered)
{
    if (isHovered == m_look.isHovered)
        return;
    m_look.isHovered = isHovered;
    update();
}

void LinkItem::setFaded(bool isFaded)
{
    if (isFaded == m_look.isFaded)
        return;
    m_look.isFaded = isFaded;
    update();
}

void LinkItem::setOfCycle(bool isOfCycle)
{
    if (isOfCycle == m_look.isOfCycle)
        return;
    m_look.isOfCycle = isOfCycle;
    update();
}

void LinkItem::setWaiting(bool isWaiting)
{
    if (isWaiting == m_look.isWaiting)
        return;
    m_look.isWaiting = isWaiting;
    update();
}

void LinkItem::setKept(bool isKept)
{
    if (isKept == m_look.isKept)
        return;
    prepareGeometryChange();
    m_view.isKept = m_look.isKept = isKept;
    update();
}

QVariant LinkItem::itemChange(GraphicsItemChange change, const QVariant &value)
{
    if (change == ItemSelectedHasChanged) {
        m_look.isSelected = value.toBool();
        update();
    }
    return QGraphicsItem::itemChange(change, value);
}

} // namespace millrace
