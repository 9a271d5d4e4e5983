// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace millrace {

/// Insertions, deletions, replacements and exchanges of neighbours that turn one text into the other (optimal string
/// alignment; Damerau 1964, Wagner and Fischer 1974).
size_t editDistance(std::string_view from, std::string_view to);

} // namespace millrace
