// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"

#include <string>

namespace millrace {

/// Why a broken-off run of the plan could not be gone on with, a clause such as `"total" holds items back`; empty: it could, as far as
/// its steps are concerned. Whether its source can be read a second time and its results be gone on with is known once they are open.
std::string journalObstacleOf(const RunPlan &plan);

} // namespace millrace
