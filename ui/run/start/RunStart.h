// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"
#include "engine/RunPlan.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "run/start/StartedRun.h"
#include "steps/StepType.h"

#include <functional>
#include <string>

namespace millrace {

using MayStart = std::function<Result<>(const std::string &step)>; ///< as guardStarts() takes it

/// What a run is made of, beside its plan.
struct RunStart
{
    const StepRegistry &registry;
    Pipeline pipeline;
    std::string fitted = {}; ///< the folder of what its steps have learnt; empty: they know nothing
    Problems remarks = {};   ///< for the log
    MayStart mayStart = {};
    bool keepsJournal = false; ///< so that another run can go on where it is broken off
    bool goesOn = false;       ///< where the last one was broken off; needs a journal
    bool isFresh = false;      ///< from the sources, whatever links have kept
    std::string cluster = {};  ///< that steps are given to, as behind `--on`; empty: those that their steps name
    std::string file = {};     ///< the pipeline's, whose name the run has on a cluster; empty: it has none yet
    RunOptions options = {};
};

/// Makes and starts the run of `how.pipeline`. On a thread that may wait.
StartedRun startRun(RunStart how);
/// The same for the plan of a pipeline that was made of it, whose log begins with that text.
StartedRun startPlan(RunPlan plan, RunStart how, std::string text);

} // namespace millrace
