// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// What a byte of JSON means outside of texts. White space: with the mark of RFC 7464 between documents.
enum class JsonByte : uint8_t { Plain, Space, Quote, Opening, Closing, Separator };
JsonByte jsonByteOf(char c);

/// The bracket that closes that one.
inline char jsonClosingOf(char opening)
{
    return opening == '[' ? ']' : '}';
}
/// Takes off what a closing bracket closes, up to what it belongs to. False: it belongs to nothing that is open.
bool closeJson(std::string &closings, char closing);
/// Of white space in front of a text, in bytes.
size_t jsonSpaceLength(std::string_view text);

/// How many bytes of a text the JSON value takes that it begins with; npos: its end isn't there yet. `atEnd`: nothing comes behind
/// the text, so it ends there. Of a value that isn't well formed the end is where the next one is most likely to begin: a line break
/// ends a text whose quote isn't closed, a bracket closes all that was opened within its own.
size_t jsonLength(std::string_view text, bool atEnd);

/// Takes the separators before the next record of a JSON text off its front: white space, commas and the mark of RFC 7464.
void skipJsonSeparators(std::string_view &text);

} // namespace millrace
