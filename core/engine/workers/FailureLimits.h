// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"

#include <cstdint>

namespace millrace {

/// How many items must have been read before RunLimits::errorPercent is looked at, where the limits don't say.
constexpr int64_t UsualAfterItems = 100;

/// An error that names the limit, where more items have failed than it allows. `read`: items that the sources have read
/// so far. Pure.
Result<> checkFailedItems(const RunLimits &limits, uint64_t failed, uint64_t read);

} // namespace millrace
