// SPDX-License-Identifier: MIT
#include "data/Value.h"

#include <charconv>
#include <cmath>

namespace millrace {

namespace {

constexpr double PlainLimit = 1e15; // decimals of up to 15 digits are told apart by every double

/// scaled / unit, which is no whole number, without trailing zeros; unit is 10^decimals.
void appendDecimal(std::string &text, int64_t scaled, int decimals, uint64_t unit)
{
    const uint64_t magnitude = scaled < 0 ? uint64_t(-scaled) : uint64_t(scaled);
    uint64_t fraction = magnitude % unit;
    while (fraction % 10 == 0) {
        fraction /= 10;
        --decimals;
    }
    char buffer[32];
    char *at = buffer;
    if (scaled < 0)
        *at++ = '-';
    at = std::to_chars(at, buffer + sizeof buffer, magnitude / unit).ptr;
    *at++ = '.';
    for (int i = decimals - 1; i >= 0; --i) {
        at[i] = char('0' + fraction % 10);
        fraction /= 10;
    }
    text.append(buffer, size_t(at + decimals - buffer));
}

/// Where a decimal of that many places and of up to 15 digits divides back to the same double, it is the shortest text
/// that there is.
bool appendIfDecimal(std::string &text, double value, int decimals, double unit)
{
    const double product = value * unit;
    if (std::fabs(product) >= PlainLimit)
        return false;
    const auto scaled = int64_t(product + std::copysign(0.5, product));
    if (double(scaled) / unit != value)
        return false;
    appendDecimal(text, scaled, decimals, uint64_t(unit));
    return true;
}

/// Lays out the shortest digits as ECMA-262's Number::toString does (sec. 6.1.6.1.20).
void appendShortest(std::string &text, double value)
{
    char buffer[40];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    const char *at = buffer;
    if (*at == '-') {
        text += '-';
        ++at;
    }
    std::string_view scientific(at, size_t(written.ptr - at));
    const size_t mark = scientific.find('e');
    int exponent = 0;
    const char *const sign = scientific.data() + mark + 1;
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

void appendInteger(std::string &text, int64_t value)
{
    char buffer[24];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
    text.append(buffer, size_t(written.ptr - buffer));
}

void appendNumber(std::string &text, double value)
{
    // Most numbers of tables are whole or have few decimals.
    if (std::fabs(value) < PlainLimit) {
        if (const auto whole = int64_t(value); double(whole) == value)
            return appendInteger(text, whole);
        if (appendIfDecimal(text, value, 2, 1e2) || appendIfDecimal(text, value, 6, 1e6))
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
