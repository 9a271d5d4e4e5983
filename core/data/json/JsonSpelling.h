// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// How a member of an object stands in a JSON text, without blanks, where it wouldn't be written so again because of a number in it:
/// 1.10, 1E5, [-0].
struct JsonSpelling
{
    size_t member = 0; ///< its place in the object; 0 where the text is no object but a value
    std::string text;
};

/// Finds them, by their places. `structurals`: where in the text its brackets, braces, colons and commas are, and where its values and
/// names begin, ascending. The text is valid JSON.
std::vector<JsonSpelling> jsonSpellingsOf(std::string_view text, std::span<const uint32_t> structurals);

} // namespace millrace
