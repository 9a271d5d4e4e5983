// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace millrace {

/// Text in quotes for a message: cut to a length that can be read, bytes that are no UTF-8 replaced.
std::string inQuotes(std::string_view text);
/// The text with bytes that are no UTF-8 replaced by U+FFFD.
std::string readableText(std::string_view text);

} // namespace millrace
