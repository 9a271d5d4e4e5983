// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"
#include "engine/RunPlan.h"
#include "millrace/run/PipelineInput.h"
#include "millrace/run/RunSettings.h"

#include <optional>
#include <string>

namespace millrace {

/// A pipeline that was read, set up as the call wants it, checked and planned.
struct PreparedRun
{
    PipelineInput input;
    RunPlan plan;
    RunPart part;

    /// Says on standard error why the pipeline can't be run. Returns WrongCall.
    int refuse(const Error &error) const;
    /// With the settings' seed, or one of chance.
    RunOptions options(const RunSettings &settings) const;
    /// Gives the run what its steps have learnt: of the folder `fitted` (empty: nothing). Warns of what was learnt from another pipeline.
    /// Fails where a step has to learn before it can work, and hasn't.
    Result<> addStates(RunOptions &options, const std::string &fitted, const StepRegistry &registry) const;
};

/// What `run` and `fit` do alike before they start. All problems are printed; where there is an error, nothing is returned,
/// and the program ends with WrongCall. Needs an Application.
std::optional<PreparedRun> prepareRun(const std::string &file,
                                      const RunSettings &settings,
                                      const StepRegistry &registry);

} // namespace millrace
