// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

class QString;

namespace millrace {

/// UTF-8 as Qt has it; what isn't UTF-8 becomes U+FFFD.
QString fromUtf8(std::string_view text);

/// For messages: what is longer than anybody reads is cut.
std::string shortText(const QString &text);

} // namespace millrace
