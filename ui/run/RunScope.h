// SPDX-License-Identifier: MIT
#pragma once

#include "model/Edits.h"
#include "pipeline/Problem.h"

#include <string>

namespace millrace {

/// What of a drawing takes part in a run or a fit.
struct RunScope
{
    StepIds steps;     ///< ids
    Pipeline pipeline; ///< the drawing without what takes no part
    Problems remarks;  ///< what the log says of those that were left out though nobody asked for it
};

/// All but strays that are wrong, with what is linked to them; or what leads to the step `upTo` (empty: no such step). `problems`
/// are those of the drawing. Pure.
RunScope scopeOf(const Pipeline &pipeline,
                 const Problems &problems,
                 const StepRegistry &registry,
                 const std::string &upTo = {});

/// The steps that must have learnt from data before they can work. Pure.
StepIds learnersIn(const Pipeline &pipeline, const StepRegistry &registry);

} // namespace millrace
