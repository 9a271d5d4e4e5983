// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <QPointF>

#include <cmath>
#include <string>
#include <vector>

namespace millrace {

/// Distances of the drawing, in pixels at 100 %.
namespace grid {
inline constexpr double Step = 20;         ///< what moves snap to, and the distance of the canvas's dots
inline constexpr double ColumnWidth = 240; ///< from a card to the next in an automatic layout
inline constexpr double RowHeight = 120;

/// The point of the grid that is nearest.
inline QPointF snapped(QPointF at)
{
    return {std::round(at.x() / Step) * Step, std::round(at.y() / Step) * Step};
}
} // namespace grid

/// A place for every step, in the order of the pipeline: its own, or for steps without one, a place right of what feeds it.
std::vector<Position> positionsOf(const Pipeline &pipeline);

/// Left to right in layers: longest path from the sources gives the column, the median of the neighbours the row, swept a few
/// times to take crossings out (Sugiyama, Tagawa, Toda 1981; medians as in Gansner, Koutsofios, North, Vo 1993). Only the
/// steps with these ids move; all where the list is empty. Cycles are laid out as if their last link were not there.
std::vector<Position> layeredLayout(const Pipeline &pipeline, const std::vector<std::string> &only = {});

} // namespace millrace
