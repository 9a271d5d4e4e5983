// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// How wide a text will be, about, in pixels: a guess by its characters, for pictures that are made where no font is. Rather
/// too wide than too narrow.
double guessedWidth(std::string_view text, double fontSize);
/// The text, or as much of its beginning as is no wider, and "…".
std::string elidedText(std::string_view text, double fontSize, double width);
/// The lines of a text that is broken between words; a word that is too wide stays whole.
std::vector<std::string> wrappedLines(std::string_view text, double fontSize, double width);

} // namespace millrace
