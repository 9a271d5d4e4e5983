// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <QRectF>
#include <Qt>

class QPainter;

namespace millrace {

/// Pixels that a click may move before it is a drag.
constexpr double DragThreshold = 4;

/// The hand at one moment.
struct Pointer
{
    QPointF scene;
    QPointF view; ///< pixels of the viewport
    Qt::KeyboardModifiers modifiers;
};

/// What a hand does between press and release. Begins with its constructor's press; ends with release or cancel, after
/// which it is thrown away. A cancelled gesture leaves everything as the drawing has it.
class Gesture
{
public:
    virtual ~Gesture() = default;
    virtual void press(const Pointer &pointer) = 0;
    virtual void move(const Pointer &pointer) = 0;
    virtual void release(const Pointer &pointer) = 0;
    virtual void cancel() = 0;
    /// Asked after each new drawing: whether what it holds has gone, or another edit has put it elsewhere. Then it is cancelled.
    virtual bool hasLostHold() const { return false; }

    /// What it draws over the scene, in scene coordinates; `zoom` for lines of constant width.
    virtual void paint(QPainter &, double zoom) const { (void)zoom; }
    /// What paint() covers at most.
    virtual QRectF overlay() const { return {}; }
    /// Whether the canvas scrolls while the hand is near its edge.
    virtual bool scrollsAtEdges() const { return true; }
};

} // namespace millrace
