// SPDX-License-Identifier: MIT
#include "expression/values/ExactNumber.h"

#include "expression/values/Arithmetic.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace millrace {

int compareNumbers(const ExactNumber &a, const ExactNumber &b)
{
    if (a.isWhole && b.isWhole)
        return a.whole < b.whole ? -1 : a.whole > b.whole;
    // Of 64 bits and more: holds either exactly
    const auto exact = [](const ExactNumber &number) {
        return number.isLong ? static_cast<long double>(number.whole) : static_cast<long double>(number.real);
    };
    return exact(a) < exact(b) ? -1 : exact(a) > exact(b);
}

bool isWrittenAs(double real, std::string_view digits)
{
    constexpr size_t MostText = 32;
    char text[MostText];
    const auto written = std::to_chars(text, text + MostText, std::fabs(real), std::chars_format::scientific);
    std::string shown;
    for (const char *at = text; at < written.ptr && *at != 'e'; ++at) {
        if (*at != '.')
            shown += *at;
    }
    return shown.size() <= digits.size() && digits.starts_with(shown)
           && digits.find_first_not_of('0', shown.size()) == std::string_view::npos;
}

ReadNumber parseExactNumber(std::string_view text, ExactNumber &number)
{
    double real = 0;
    if (!parseNumber(text, real))
        return ReadNumber::NoNumber;
    number = ExactNumber::of(real);
    if (!(std::fabs(real) >= MostExactReal))
        return ReadNumber::Read;
    std::string_view digits = trimmed(text);
    const bool isNegative = digits.starts_with('-');
    if (isNegative || digits.starts_with('+'))
        digits.remove_prefix(1);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    const bool isPlain =
        !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!isPlain)
        return ReadNumber::Read;
    const std::string whole = (isNegative ? "-" : "") + std::string(digits);
    int64_t integer = 0;
    if (std::from_chars(whole.data(), whole.data() + whole.size(), integer).ec == std::errc()) {
        number = ExactNumber::of(integer);
        return ReadNumber::Read;
    }
    return isWrittenAs(real, digits) ? ReadNumber::Read : ReadNumber::TooLong;
}

} // namespace millrace
