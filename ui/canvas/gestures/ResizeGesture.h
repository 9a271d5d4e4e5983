// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/CanvasScene.h"
#include "canvas/gestures/Gesture.h"

#include <optional>
#include <string>

namespace millrace {

class CanvasPane;

/// Drags the edges of a note or a frame. They snap to the grid; Alt suspends that. What stands in a frame stays where it is.
class ResizeGesture final : public Gesture
{
public:
    ResizeGesture(CanvasPane &view, const CanvasScene::GripHit &held);

    void press(const Pointer &pointer) override;
    void move(const Pointer &pointer) override;
    void release(const Pointer &pointer) override;
    void cancel() override;
    bool hasLostHold() const override;

private:
    void show(const QRectF &rect);
    /// What the drawing says, whatever the hand has made of it.
    std::optional<QRectF> drawnRect() const;

    CanvasPane &m_view;
    std::string m_note, m_frame; ///< one of them: its id
    Grip m_grip;
    QPointF m_start;
    QRectF m_before, m_now;
};

} // namespace millrace
