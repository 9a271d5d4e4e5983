// SPDX-License-Identifier: MIT
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace millrace {

/// One text of several. (GCC 12 takes the operators of std::string for overlapping copies in some of our messages.)
inline std::string joined(std::initializer_list<std::string_view> pieces)
{
    std::string text;
    for (const std::string_view piece : pieces)
        text.append(piece);
    return text;
}

} // namespace millrace
