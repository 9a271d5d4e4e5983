// SPDX-License-Identifier: MIT
#include "data/Value.h"

#include <charconv>
#include <cmath>

namespace millrace {

namespace {

constexpr double PlainLimit = 1e15; // decimals of up to 15 digits are told apart by every double

/// Digits of value / 10^decimals without trailing zeros of the fraction.
void appendDecimal(std::string& text, int64_t value, int decimals)
{
    char buffer[32];
    char* const end = buffer + sizeof buffer;
    char* at = end;
    uint64_t rest = value < 0 ? uint64_t(-value) : uint64_t(value);
    while (decimals > 0 && rest % 10 == 0) {
        rest /= 10;
        --decimals;
    }
    for (int written = 0; rest > 0 || written <= decimals; ++written) {
        if (written == decimals && decimals > 0)
            *--at = '.';
        *--at = char('0' + rest % 10);
        rest /= 10;
    }
    if (value < 0)
        *--at = '-';
    text.append(at, size_t(end - at));
}

/// Lays out the shortest digits as ECMA-262's Number::toString does (sec. 6.1.6.1.20).
void appendShortest(std::string& text, double value)
{
    char buffer[40];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    const char* at = buffer;
    if (*at == '-') {
        text += '-';
        ++at;
    }
    std::string_view scientific(at, size_t(written.ptr - at));
    const size_t mark = scientific.find('e');
    int exponent = 0;
    const char* const sign = scientific.data() + mark + 1;
    std::from_chars(sign + (*sign == '+' ? 1 : 0), written.ptr, exponent);

    char digits[24];
    int count = 0;
    for (const char c : scientific.substr(0, mark)) {
        if (c != '.')
            digits[count++] = c;
    }
    const int point = exponent + 1; // digits before the decimal point
    if (count <= point && point <= 21) {
        text.append(digits, size_t(count));
        text.append(size_t(point - count), '0');
    } else if (0 < point && point <= 21) {
        text.append(digits, size_t(point));
        text += '.';
        text.append(digits + point, size_t(count - point));
    } else if (-6 < point && point <= 0) {
        text += "0.";
        text.append(size_t(-point), '0');
        text.append(digits, size_t(count));
    } else {
        text += digits[0];
        if (count > 1) {
            text += '.';
            text.append(digits + 1, size_t(count - 1));
        }
        text += exponent < 0 ? "e-" : "e+";
        appendInteger(text, std::abs(exponent));
    }
}

} // namespace

void appendInteger(std::string& text, int64_t value)
{
    char buffer[24];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
    text.append(buffer, size_t(written.ptr - buffer));
}

void appendNumber(std::string& text, double value)
{
    // Most numbers of tables are whole or have few decimals. Where such a decimal of up to 15 digits divides back to
    // the same double, it is the shortest text there is.
    const double micros = value * 1e6;
    if (std::fabs(micros) < PlainLimit) {
        const auto scaled = int64_t(std::nearbyint(micros));
        if (double(scaled) / 1e6 == value) {
            appendDecimal(text, scaled, 6);
            return;
        }
    } else if (std::fabs(value) < PlainLimit && value == std::trunc(value)) {
        appendInteger(text, int64_t(value));
        return;
    }
    if (std::isnan(value))
        text += "NaN";
    else if (std::isinf(value))
        text += value < 0 ? "-Infinity" : "Infinity";
    else
        appendShortest(text, value);
}

std::string formatNumber(double value)
{
    std::string text;
    appendNumber(text, value);
    return text;
}

} // namespace millrace
