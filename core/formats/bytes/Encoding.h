// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace millrace {

inline constexpr const char *Utf8 = "UTF-8";

/// How a text's characters are written as bytes.
struct EncodingGuess
{
    std::string encoding = Utf8; ///< a name that Transcoder knows
    bool isSure = true;          ///< a mark or a pattern says so; else it is a guess
};

/// Guesses the encoding from the beginning of a text: by a byte-order mark, by the pattern of its bytes of value 0 (UTF-16), or because
/// it is UTF-8 but for a few faults; else by libuchardet where there is enough to tell by, else windows-1252. `isWhole`: nothing comes
/// behind.
EncodingGuess guessEncoding(std::string_view text, bool isWhole);

/// Whether it is another name of UTF-8.
bool isUtf8Name(std::string_view encoding);

} // namespace millrace
