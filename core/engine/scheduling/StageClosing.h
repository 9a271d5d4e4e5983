// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunOptions.h"

namespace millrace {

struct StageGraph;

/// Closes the workers of all stages, or of those of sinks, from the sources on. When no stage is at work any more.
void closeWorkers(const StageGraph &graph, bool areSinks);

/// Finishes or abandons what the sinks have written, all of them whatever becomes of one, and notes in the outcome which files were
/// kept, and what went wrong where nothing had before. Throws std::bad_alloc, once all are closed, where there was no memory for it.
void closeSinks(const StageGraph &graph, RunOutcome &outcome, bool isCancelled);

} // namespace millrace
