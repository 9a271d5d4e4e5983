// SPDX-License-Identifier: MIT
#pragma once

#include "engine/BatchPool.h"

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <vector>

namespace millrace {

class Engine;
class Stage;

/// What a pump carries from stage to stage.
struct Load
{
    std::vector<Batch *> batches;
    uint32_t room = 0; ///< reserved in every output of the stage that works on it
};

/// A thread that runs ready stages, one at a time, nearest to the sink first, for as long as a run lasts. Lives on its
/// thread; the atomics are what the watchdog of another pump reads.
struct Pump
{
    explicit Pump(Engine &owner);

    Engine &engine;
    BatchPool::Cache cache;
    Load work;
    std::vector<Batch *> inputs;             ///< what a stage works through while it fills `work` with results
    std::vector<std::vector<Batch *>> lists; ///< results by output, for stages with several
    uint32_t tick = 0;                       ///< cheap activations are timed every eighth tick
    uint64_t chainNanoseconds = 0;           ///< what an activation with all it carried on took, smoothed
    int preferred = -1;                      ///< rank of the stage it has just worked on
    bool mustLeave = false;                  ///< over the limit of computing threads: park before looking for work

    pid_t threadId = 0;
    std::atomic<Stage *> current{nullptr};
    std::atomic<uint64_t> activations{0};
    std::atomic<bool> isWaiting{false}; ///< counted among those that wait rather than compute
    uint64_t seenActivation = 0;        ///< by the watchdog, under the engine's mutex
};

} // namespace millrace
