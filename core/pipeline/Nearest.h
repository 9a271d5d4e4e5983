// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The name that looks most like this one, for "did you mean"; empty where none is near (more than a third is different).
std::string nearestName(std::string_view name, const std::vector<std::string> &names);

} // namespace millrace
