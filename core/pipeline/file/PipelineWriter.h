// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <string>

namespace millrace {

/// UTF-8 JSON, indented by two spaces, keys in the contract's order, then unknown ones as they came.
std::string writePipeline(const Pipeline &pipeline);

} // namespace millrace
