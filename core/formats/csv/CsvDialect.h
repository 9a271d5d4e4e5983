// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>

namespace millrace {

/// How a file of comma-separated values is spelled: what is between fields and records, and what takes the meaning of these away.
struct CsvDialect
{
    std::string delimiter = ","; ///< one to eight bytes
    char quote = '"';            ///< NUL: there are no quotes
    char escape = '\0';          ///< before a quote within quotes; NUL: such a quote is written twice
    bool endsAtCr = false;       ///< a carriage return alone ends a record, too
    bool trims = false;          ///< blanks around fields, and around their quotes, aren't part of them
    bool isLenient = false;      ///< a quote that isn't closed as it should be is an ordinary character
    std::string comment;         ///< lines that begin with it are passed over; empty: there are none

    bool operator==(const CsvDialect &) const = default;

    /// Whether it is spelled as RFC 4180 says, but for the delimiter: what the quick readers know.
    bool isPlain() const { return quote == '"' && hasPlainFields() && escape == '\0' && !isLenient; }
    /// Whether text without any quote is split by one byte and by line feeds alone.
    bool hasPlainFields() const { return delimiter.size() == 1 && !endsAtCr && !trims && comment.empty(); }
};

/// What a `delimiter` parameter means: one to eight bytes of UTF-8, or \t for a tab. Fails with a sentence.
Result<std::string> csvDelimitersOf(const std::string &text);
/// The character that a `quote` parameter means: itself, or NUL for "none". Fails with a sentence.
Result<char> csvQuoteOf(const std::string &text);
/// The character that an `escape` parameter means: itself, or NUL for "doubled". Fails with a sentence.
Result<char> csvEscapeOf(const std::string &text);

/// As these parameters are written, for people and for pipeline files.
std::string csvDelimiterText(const std::string &delimiter);
std::string csvQuoteText(char quote);
std::string csvEscapeText(char escape);

} // namespace millrace
