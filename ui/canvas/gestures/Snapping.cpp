// SPDX-License-Identifier: MIT
#include "canvas/gestures/Snapping.h"

#include <array>
#include <cmath>

namespace millrace {

namespace {

struct Fit
{
    double shift = 0;
    const QRectF *other = nullptr;
    double at = 0; ///< the common coordinate
};

std::array<double, 3> marksAlong(const QRectF &rect, Qt::Orientation axis)
{
    return axis == Qt::Horizontal ? std::array{rect.left(), rect.center().x(), rect.right()}
                                  : std::array{rect.top(), rect.center().y(), rect.bottom()};
}

/// The neighbour whose edge (or centre, for the same kind of mark) is nearest along an axis.
Fit nearest(const QRectF &moved, const std::vector<QRectF> &others, Qt::Orientation axis, double reach)
{
    Fit best;
    double distance = reach;
    const auto mine = marksAlong(moved, axis);
    for (const QRectF &other : others) {
        const auto theirs = marksAlong(other, axis);
        for (size_t i = 0; i < mine.size(); ++i) {
            const double shift = theirs[i] - mine[i];
            if (std::abs(shift) < distance) {
                distance = std::abs(shift);
                best = {shift, &other, theirs[i]};
            }
        }
    }
    return best;
}

double toGrid(double value, double grid)
{
    return grid > 0 ? std::round(value / grid) * grid - value : 0;
}

} // namespace

Snapped snap(const QRectF &moved, const std::vector<QRectF> &others, double grid, double reach)
{
    Snapped result;
    const Fit across = nearest(moved, others, Qt::Horizontal, reach);
    const Fit down = nearest(moved, others, Qt::Vertical, reach);
    result.delta.setX(across.other ? across.shift : toGrid(moved.left(), grid));
    result.delta.setY(down.other ? down.shift : toGrid(moved.top(), grid));
    const QRectF rest = moved.translated(result.delta);
    if (across.other) {
        const QRectF both = rest.united(*across.other);
        result.guides.emplace_back(across.at, both.top() - 12, across.at, both.bottom() + 12);
    }
    if (down.other) {
        const QRectF both = rest.united(*down.other);
        result.guides.emplace_back(both.left() - 12, down.at, both.right() + 12, down.at);
    }
    return result;
}

} // namespace millrace
