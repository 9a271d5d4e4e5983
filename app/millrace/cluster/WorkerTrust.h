// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "millrace/run/Trust.h"
#include "steps/StepType.h"

#include <string>
#include <vector>

namespace millrace {

/// Whether a worker may work as these steps (workerInit()) on this machine: programs, scripts and requests to servers only where this user has
/// agreed to them here, or `settings` say so. `folder`: in place of the run's; empty: as told. An error is a sentence with the digest.
Result<> permittedHere(const std::vector<Value> &told,
                       const StepRegistry &registry,
                       const std::string &folder,
                       const TrustSettings &settings);

} // namespace millrace
