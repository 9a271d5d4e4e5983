// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"

#include <iosfwd>
#include <string>
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
Result<LoadedPipeline> loadPipeline(const std::string &path);
/// The same from a stream, which may have no end.
Result<LoadedPipeline> readPipeline(std::istream &stream);

/// UTF-8 JSON, indented by two spaces, keys in the contract's order, then unknown ones as they came.
std::string writePipeline(const Pipeline &pipeline);
/// Atomically: another name first, then renamed over.
Result<> savePipeline(const Pipeline &pipeline, const std::string &path);

} // namespace millrace
