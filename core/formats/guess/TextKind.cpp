// SPDX-License-Identifier: MIT
#include "formats/guess/TextKind.h"

#include <string>

namespace millrace {

namespace {

constexpr std::string_view Blanks = " \t\r\n";

/// The text from its first character that is no blank.
std::string_view withoutBlanks(std::string_view text)
{
    const size_t first = text.find_first_not_of(Blanks);
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

/// Whether the brackets that open in the first line close in it, too. Those in texts count as others: it is a guess.
bool isClosedInFirstLine(std::string_view text)
{
    size_t open = 0;
    for (const char c : text.substr(0, text.find('\n'))) {
        open += c == '{' || c == '[' ? 1 : 0;
        open -= (c == '}' || c == ']') && open > 0 ? 1 : 0;
    }
    return open == 0;
}

bool isHtml(std::string_view text)
{
    std::string start;
    for (const char c : text.substr(0, 16))
        start += c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
    return start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<table")
           || start.starts_with("<head") || start.starts_with("<body");
}

} // namespace

TextKind textKindOf(std::string_view start)
{
    const std::string_view text = withoutBlanks(start);
    const std::string_view second = text.empty() ? text : withoutBlanks(text.substr(1));
    const char behind = second.empty() ? '\0' : second.front();
    if (text.starts_with('{') && (behind == '"' || behind == '}'))
        return isClosedInFirstLine(text) ? TextKind::JsonLines : TextKind::Json;
    if (text.starts_with('[') && (behind == '{' || behind == '['))
        return TextKind::Json;
    if (isHtml(text))
        return TextKind::Html;
    return text.starts_with("<?xml") ? TextKind::Xml : TextKind::Plain;
}

} // namespace millrace
