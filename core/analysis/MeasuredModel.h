// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Simulation.h"
#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"

#include <optional>

namespace millrace {

/// What simulate() needs to play a run through with other settings, by what has been measured in it so far. Nothing where nothing has gone
/// through yet. Pure.
std::optional<SimulationModel> measuredModel(const RunSample &sample, const Pipeline &pipeline, int cores);

} // namespace millrace
