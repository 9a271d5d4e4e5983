// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The settings of a step that `--set` changes besides its parameters.
std::span<const std::string_view> stepSettings();

/// Applies one `--set`: `STEP.PARAM=VALUE`, a step's setting (`STEP.workers=4`), or `batching.size=50`. Refuses names
/// that there are none of, with the one that was probably meant, and values that don't fit.
Result<> applyOverride(Pipeline &pipeline, const StepRegistry &registry, const std::string &assignment);

/// Gives the pipeline's parameters the values that `--param` says, NAME=VALUE each.
Result<> giveParameters(Pipeline &pipeline, const std::vector<std::string> &assignments);

/// Gives every step so many workers, or as many as its type stands; where a step has arguments for more, as many as
/// those.
void setAllWorkers(Pipeline &pipeline, const StepRegistry &registry, int workers);

} // namespace millrace
