// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

class QString;

namespace millrace {

/// UTF-8 as Qt has it; what isn't UTF-8 becomes U+FFFD.
QString fromUtf8(std::string_view text);

} // namespace millrace
