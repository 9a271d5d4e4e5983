// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"

#include <string_view>

namespace millrace {

/// What is wrong with a pipeline as a file, whatever its steps do: ids, numbers out of range, links that lead nowhere, keys
/// with a wrong value (errors), keys that this version doesn't know (one warning for each key).
Problems structureProblems(const Pipeline &pipeline);

/// `[A-Za-z0-9_-]+`
bool isStepId(std::string_view id);

} // namespace millrace
