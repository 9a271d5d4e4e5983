// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

namespace millrace {

/// What to know of a pipeline before it is run on a cluster: which steps gain nothing there, what is done at least once, what a run that
/// was broken off begins again with. Nothing where no step has workers there. `lastReport`: of its last run on one machine, for what a batch
/// costs; null: there is none.
Problems clusterNotes(const Pipeline &pipeline, const StepRegistry &registry, const Value &lastReport);

} // namespace millrace
