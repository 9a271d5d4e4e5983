// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

// What the catalogue of steps and the manual say alike of a type.

/// "source", "transform", "combine" or "sink".
std::string_view stepKindName(StepKind kind);
std::vector<std::string> inputPortsOf(const StepType &type);
/// With `error`, where it has that.
std::vector<std::string> outputPortsOf(const StepType &type);
/// The same as words, also where further ports follow from a parameter.
std::string outputsText(const StepType &type);
/// How many workers it stands.
std::string workersText(const StepType &type);
/// Its kind, unit, range, default and help.
std::string describedParam(const Param &param);
/// "a, b", or "none".
std::string listed(const std::vector<std::string> &words);

} // namespace millrace
