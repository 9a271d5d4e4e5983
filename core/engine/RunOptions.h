// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"
#include "steps/Services.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

class Executor;
class FailedItemsFile;
struct JournalEntry;
using FittedStates = std::map<std::string, Value>;

struct RunOptions
{
    std::string folder; ///< that relative paths are relative to
    uint64_t seed = 0;
    int cores = 0;                ///< compute threads; 0: as many as the machine has
    Executor *executor = nullptr; ///< null: threads of the run's own
    /// Bytes that the run's batches may hold together: those in queues, and those that wait for their turn, before a temporary file
    /// is used. 0: a quarter of the machine's memory (or of what its control group may use).
    uint64_t memory = 0;
    /// Bytes of batches that may be under way between a source (or a step that gives new numbers) and the sink, though never
    /// fewer than two batches for each worker, or than the largest queue holds.
    uint64_t bytesUnderWay = 1ull << 20;
    /// How many items may fail before the run does. What they say of memory is `memory` here.
    RunLimits limits;
    /// Items of each port of each step that are kept to be looked at (Run::samples()), as its first and as its newest ones. 0: none.
    int samples = 0;
    /// Each source ends after so many items. 0: at its end.
    uint64_t itemsPerSource = 0;
    /// Keeps the items that fail and are neither tried again nor routed; null: they are in the log only.
    std::shared_ptr<FailedItemsFile> failedItems;
    /// A digest of the settings that the result depends on: the run keeps a journal, from which another run with the same digest may go on.
    /// Empty: it keeps none. Nor does it where the pipeline, its source or its results don't allow it.
    std::string journal;
    std::chrono::milliseconds journalInterval{1'000}; ///< about so often
    std::shared_ptr<const JournalEntry> resume;       ///< goes on there; null: from the beginning
    Services services;                                ///< what the caller lends to the steps
    FittedStates states; ///< what fittable steps have learnt: given to their workers before they are opened
    std::function<void()>
        finished; ///< called once, as the last thing it does, on a thread of the run, or by start() where there is none
};

/// What became of a run.
struct RunOutcome
{
    RunState state = RunState::Ready;   ///< Finished, Failed or Stopped once it is over
    Error error;                        ///< the first by order of the source, where it failed
    std::string step;                   ///< that failed
    std::vector<std::string> keptFiles; ///< partial results that a failed or stopped run left
};

} // namespace millrace
