// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/compile/PipelineDefinition.h"

#include <vector>

namespace millrace {

/// Steps that take back what those of the pipeline do, the last one first. They make the pipeline's own steps, so it must outlive them.
/// Fails with a sentence where one can't be taken back or hasn't learnt anything yet, and for branches.
Result<std::vector<QueuedStep>> inverseSteps(const PipelineDefinition &definition, const FittedStates &states);

/// Where the states of a stretch are kept: the first one's under the steps' own ids.
std::string stretchPrefix(const std::string &prefix, size_t stretch);

} // namespace millrace
