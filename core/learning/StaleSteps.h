// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <functional>
#include <string>

namespace millrace {

/// Which steps that learn, and are in both pipelines, might learn something else today: those whose own settings, or whose
/// feeding steps' types, settings, links or bypass, differ between the pipeline as it was fitted and as it is now. Names, layout,
/// workers, queues, processes and whatever comes behind a step make no difference, nor do the files that sources read.
/// Of a fitted pipeline without sources (the C++ API's data are in memory), any source will do. In the order of the
/// pipeline, a warning for each. `nameOf`: what the sentences call a step; without, it is the id. Pure; safe on any thread.
Problems staleSteps(const Pipeline &fitted,
                    const Pipeline &now,
                    const StepRegistry &registry,
                    const std::function<std::string(const std::string &id)> &nameOf = {});

} // namespace millrace
