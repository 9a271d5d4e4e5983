// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "millrace/Arguments.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <cstdint>
#include <string>

namespace millrace {

/// What a call wants of a run besides its results: only a part of it, a few items, a look at what came out of a step.
struct RunPart
{
    std::string until;    ///< --until: id of a step; empty: to the end
    uint64_t sample = 0;  ///< --sample: items of each source; 0: all
    std::string show;     ///< --show: STEP or STEP.PORT; empty: nothing is shown
    int64_t items = 20;   ///< --items: of those
    std::string showStep; ///< id of the step that applyRunPart() has added for --show

    bool writesNothing() const { return sample > 0; }
    bool isWhole() const { return until.empty() && sample == 0; }
};

/// From the options that the call has. An error is a sentence that names the option.
Result<RunPart> readRunPart(const Call &call);

/// Makes the pipeline what is to run: up to that step, with sinks that write nothing, and with a step that keeps what
/// is to be shown. That one's type is FirstItems, which the registry has to know when the pipeline is checked.
Result<> applyRunPart(RunPart &part, Pipeline &pipeline, const StepRegistry &registry);

} // namespace millrace
