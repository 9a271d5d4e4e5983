// SPDX-License-Identifier: MIT
#pragma once

#include "kept/KeptLinks.h"
#include "millrace/run/PreparedRun.h"
#include "steps/StepType.h"

#include <cstdint>
#include <optional>

namespace millrace {

/// What a call wants of links that are kept.
struct KeepWish
{
    bool keeps = true;                 ///< a whole run of a file, on this machine and from the beginning
    bool isFresh = false;              ///< --fresh
    std::optional<uint64_t> seed = {}; ///< --seed
};

/// Has the run keep what goes over links that are marked, or start behind them, as KeptLinks does, and says so on standard error. A run
/// that starts behind one has no journal. What was kept of links that aren't marked any more goes. Nothing: `wish` keeps nothing.
std::optional<KeptLinks> keepLinks(const KeepWish &wish,
                                   PreparedRun &run,
                                   const StepRegistry &registry,
                                   RunOptions &options);

} // namespace millrace
