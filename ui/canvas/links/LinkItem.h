// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/links/LinkPainter.h"
#include "model/Drawing.h"
#include "model/Gauges.h"

#include <QGraphicsItem>

namespace millrace {

/// A link on the scene. Follows its two cards; the scene tells it when they move.
class LinkItem final : public QGraphicsItem
{
public:
    enum { Type = UserType + 2 };

    LinkItem(const LinkPainter &painter, LinkView view);

    int type() const override { return Type; }
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *) override;

    const LinkView &view() const { return m_view; }
    const QPainterPath &path() const { return m_look.path; }
    const LinkLook &look() const { return m_look; }
    void setEnds(QPointF from, QPointF to, std::optional<double> lane = {});
    void setGauge(LinkGauge gauge);
    void setHovered(bool isHovered);
    void setFaded(bool isFaded);
    void setOfCycle(bool isOfCycle);
    void setWaiting(bool isWaiting);
    void setKept(bool isKept);

protected:
    QVariant itemChange(GraphicsItemChange change, const QVariant &value) override;

private:
    const LinkPainter &m_painter;
    LinkView m_view;
    LinkLook m_look;
    std::optional<double> m_lane;
};

} // namespace millrace
