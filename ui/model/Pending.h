// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <map>
#include <set>
#include <string>

namespace millrace {

/// Settings by the steps that have them.
using StepSettings = std::map<std::string, std::set<std::string>>;

/// What is different in the drawing from what runs and applies at the next run: parameters and settings under their names in the
/// file. A step that doesn't run has an empty name among them. Steps without any are left out.
StepSettings pendingSettings(const Pipeline &drawn, const Pipeline &running);

/// The drawing without what is only drawn, or applies at once while it runs: where this is the same, a run needs no new start.
Pipeline essenceOf(Pipeline pipeline);

} // namespace millrace
