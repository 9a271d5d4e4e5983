// SPDX-License-Identifier: MIT
#include "formats/csv/CsvDialect.h"

namespace millrace {

namespace {

constexpr size_t LongestDelimiter = 8; // bytes

bool isAscii(char c)
{
    return static_cast<unsigned char>(c) < 0x80;
}

bool isLineEnd(char c)
{
    return c == '\n' || c == '\r' || c == '\0';
}

} // namespace

Result<std::string> csvDelimitersOf(const std::string &text)
{
    if (text == "\\t")
        return std::string("\t");
    if (text.empty() || text.size() > LongestDelimiter)
        return failure(ErrorKind::Param,
                       "The delimiter must be one character or a few, such as \",\", \";\" or \"||\", \\t for "
                       "a tab, or \"auto\".");
    for (const char c : text)
        if (c == '"' || isLineEnd(c))
            return failure(ErrorKind::Param,
                           "Quotes and line ends can't be the delimiter; use \",\", \";\" or \\t for a tab.");
    return text;
}

Result<char> csvQuoteOf(const std::string &text)
{
    if (text.empty() || text == "none")
        return '\0';
    if (text.size() == 1 && isAscii(text[0]) && !isLineEnd(text[0]))
        return text[0];
    return failure(ErrorKind::Param, "The quote must be one character, such as \" or ', \"none\", or \"auto\".");
}

Result<char> csvEscapeOf(const std::string &text)
{
    if (text.empty() || text == "doubled")
        return '\0';
    if (text.size() == 1 && isAscii(text[0]) && !isLineEnd(text[0]))
        return text[0] == '"' ? '\0' : text[0];
    return failure(ErrorKind::Param,
                   "The escape must be \"doubled\" (a quote within quotes is written twice), one character "
                   "such as \\, or \"auto\".");
}

std::string csvDelimiterText(const std::string &delimiter)
{
    return delimiter == "\t" ? "\\t" : delimiter;
}

std::string csvQuoteText(char quote)
{
    return quote == '\0' ? "none" : std::string(1, quote);
}

std::string csvEscapeText(char escape)
{
    return escape == '\0' ? "doubled" : std::string(1, escape);
}

} // namespace millrace
