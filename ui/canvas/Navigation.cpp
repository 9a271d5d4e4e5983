// SPDX-License-Identifier: MIT
#include "canvas/Navigation.h"

#include "canvas/CanvasScene.h"

#include <Qt>

#include <cmath>
#include <limits>

namespace millrace {

std::optional<size_t> nextInDirection(QPointF from, const std::vector<QPointF> &points, Direction direction)
{
    std::optional<size_t> best;
    double lowest = std::numeric_limits<double>::max();
    for (size_t i = 0; i < points.size(); ++i) {
        const QPointF away = points[i] - from;
        const bool isAcross = direction == Direction::Left || direction == Direction::Right;
        const bool isNegative = direction == Direction::Left || direction == Direction::Up;
        const double ahead = (isAcross ? away.x() : away.y()) * (isNegative ? -1 : 1);
        const double aside = std::abs(isAcross ? away.y() : away.x());
        if (ahead <= 1 || aside > ahead * 2.5)
            continue;
        const double cost = ahead + aside * 2;
        if (cost < lowest) {
            lowest = cost;
            best = i;
        }
    }
    return best;
}

std::optional<Direction> directionOf(int key)
{
    switch (key) {
    case Qt::Key_Left: return Direction::Left;
    case Qt::Key_Right: return Direction::Right;
    case Qt::Key_Up: return Direction::Up;
    case Qt::Key_Down: return Direction::Down;
    default: return {};
    }
}

StepItem *onlySelectedStep(const CanvasScene &scene)
{
    const auto selected = scene.selectedSteps();
    return selected.size() == 1 ? scene.step(*selected.begin()) : nullptr;
}

StepItem *nextStep(const CanvasScene &scene, QPointF from, Direction direction, const StepItem *without)
{
    std::vector<StepItem *> others;
    std::vector<QPointF> centers;
    for (StepItem *step : scene.steps())
        if (step != without) {
            others.push_back(step);
            centers.push_back(step->card().center());
        }
    const auto found = nextInDirection(from, centers, direction);
    return found ? others[*found] : nullptr;
}

StepItem *neighbourOf(const StepItem &step, const CanvasScene &scene, Direction direction)
{
    return nextStep(scene, step.card().center(), direction, &step);
}

} // namespace millrace
