// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Simulation.h"
#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace millrace {

/// What was measured of a step, wherever it was written down.
struct MeasuredStep
{
    SimulatedStep step;
    double busySeconds = 0;
    double idleSeconds = 0; ///< with a free worker and no input, or no core
    double batchesIn = 0;
    double queueMean = 0; ///< batches
    double arrived = 0;   ///< batches that it took, and that still wait for it
};

/// A link, by the places of its steps in their list.
using MeasuredLinks = std::vector<std::pair<size_t, size_t>>;

/// The model of these steps: with the time that it takes to wake a worker, and what each link brings. Pure.
SimulationModel modelOfSteps(const std::vector<MeasuredStep> &steps, const MeasuredLinks &links);

/// What simulate() needs to play a run through with other settings, by what has been measured in it so far. Nothing where nothing has gone
/// through yet. Pure.
std::optional<SimulationModel> measuredModel(const RunSample &sample, const Pipeline &pipeline, int cores);

} // namespace millrace
