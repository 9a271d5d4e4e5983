// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/errors/ChosenItems.h"
#include "steps/StepType.h"

namespace millrace {

/// Runs the chosen items through the pipeline as it is now, from the step on that they failed at. Everything stays as it is unless the
/// run finishes: results appear whole or not at all. Returns the exit status.
int retryItems(const ChosenItems &chosen, const Call &call, const StepRegistry &registry);

} // namespace millrace
