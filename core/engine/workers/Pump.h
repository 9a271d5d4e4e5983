// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/BatchPool.h"
#include "metrics/RunTrace.h"

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace {

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
    static constexpr uint32_t MeasuredEvery = 8;
    static constexpr uint64_t ExactFrom = 4'000;       ///< nanoseconds: work that costs this much is timed every time
    static constexpr uint32_t FusedMeasuredEvery = 32; ///< chunks of a fused chain, of which there are many in a row

    explicit Pump(BatchPool &pool);
    /// Whether its thread sleeps now (in a call that waits), by the kernel's word. Any thread.
    bool isAsleep() const;
    /// True once in so many times (a power of two), irregularly, so that no stage of a chain is always passed over (a linear congruential
    /// generator, Numerical Recipes).
    bool isTimeToMeasure(uint32_t every = MeasuredEvery)
    {
        dice = dice * 1664525u + 1013904223u;
        return uint64_t(dice) * every >> 32 == 0;
    }

    BatchPool::Cache cache;
    Load work;
    std::vector<Batch *> inputs;             ///< what a stage works through while it fills `work` with results
    std::vector<std::vector<Batch *>> lists; ///< results by output, for stages with several
    uint32_t dice = 1;                       ///< see isTimeToMeasure()
    uint64_t chainNanoseconds = 0;           ///< what an activation with all it carried on took, smoothed
    int preferred = -1;                      ///< rank of the stage it has just worked on
    bool mustLeave = false;                  ///< over the limit of computing threads: park before looking for work

    // Where lanes share the cores (see Lanes):
    size_t lane = SIZE_MAX;                  ///< that it is at, or was at last
    uint64_t turnAt = 0;                     ///< steady time since which its turn counts; 0: from now on
    uint64_t cpuAt = 0, cpuReadAt = 0;       ///< its CPU clock at a steady time not long ago
    mutable std::vector<uint64_t> computing; ///< a bit for each lane, while it looks for work

    pid_t threadId = 0;
    RunTrace::Track *track = nullptr; ///< null: the run isn't traced
    std::atomic<Stage *> current{nullptr};
    std::atomic<uint64_t> activations{0};
    std::atomic<bool> isWaiting{false}; ///< counted among those that wait rather than compute
    uint64_t seenActivation = 0;        ///< by the watchdog, under the engine's mutex
};

} // namespace millrace
