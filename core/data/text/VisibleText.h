// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// How line ends, tabs and carriage returns are shown.
enum class LineEnds : uint8_t {
    Keep,   ///< line ends and tabs as they are; other control characters are escaped
    Blank,  ///< as spaces
    Escape, ///< as \n, \t, \r
};

/// The text with all that could make a terminal or a label show something else than there is written out as `\u001b`: control characters,
/// also those of 8 bits (C1), marks that turn the direction of reading or take no room, line and paragraph separators,
/// and bytes that are no UTF-8 (`\xff`). What is left shows as what it is. Within JSON's texts the result is JSON again.
std::string visibleText(std::string_view text, LineEnds lineEnds);

/// The same with what looks like something else written out as well: blanks other than the usual one, accents that are characters of
/// their own. For names, of which somebody has to see why they aren't equal.
std::string codedText(std::string_view text);

} // namespace millrace
