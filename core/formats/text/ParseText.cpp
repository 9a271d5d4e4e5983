// SPDX-License-Identifier: MIT
#include "formats/text/ParseText.h"

#include <charconv>
#include <cmath>

namespace millrace {

namespace {

constexpr double ExactWhole = 9007199254740992.0; // 2^53
constexpr size_t ExactDigits = 15;                // any decimal of so many digits is an exact double and a power of ten
constexpr double PowersOfTen[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// Digits and a fraction, up to 15 digits in all: a whole number divided by a power of ten, which rounds correctly since both
/// are exact (Clinger 1990, "How to read floating point numbers accurately"). False where it isn't that simple.
bool parseShortDecimal(std::string_view digits, double &value)
{
    if (digits.size() > ExactDigits + 1)
        return false;
    uint64_t number = 0;
    size_t count = 0, decimals = 0;
    bool hasPoint = false;
    for (const char c : digits) {
        const auto digit = unsigned(c) - unsigned('0');
        if (digit > 9) {
            if (c != '.' || hasPoint)
                return false;
            hasPoint = true;
            continue;
        }
        number = number * 10 + digit;
        ++count;
        decimals += hasPoint ? 1 : 0;
    }
    if (count == 0 || count > ExactDigits)
        return false;
    value = double(number) / PowersOfTen[decimals];
    return true;
}

} // namespace

bool parseReal(std::string_view text, double &value)
{
    const bool isNegative = !text.empty() && text.front() == '-';
    const std::string_view digits = text.substr(isNegative ? 1 : 0);
    if (digits.empty() || (digits[0] == '0' && digits.size() > 1 && digits[1] >= '0' && digits[1] <= '9'))
        return false;
    if (!parseShortDecimal(digits, value)) {
        if (digits[0] != '.' && (digits[0] < '0' || digits[0] > '9')) // from_chars takes inf and nan
            return false;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size())
            return false;
        if (value >= ExactWhole && digits.find_first_not_of("0123456789") == std::string_view::npos)
            return false;
    }
    if (isNegative)
        value = -value;
    return true;
}

bool parseBoolean(std::string_view text, bool &value)
{
    if (text == "true" || text == "True" || text == "TRUE")
        value = true;
    else if (text == "false" || text == "False" || text == "FALSE")
        value = false;
    else
        return false;
    return true;
}

} // namespace millrace
