// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <iconv.h>

#include <memory>
#include <string>
#include <string_view>

namespace millrace {

/// UTF-8 with a byte-order mark in front, by which spreadsheets know it.
inline constexpr const char *MarkedUtf8 = "UTF-8-BOM";
bool isMarkedUtf8(std::string_view encoding);

/// UTF-8 text as bytes of another encoding, the other way round than a Transcoder. Some encodings begin with a mark, which comes
/// before the first text. One thread.
class TextEncoder
{
public:
    /// Fails for an encoding that nobody knows.
    static Result<std::unique_ptr<TextEncoder>> make(const std::string &encoding);
    ~TextEncoder();
    TextEncoder(const TextEncoder &) = delete;
    TextEncoder &operator=(const TextEncoder &) = delete;

    /// Appends whole characters. Fails with the first one that isn't in the encoding, and what to do; what was appended is then of no
    /// use.
    Result<> append(std::string &bytes, std::string_view utf8);

private:
    TextEncoder(iconv_t converter, std::string encoding) : m_converter(converter), m_encoding(std::move(encoding)) {}

    iconv_t m_converter;
    std::string m_encoding;
};

} // namespace millrace
