// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace {

// What a text in a table says, strictly: only what is written back without a loss of digits or meaning is a number. Texts
// with leading zeros ("007"), a plus sign or spaces stay text. All return false where the text is no such thing.

/// Optional minus and digits, within 64 bits.
inline bool parseInteger(std::string_view text, int64_t &value)
{
    const bool isNegative = !text.empty() && text.front() == '-';
    const std::string_view digits = text.substr(isNegative ? 1 : 0);
    if (digits.empty() || digits.size() > 19 || (digits.front() == '0' && (digits.size() > 1 || isNegative)))
        return false;
    uint64_t number = 0; // 19 digits fit
    for (const char c : digits) {
        const auto digit = unsigned(c) - unsigned('0');
        if (digit > 9)
            return false;
        number = number * 10 + digit;
    }
    constexpr auto limit = uint64_t(INT64_MAX);
    if (number > limit + (isNegative ? 1 : 0))
        return false;
    value = isNegative ? int64_t(0 - number) : int64_t(number);
    return true;
}

/// Optional minus, digits, fraction, exponent, finite; whole numbers only below 2^53, where reals still tell them apart.
bool parseReal(std::string_view text, double &value);

/// true or false; also True and TRUE.
bool parseBoolean(std::string_view text, bool &value);

} // namespace millrace
