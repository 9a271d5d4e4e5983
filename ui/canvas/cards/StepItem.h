// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepPainter.h"

#include <QGraphicsItem>

namespace millrace {

/// A card on the scene: a look and a place. Repaints only when a shown value changes.
class StepItem final : public QGraphicsItem
{
public:
    enum { Type = UserType + 1 };

    StepItem(const StepPainter &painter, const StepView &view);

    int type() const override { return Type; }
    QRectF boundingRect() const override { return m_look.geometry.bounds() | m_names; }
    QPainterPath shape() const override;
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *) override;

    const std::string &id() const { return m_look.view.id; }
    const StepView &view() const { return m_look.view; }
    const StepLook &look() const { return m_look; }
    const StepGeometry &geometry() const { return m_look.geometry; }
    QRectF card() const { return m_look.geometry.card().translated(pos()); }
    /// As in the drawing, also while a hand or an animation has it elsewhere.
    QRectF drawnCard() const { return m_look.geometry.card().translated(m_look.view.position); }
    QPointF portPosition(Port port) const { return pos() + m_look.geometry.position(port); }
    /// The name by which links know a port.
    std::string portName(Port port) const;
    /// The port of that name; the first input or output where there is none.
    Port portNamed(const std::string &name, bool isInput) const;

    void setView(const StepView &view);
    void setGauge(const std::optional<StepGauge> &gauge);
    /// What of the step isn't part of the run yet, a sentence; or empty. `isLeftOut`: the run has left the step out.
    void setTried(const QString &text);
    void setPending(const QString &sentence, bool isLeftOut = false);
    void setHint(DropHint hint);
    void setHovered(bool isHovered);
    /// After the theme has changed.
    void refresh();
    /// What is told when a hand rests on the card: made when it does, not with every sample of a run.
    QString helpText() const;

protected:
    QVariant itemChange(GraphicsItemChange change, const QVariant &value) override;

private:
    void updateShape();
    /// Has the texts laid out when they are painted next: many cards are out of sight.
    void setStale(bool isViewNew);

    const StepPainter &m_painter;
    StepLook m_look;
    QRectF m_names; ///< what the names of its ports cover
    bool m_isHeadStale = true, m_areSmallTextsStale = true;
};

} // namespace millrace
