// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepGeometry.h"
#include "canvas/gestures/Gesture.h"

#include <QPointF>
#include <QRectF>
#include <QTimer>

#include <memory>

class QGraphicsItem;
class QMouseEvent;
class QPainter;

namespace millrace {

class CanvasPane;
class FrameItem;
class LinkItem;
class MinimapCorner;
class StepItem;

/// The hand on the canvas: what a press takes hold of, and the gesture that follows until the release. Also what it hovers over
/// while it is empty. Places are points of the scene unless they are said to be pixels.
class Hand
{
public:
    Hand(CanvasPane &pane, MinimapCorner &corner);
    ~Hand();

    /// Whether a gesture is under way.
    bool isHolding() const { return bool(m_gesture); }
    void press(const QMouseEvent &event);
    void move(const QMouseEvent &event);
    void release(const QMouseEvent &event);
    /// Cancels the gesture that is under way.
    void letGo();
    /// What it holds stays under it, after a new drawing or where the paper has moved. Where that has gone, or was put elsewhere,
    /// the hand is empty.
    void keepHold();
    /// It has left the canvas.
    void goAway();

    /// While Space is held, the hand moves the paper.
    void holdSpace();
    /// Returns whether it was only tapped: held, and used for nothing.
    bool releaseSpace();

    /// The frame that the hand would take there.
    FrameItem *frameAt(QPointF at) const;
    void paint(QPainter &painter) const;

private:
    Pointer pointerOf(QPointF pixels, Qt::KeyboardModifiers modifiers) const;
    std::unique_ptr<Gesture> gestureFor(const QMouseEvent &event);
    std::unique_ptr<Gesture> moveFrom(QGraphicsItem &item, Qt::KeyboardModifiers modifiers);
    std::unique_ptr<Gesture> connectFrom(StepItem &step, const Port &port, Qt::KeyboardModifiers modifiers);
    std::unique_ptr<Gesture> resizeAt(QPointF at);
    std::unique_ptr<Gesture> rerouteFrom(const LinkItem &link, QPointF at);
    void select(QGraphicsItem &item, Qt::KeyboardModifiers modifiers);
    void selectForMenu(QPointF at);
    void begin(std::unique_ptr<Gesture> gesture, const Pointer &pointer);
    /// Takes the gesture out of the hand: it has ended, or will be cancelled.
    std::unique_ptr<Gesture> takeGesture();
    void hover(QPointF at);
    void scrollAtEdges();
    void updateOverlay();

    CanvasPane &m_pane;
    MinimapCorner &m_corner;
    std::unique_ptr<Gesture> m_gesture;
    Pointer m_pointer;
    QRectF m_overlay;
    QTimer m_scrollTimer;
    bool m_isSpaceHeld = false, m_spacePanned = false;
};

} // namespace millrace
