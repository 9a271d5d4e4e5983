// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/gestures/Gesture.h"

namespace millrace {

class CanvasPane;

/// Middle button, or Space and the left one: the paper follows the hand.
class PanGesture final : public Gesture
{
public:
    explicit PanGesture(CanvasPane &view) : m_view(view) {}

    void press(const Pointer &pointer) override;
    void move(const Pointer &pointer) override;
    void release(const Pointer &) override;
    void cancel() override;
    bool scrollsAtEdges() const override { return false; }

private:
    CanvasPane &m_view;
    QPointF m_start, m_last;
};

} // namespace millrace
