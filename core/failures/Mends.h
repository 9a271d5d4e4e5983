// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"
#include "pipeline/Pipeline.h"
#include "steps/MendingStep.h"
#include "steps/StepType.h"

#include <string>
#include <vector>

namespace millrace {

/// Settings of the step at which an item has failed that would let it, and others of its kind, through: what the step itself knows, or, where it
/// knows of none, what the message advises. The best first; none where nothing is known. `folder`: what relative paths are relative to. May look at files, so on a
/// thread that may wait.
std::vector<Mend> mendsOf(const LogRecord &failed,
                          const Pipeline &pipeline,
                          const StepRegistry &registry,
                          const std::string &folder);

/// As an option of the command line sets one of them: `--set 'orders.decimal=,'`.
std::vector<std::string> setOptionsOf(const Mend &mend, const std::string &step);

} // namespace millrace
