// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"

#include <string_view>

namespace millrace {

/// A pipeline as read, with what was odd about its file. All errors of the file are named at once.
struct LoadedPipeline
{
    Pipeline pipeline;
    Problems problems; ///< warnings (unknown keys) and errors (wrong types, duplicate ids, dangling links, …)
};

/// Reads the text of a pipeline file. Fails only where there is nothing to show: no JSON, no object, a newer version.
/// Its message begins with "It" and doesn't name the file: whoever shows it says which one.
Result<LoadedPipeline> parsePipeline(std::string_view json);

} // namespace millrace
