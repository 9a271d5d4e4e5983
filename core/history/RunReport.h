// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"
#include "data/Value.h"
#include "engine/Run.h"

#include <optional>
#include <string>

namespace millrace {

/// All that is known of a run once it is over.
struct RunRecord
{
    RunSample sample;
    RunOutcome outcome;
    std::vector<LogRecord> errors; ///< one for each kind of error
    std::optional<Limit> limit;
    int exitStatus = 0;
    uint64_t resumedFrom = 0;     ///< items that the run which it went on with had read; 0: it began at the beginning
    std::string failedItems = {}; ///< the file with them; empty: there is none
    std::string start = {};       ///< "2026-11-30T02:58:05Z"
    int cores = 0;                ///< that it could use
    Value cluster = {};           ///< how its workers elsewhere have done; null: it had none
    Value tuning = {};            ///< what `--tune` has changed; null: it wasn't asked for
    std::vector<Link> links = {}; ///< between the steps of the sample; empty: not said
};

/// What a run tells that is over: all but how it was called. `sample`: its last one. `cores`: that it could use.
RunRecord recordOf(Run &run, RunSample sample, int cores);

/// "2026-11-30T02:58:05Z", for RunRecord::start.
std::string utcNow();

/// The report of `--report`: an object in the order of the contract.
Value reportOf(const RunRecord &record);

/// One line of `--metrics`: the same figures of each step, at one moment.
Value metricsOf(const RunSample &sample);

/// "source", "workers", "waiting", "sink", "cores"
std::string_view limitKindName(Limit::Kind kind);

} // namespace millrace
