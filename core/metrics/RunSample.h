// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/gauges/CountedGauges.h"
#include "metrics/Histogram.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// A step's input queue at one moment. Counts are batches.
struct QueueSample
{
    uint32_t depth = 0;
    uint32_t capacity = 0; ///< 0: unbounded
    uint32_t peak = 0;
    double mean = 0; ///< over the run so far, weighted with time
    uint64_t bytes = 0, peakBytes = 0;
    uint64_t capacityBytes = 0; ///< above which it takes no more; 0: not known
    uint32_t held = 0;          ///< results that wait in the step's joiner for the next in order
    bool wasEnlarged = false;   ///< the engine widened it to resolve an artificial deadlock
};

enum class StepState : uint8_t { Idle, Busy, Blocked, Starved, WaitingForCore, Paused, Failed, Done };

/// What a worker has counted since the run began. Times in nanoseconds.
struct WorkerSample
{
    uint64_t batches = 0, items = 0, errors = 0;
    uint64_t busy = 0, cpu = 0;
    bool isBusy = false;
};

/// A step's counters since the run began. Times in nanoseconds, summed over its workers.
struct StepSample
{
    std::string id, type;
    int workers = 0;       ///< allowed
    int activeWorkers = 0; ///< at work at this moment
    uint64_t batchesIn = 0, batchesOut = 0, itemsIn = 0, itemsOut = 0;
    uint64_t errors = 0;
    GaugeCounts counted{}; ///< what is counted only to be shown
    uint64_t busy = 0, cpu = 0;
    uint64_t childCpu = 0;      ///< of its workers' child processes, with all that those have started; not within `cpu`
    bool lacksChildCpu = false; ///< children are at work, and the system doesn't tell what they compute
    uint64_t blocked = 0;       ///< had input, a free worker, and no room downstream
    uint64_t starved = 0;       ///< had a free worker and no input
    /// Could have gone on with one more worker, while all cores were taken by others' work.
    uint64_t waitingForCore = 0;
    uint64_t paused = 0;       ///< the run was, or
    uint64_t paced = 0;        ///< its workers held their items back to keep to a rate: within `paused`
    uint64_t heldBytes = 0;    ///< of batches that wait for their turn in memory
    uint64_t spilledBytes = 0; ///< of those that were written to a temporary file so far
    QueueSample queue;
    Histogram::Counts service{}; ///< time per batch
    Histogram::Counts latency{}; ///< from when a batch was read to the end of the step, of some of them
    std::vector<WorkerSample> perWorker;
    StepState state = StepState::Idle;
    bool isSource = false, isSink = false;
    bool waits = false; ///< the engine takes it for one that waits (sleeps, network) rather than computes

    /// What its rate is counted by: the items it passed on, or took where it is a sink.
    uint64_t itemsDone() const { return isSink ? itemsIn : itemsOut; }
};

enum class RunState : uint8_t { Ready, Running, Paused, Stopping, Finished, Failed, Stopped };

/// All gauges of a run at one moment: a plain value, cheap to keep. Taken by Run::sample().
struct RunSample
{
    double seconds = 0;       ///< since the start, pauses included
    double activeSeconds = 0; ///< since the start, pauses left out
    RunState state = RunState::Ready;
    std::vector<StepSample> steps; ///< in the order of the pipeline file
    uint64_t itemsRead = 0, itemsWritten = 0, errors = 0;
    std::optional<double> progress; ///< 0 to 1, where the total is known
    std::optional<uint64_t> totalItems;
    int threads = 0;            ///< pumps under way
    double cpuSeconds = 0;      ///< of the process since the run began
    double childCpuSeconds = 0; ///< of the child processes of its steps
    double othersSeconds =
        0; ///< that other processes kept cores busy meanwhile; 0: not known (see MachineTime.h), or none
    uint64_t memoryBytes = 0; ///< that the run's batches may hold
    uint64_t peakMemoryBytes = 0;
    uint64_t logCount = 0;
};

} // namespace millrace
