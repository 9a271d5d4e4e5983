// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// A step as it was measured, with the settings that are to be tried.
struct SimulatedStep
{
    std::string id, type;
    int workers = 1;
    int queueSize = 10;         ///< batches; 0: unbounded
    double secondsPerBatch = 0; ///< of one worker, on average
    double cpuSecondsPerBatch = 0;
    double secondsBetween =
        0; ///< from when a worker is through with a batch until it has begun the next one that waits
    double p50 = 0, p95 = 0, p99 = 0,
           max = 0;           ///< seconds of a batch: how they are spread about the average; all 0: not at all
    double bytesPerBatch = 0; ///< of those that wait before it
    uint64_t batches = 0;     ///< of a source: that it reads; of others: that it took
};

struct SimulatedLink
{
    size_t from = 0, to = 0; ///< indexes into the steps
    double share = 1;        ///< batches that go by it for each that `from` is through with
};

struct SimulationModel
{
    std::vector<SimulatedStep> steps;
    std::vector<SimulatedLink> links; ///< no circles
    int cores = 1;
    uint64_t itemsRead = 0;
};

struct Simulation
{
    double seconds = 0, itemsPerSecond = 0;
    double latencyP95 = 0;    ///< seconds from when a batch is read until it has left its last step
    uint64_t memoryBytes = 0; ///< the most that batches held, those at work included
    std::optional<Limit> limitedBy;
};

/// The same run with batches of `times` as many items: each takes so many times as long, and there are as many times fewer. What a batch
/// costs however large it is isn't known, but for the time to wake a worker, which stays.
SimulationModel withBatchSize(SimulationModel model, double times);

/// Plays a run through, batch by batch (a discrete simulation of events): bounded queues, workers that take a batch
/// once there is room behind them, as many computing at a time as there are cores. Service times are drawn from what
/// was measured, the same ones each time. The first 20 000 batches of each source are enough. What holds batches back
/// until its end, as a sort does, passes them on at once here. Pure; some milliseconds to a second.
Simulation simulate(const SimulationModel &model);

} // namespace millrace
