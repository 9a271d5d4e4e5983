// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

inline constexpr int MostStepWorkers = 1024; ///< that a step can have
inline constexpr int64_t MostPaddedItems =
    10'000'000; ///< in a batch that is filled up: it is held in memory as a whole

/// What is wrong with a pipeline as a file, whatever its steps do: ids, numbers out of range, links that lead nowhere, keys
/// with a wrong value (errors), keys that this version doesn't know (one warning for each key).
Problems structureProblems(const Pipeline &pipeline);

/// Why that many are refused.
std::string tooManyWorkersText(int workers);

/// Why the last batch can't be padded to that size; empty: it can, or isn't padded.
std::string paddingProblem(const Batching &batching);

/// `[A-Za-z0-9_-]+`
bool isStepId(std::string_view id);

} // namespace millrace
