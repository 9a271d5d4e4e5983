// SPDX-License-Identifier: MIT
#include "canvas/Navigation.h"

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

} // namespace millrace
