// SPDX-License-Identifier: MIT
#pragma once

#include <QColor>

#include <cstddef>

namespace millrace {

/// The colour of a step's charts by the step's number: no two of the first thousand are the same, neighbours are far apart, and
/// each has a contrast of 3 or more against the ground of its theme. Pure.
QColor chartColor(size_t number, const QColor &ground);

} // namespace millrace
