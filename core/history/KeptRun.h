// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "history/RunReport.h"
#include "pipeline/Pipeline.h"

#include <string>

namespace millrace {

/// Puts a run that is over on the record of its pipeline (RunsOnRecord). `pipelinePath`: absolute. An error is a sentence; the run is as
/// good as it was. Any thread; writes a file.
Result<> keepOnRecord(const std::string &pipelinePath, const Pipeline &pipeline, const RunRecord &record);

} // namespace millrace
