// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/run/Report.h"
#include "pipeline/Pipeline.h"

#include <string>

namespace millrace {

/// Puts a run that is over on the record of its pipeline. Where that can't be written it is said, once, and the run is
/// as good as it was.
void keepOnRecord(const std::string &pipelinePath, const Pipeline &pipeline, const RunRecord &record);

} // namespace millrace
