// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "millrace/Arguments.h"
#include "millrace/part/RunPart.h"
#include "millrace/run/RunWatch.h"
#include "pipeline/Pipeline.h"
#include "sharing/ClusterRun.h"
#include "steps/StepType.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What the calls of `run` and `fit` say alike, checked.
struct RunSettings
{
    std::vector<std::string> overrides;  ///< STEP.PARAM=VALUE
    std::vector<std::string> parameters; ///< NAME=VALUE
    std::optional<int> workers;
    std::optional<uint64_t> seed, memory; ///< memory in bytes
    std::optional<int64_t> limitErrors;   ///< items
    std::optional<double> limitPercent;   ///< of the items read
    ClusterWish cluster;                  ///< of `run` only
    RunPart part;                         ///< of `run` only
    WatchOptions watch;
};

/// From the options that the call has. An error is a sentence that names the option.
Result<RunSettings> readRunSettings(const Call &call);

/// Puts workers and overrides into the pipeline.
Result<> applyRunSettings(const RunSettings &settings, Pipeline &pipeline, const StepRegistry &registry);

} // namespace millrace
