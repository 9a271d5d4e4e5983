// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// The words of a line as a shell takes them, with quotes and backslashes, but nothing is executed or put in for variables. `~/` is the
/// home folder. The last word is the one under way: empty after a space.
std::vector<std::string> splitWords(std::string_view line);

} // namespace millrace
