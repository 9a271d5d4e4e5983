// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/Arguments.h"
#include "millrace/run/RunSettings.h"
#include "millrace/run/Trust.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What a call that runs one pipeline says, taken apart and checked.
struct PipelineCall
{
    Call call; ///< for what only one command has
    std::string file;
    TrustSettings trust;
    RunSettings settings;
};

Result<PipelineCall> readPipelineCall(std::string_view command, const std::vector<std::string> &arguments);

} // namespace millrace
