// SPDX-License-Identifier: MIT
#include "data/text/RandomLetters.h"

#include <random>
#include <string_view>

namespace millrace {

std::string randomLetters(size_t count)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device random;
    std::string text(count, ' ');
    for (char &c : text)
        c = letters[random() % letters.size()];
    return text;
}

} // namespace millrace
