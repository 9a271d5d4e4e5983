// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>

#include <optional>
#include <vector>

namespace millrace {

class CanvasScene;
class StepItem;

enum class Direction : uint8_t { Left, Right, Up, Down };

/// The point that a person means by "the next one that way": near, and rather straight ahead than aside. Pure.
std::optional<size_t> nextInDirection(QPointF from, const std::vector<QPointF> &points, Direction direction);

/// Where an arrow key leads; nothing for other keys.
std::optional<Direction> directionOf(int key);

/// The step that keys start from: the only selected one, else null.
StepItem *onlySelectedStep(const CanvasScene &scene);
/// The next step that way from a point, other than `without`; null where there is none.
StepItem *nextStep(const CanvasScene &scene, QPointF from, Direction direction, const StepItem *without = nullptr);
/// The next step that way from another one.
StepItem *neighbourOf(const StepItem &step, const CanvasScene &scene, Direction direction);

} // namespace millrace
