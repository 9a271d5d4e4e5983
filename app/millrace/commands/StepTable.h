// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"

#include <string>

namespace millrace {

/// What each step did, a line each, for a terminal of that width: the gauges that have a column.
std::string stepTable(const RunSample &sample, int width);

} // namespace millrace
