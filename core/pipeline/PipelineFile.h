// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/file/PipelineReader.h"
#include "pipeline/file/PipelineWriter.h"
#include "pipeline/Pipeline.h"

#include <iosfwd>
#include <string>

namespace millrace {

/// As parsePipeline(), of a file.
Result<LoadedPipeline> loadPipeline(const std::string &path);
/// The same from a stream, which may have no end.
Result<LoadedPipeline> readPipeline(std::istream &stream);

/// Atomically: another name first, then renamed over.
Result<> savePipeline(const Pipeline &pipeline, const std::string &path);

} // namespace millrace
