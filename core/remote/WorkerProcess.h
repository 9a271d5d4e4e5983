// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "steps/StepType.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// The command that starts a worker process: what MILLRACE_WORKER names, else `millrace` beside this program, else the
/// one in PATH. Fails with a sentence where there is none.
Result<std::vector<std::string>> workerCommand();

/// The life of a worker process: makes a step as told on descriptor 3, works on batches until told to stop or the run that
/// started it is gone. Returns the exit status.
int runWorker(const StepRegistry &registry);

/// For programs with steps of their own, first thing in main(): is this process started as a worker, it works and the exit
/// status is returned. Otherwise this program is what later runs start as their workers.
std::optional<int> runWorkerIfAsked(int argc, const char *const *argv, const StepRegistry &registry);

} // namespace millrace
