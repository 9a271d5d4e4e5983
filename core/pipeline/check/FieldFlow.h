// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/check/PipelineIndex.h"

#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// Walks along the links, and calls `visit` for each running step whose parameters fit, with what is known of its input.
/// Returns the fields by step.
using StepVisitor = std::function<void(size_t index, const Step &step, const CheckContext &context)>;
struct WalkedFields
{
    std::vector<SchemaPtr> input, output;          ///< null: not known; `input`: of the first one
    std::vector<std::vector<FormatGuess>> guesses; ///< of what sources read
    std::vector<bool> isTooMuch;                   ///< joined branches have more than MostFields
    std::vector<std::pair<size_t, Error>> thrown;  ///< by steps that were asked
};
WalkedFields walkFields(const PipelineIndex &pipelineIndex,
                        const std::string &folder,
                        const StepVisitor &visit = {},
                        const std::stop_token &stop = {});

} // namespace millrace
