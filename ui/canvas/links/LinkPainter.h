// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepGeometry.h"
#include "theme/Theme.h"

#include <QPainterPath>

#include <optional>

class QPainter;

namespace millrace {

/// The curve of a link: leaves to the right, arrives from the left, and swings around when it must go back. With a lane, it runs
/// level at that height between turns beside its ends.
QPainterPath linkPath(QPointF from, QPointF to, std::optional<double> lane = {});

/// All that a link shows at the moment.
struct LinkLook
{
    QPainterPath path;
    int width = 0; ///< 0 to 8, of the flow
    bool isError = false;
    bool isSelected = false;
    bool isHovered = false;
    bool isFaded = false;
    bool isWaiting = false; ///< nothing moves, and somebody waits over this link
    bool isKept = false;    ///< what goes over it
    bool isOfCycle = false; ///< the link that is drawn by hand would close a circle with this one
};

/// Paints links. One for the whole canvas; keeps no state of any link. GUI thread.
class LinkPainter
{
public:
    static constexpr double KeptMark = 18; ///< how wide the mark on a link that is kept is, in pixels at 100 %

    explicit LinkPainter(const Theme &theme) : m_theme(theme) {}

    void paint(QPainter &painter, const LinkLook &look, double zoom) const;
    /// A link while it is drawn by hand.
    void paintDraft(QPainter &painter, QPointF from, QPointF to, bool isError) const;

private:
    void paintKeptMark(QPainter &painter, const LinkLook &look, const QColor &color) const;

    const Theme &m_theme;
};

} // namespace millrace
