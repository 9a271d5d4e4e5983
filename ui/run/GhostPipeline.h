// SPDX-License-Identifier: MIT
#pragma once

#include "model/Edits.h"
#include "pipeline/Problem.h"

namespace millrace {

/// What of a drawing is tried with the first items of its sources while it is being edited (a ghost run).
struct GhostPipeline
{
    Pipeline pipeline; ///< without steps: there is nothing to try
    StepIds leftOut;   ///< steps whose data can't be known so
};

/// The drawing without effects outside: sinks only count, nothing waits or works for the sake of it, no program is started, and what
/// can be read but once isn't read. Steps that are wrong, or must learn first, are left out with all that comes behind them. Every
/// port that nothing is linked to leads to a sink of its own. `folder`: that relative paths are relative to. Looks at the disk.
GhostPipeline ghostOf(const Pipeline &drawing,
                      const Problems &problems,
                      const StepRegistry &registry,
                      const std::string &folder);

} // namespace millrace
