// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/gestures/Gesture.h"
#include "model/Drawing.h"

#include <QLineF>

#include <map>
#include <optional>
#include <string>
#include <vector>

class QGraphicsItem;

namespace millrace {

class CanvasPane;
class StepItem;

/// Drags the selected cards, notes and frames, these with what stands in them. Snaps to the grid and to neighbours' edges; Alt
/// suspends that. Begun with Alt, or as long as Ctrl is held (some desktops keep Alt+drag for themselves), it makes copies
/// instead. A single card that is dropped on a link goes into it.
class MoveGesture final : public Gesture
{
public:
    /// `clicked`: what is under the hand; a click on one of several selected ones selects it alone. `deselects`: a click takes
    /// it out of the selection.
    MoveGesture(CanvasPane &view, QGraphicsItem &clicked, bool deselects);

    void press(const Pointer &pointer) override;
    void move(const Pointer &pointer) override;
    void release(const Pointer &pointer) override;
    void cancel() override;
    bool hasLostHold() const override;
    void paint(QPainter &painter, double zoom) const override;
    QRectF overlay() const override;

private:
    void setCopies(bool copies);
    void place(QPointF delta);
    void put(QPointF delta);
    void findLinkBelow();
    QRectF movedRect() const;

    QGraphicsItem *clicked() const;

    CanvasPane &m_view;
    std::string m_clickedStep, m_clickedNote, m_clickedFrame; ///< one of them
    QPointF m_start, m_delta;
    std::map<std::string, QPointF> m_steps;
    std::map<std::string, QRectF> m_notes, m_frames;
    std::vector<QRectF> m_others;
    std::vector<QLineF> m_guides;
    QRectF m_rect; ///< of all that moves, where it began
    std::optional<LinkView> m_target;
    bool m_isAltDrag = false, m_copies = false, m_narrows = false, m_deselects = false, m_hasMoved = false;
};

} // namespace millrace
