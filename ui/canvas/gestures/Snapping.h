// SPDX-License-Identifier: MIT
#pragma once

#include <QLineF>
#include <QPointF>
#include <QRectF>

#include <vector>

namespace millrace {

/// Where a moved rectangle comes to rest, and the lines that say why.
struct Snapped
{
    QPointF delta;              ///< to be used instead of the hand's
    std::vector<QLineF> guides; ///< along edges or centres that are now in line
};

/// Snaps a movement: to a neighbour's edge or centre within `reach`, else to the grid. Pure.
/// `moved` is where the hand has taken the rectangle; `grid` 0 leaves the grid out.
Snapped snap(const QRectF &moved, const std::vector<QRectF> &others, double grid, double reach);

} // namespace millrace
