// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <QRectF>

#include <optional>
#include <vector>

namespace millrace {

/// The height at which a long link to the right passes between the cards that its curve would go behind; nothing where the plain
/// curve is free, or no height is. Takes the way that is least far from both ends.
std::optional<double> laneOf(QPointF from, QPointF to, const std::vector<QRectF> &cards);

/// How far beside a port a link that takes a lane turns, in pixels at 100 %: within the room between two columns of cards.
inline constexpr double LaneTurn = 44;

} // namespace millrace
