// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Insertions, deletions, replacements and exchanges of neighbours that turn one text into the other (optimal string
/// alignment; Damerau 1964, Wagner and Fischer 1974).
size_t editDistance(std::string_view from, std::string_view to);

/// The name that looks most like this one, upper or lower case, for "did you mean"; empty where none is near (more than two
/// letters and a third are different). Names of more than 64 bytes are like nothing.
std::string nearestName(std::string_view name, const std::vector<std::string> &names);

} // namespace millrace
