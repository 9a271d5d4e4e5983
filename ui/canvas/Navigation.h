// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>

#include <optional>
#include <vector>

namespace millrace {

enum class Direction : uint8_t { Left, Right, Up, Down };

/// The point that a person means by "the next one that way": near, and rather straight ahead than aside. Pure.
std::optional<size_t> nextInDirection(QPointF from, const std::vector<QPointF> &points, Direction direction);

} // namespace millrace
