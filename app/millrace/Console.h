// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Columns of the terminal behind a file descriptor; 80 where it is none.
int terminalWidth(int descriptor);
/// Whether a line can be drawn again there.
bool isTerminal(int descriptor);

/// Characters of UTF-8 text (code points).
size_t textWidth(std::string_view text);
/// Cut to that many characters, with … at the end where something is missing.
std::string elided(std::string_view text, size_t width);
/// On one line, and with whatever would steer the terminal written out: text of a file must not.
std::string printable(std::string_view text);
/// Writes lines that people read: nothing in them steers the terminal.
void say(std::FILE *target, std::string_view lines);
/// Broken into lines of at most `width` characters, at spaces; each line after the first is indented.
std::string wrapped(std::string_view text, size_t width, size_t indent);

/// Paragraphs, with an empty line between them, each wrapped.
std::string wrappedParagraphs(std::string_view text, size_t width);

/// Columns for text that goes to standard output: those of the terminal, within reason.
size_t textColumns();
/// `  name  text`, the text in a column of its own, as far to the right as names of `nameWidth` need; with a line's end.
std::string formatEntry(std::string_view name, size_t nameWidth, std::string_view text, size_t width);

/// "950", "12345", "1.23M": at most five characters.
std::string formatCount(double count);
/// "850 us", "1.2 ms", "34.5 s", "2 min 05 s", "3 h 20 min".
std::string formatDuration(double seconds);
/// "97 %"
std::string formatPercent(double share);

/// A table of text: first column to the left, the others to the right, as wide as they need. Where it is wider than
/// `width`, the first column gives way.
std::string formatTable(const std::vector<std::vector<std::string>> &rows, size_t width);

} // namespace millrace
