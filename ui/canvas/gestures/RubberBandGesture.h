// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/gestures/Gesture.h"
#include "model/Drawing.h"

#include <set>
#include <string>
#include <vector>

namespace millrace {

class CanvasPane;

/// Drag on the empty canvas: selects what the frame touches. With Ctrl or Shift, what was selected stays.
class RubberBandGesture final : public Gesture
{
public:
    explicit RubberBandGesture(CanvasPane &view) : m_view(view) {}

    void press(const Pointer &pointer) override;
    void move(const Pointer &pointer) override;
    void release(const Pointer &pointer) override;
    void cancel() override;
    void paint(QPainter &painter, double zoom) const override;
    QRectF overlay() const override;

private:
    void selectWithin();

    CanvasPane &m_view;
    QPointF m_start;
    QRectF m_frame;
    // What was selected before.
    std::set<std::string> m_steps, m_notes, m_frames;
    std::vector<LinkView> m_links;
    bool m_keeps = false;
};

} // namespace millrace
