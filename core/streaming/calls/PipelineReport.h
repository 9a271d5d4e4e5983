// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunOptions.h"
#include "metrics/LogRecord.h"
#include "metrics/RunSample.h"

#include <vector>

namespace millrace {

/// What became of a call, beside its result: how it ended, what failed where, and all gauges at its end.
struct PipelineReport
{
    RunOutcome outcome;
    RunSample sample;
    std::vector<LogRecord> errors; ///< one for each item that failed, with step, worker, batch, item, kind and message
    std::vector<LogRecord> warnings; ///< what steps and the engine found worth a word
};

} // namespace millrace
