// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepGeometry.h"
#include "canvas/gestures/Gesture.h"
#include "model/Drawing.h"

#include <QString>

#include <optional>
#include <string>

namespace millrace {

class CanvasPane;
class StepItem;

/// Draws a link from either end. Cards that fit light up, others fade and say why not; the whole card is a drop zone. Begun
/// at a link's own end, it re-routes that link. Dropped on the empty canvas, it asks for a step to be added there.
class ConnectGesture final : public Gesture
{
public:
    /// `rerouted`: the link whose end at this port is taken along.
    ConnectGesture(CanvasPane &view, std::string step, Port port, std::optional<LinkView> rerouted = {});

    void press(const Pointer &pointer) override;
    void move(const Pointer &pointer) override;
    void release(const Pointer &pointer) override;
    void cancel() override;
    bool hasLostHold() const override;
    void paint(QPainter &painter, double zoom) const override;
    QRectF overlay() const override;

private:
    /// The link as it would be with that step at its free end.
    LinkView linkTo(const StepItem &step) const;
    StepItem *target() const;
    QString refusalOf(const StepItem &step) const;
    void showHints();
    void clearHints();

    CanvasPane &m_view;
    std::string m_step; ///< at the fixed end
    Port m_port;
    std::optional<LinkView> m_rerouted;
    QPointF m_fixed, m_free, m_start;
    std::string m_target; ///< the step under the hand; empty: none
    LinkView m_wanted;    ///< the link to it
    QString m_refusal;    ///< why it can't be linked to that step; empty: it can
    bool m_fits = false;
    bool m_hasMoved = false; ///< further than a hand trembles
};

} // namespace millrace
