// SPDX-License-Identifier: MIT
#include "data/text/NumberText.h"

#include "data/Value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace millrace {

namespace {

constexpr double PlainLimit = 1e15; // decimals of up to 15 digits are told apart by every double

char *putWhole(char *at, uint64_t value)
{
    constexpr size_t MostDigits = 20;
    if (value <= UINT32_MAX) // of half the size, twice as quick
        return std::to_chars(at, at + MostDigits, uint32_t(value)).ptr;
    return std::to_chars(at, at + MostDigits, value).ptr;
}

char *putText(char *at, std::string_view text)
{
    std::memcpy(at, text.data(), text.size());
    return at + text.size();
}

/// Where a decimal of that many places (of which Unit is the power of ten) and of up to 15 digits divides back to the same
/// double, it is the shortest text that there is. Null where it doesn't. `value` is no whole number.
template <uint64_t Unit, int Decimals>
char *putIfDecimal(char *at, double value)
{
    const double product = value * double(Unit);
    if (std::fabs(product) >= PlainLimit)
        return nullptr;
    const auto scaled = int64_t(product + std::copysign(0.5, product));
    if (double(scaled) / double(Unit) != value)
        return nullptr;
    const uint64_t magnitude = scaled < 0 ? uint64_t(-scaled) : uint64_t(scaled);
    if (scaled < 0)
        *at++ = '-';
    at = putWhole(at, magnitude / Unit);
    *at++ = '.';
    uint64_t fraction = magnitude % Unit;
    for (int i = Decimals - 1; i >= 0; --i) {
        at[i] = char('0' + fraction % 10);
        fraction /= 10;
    }
    at += Decimals;
    while (at[-1] == '0')
        --at;
    return at;
}

/// Lays out the shortest digits as ECMA-262's Number::toString does (sec. 6.1.6.1.20).
char *putShortest(char *at, double value)
{
    char buffer[40];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
    const char *from = buffer;
    if (*from == '-') {
        *at++ = '-';
        ++from;
    }
    const std::string_view scientific(from, size_t(written.ptr - from));
    const size_t mark = scientific.find('e');
    int exponent = 0;
    const char *const sign = scientific.data() + mark + 1;
    std::from_chars(sign + (*sign == '+' ? 1 : 0), written.ptr, exponent);

    char digits[24]{};
    int count = 0;
    for (const char c : scientific.substr(0, mark)) {
        if (c != '.')
            digits[count++] = c;
    }
    const std::string_view all(digits, size_t(count));
    const auto putZeros = [&at](int zeros) {
        for (; zeros > 0; --zeros)
            *at++ = '0';
    };
    const int point = exponent + 1; // digits before the decimal point
    if (count <= point && point <= 21) {
        at = putText(at, all);
        putZeros(point - count);
    } else if (0 < point && point <= 21) {
        at = putText(at, all.substr(0, size_t(point)));
        *at++ = '.';
        at = putText(at, all.substr(size_t(point)));
    } else if (-6 < point && point <= 0) {
        at = putText(at, "0.");
        putZeros(-point);
        at = putText(at, all);
    } else {
        *at++ = digits[0];
        if (count > 1) {
            *at++ = '.';
            at = putText(at, all.substr(1));
        }
        at = putText(at, exponent < 0 ? "e-" : "e+");
        at = putInteger(at, std::abs(exponent));
    }
    return at;
}

} // namespace

char *putInteger(char *at, int64_t value)
{
    if (value < 0)
        *at++ = '-';
    return putWhole(at, value < 0 ? 0 - uint64_t(value) : uint64_t(value));
}

char *putNumber(char *at, double value)
{
    // Most numbers of tables are whole or have few decimals.
    if (std::fabs(value) < PlainLimit) {
        if (const auto whole = int64_t(value); double(whole) == value)
            return putInteger(at, whole);
        if (char *const end = putIfDecimal<100, 2>(at, value))
            return end;
        if (char *const end = putIfDecimal<1'000'000, 6>(at, value))
            return end;
    }
    if (std::isnan(value))
        return putText(at, "NaN");
    if (std::isinf(value))
        return putText(at, value < 0 ? "-Infinity" : "Infinity");
    return putShortest(at, value);
}

char *putJsonNumber(char *at, double value)
{
    constexpr double BeyondIntegers = 0x1p63;
    char *const end = putNumber(at, value);
    const bool isWritten =
        std::fabs(value) < BeyondIntegers || std::find_if(at, end, [](char c) { return c == '.' || c == 'e'; }) != end;
    return isWritten ? end : putText(end, ".0");
}

void appendInteger(std::string &text, int64_t value)
{
    char buffer[MostNumberText];
    text.append(buffer, size_t(putInteger(buffer, value) - buffer));
}

void appendNumber(std::string &text, double value)
{
    char buffer[MostNumberText];
    text.append(buffer, size_t(putNumber(buffer, value) - buffer));
}

std::string formatNumber(double value)
{
    std::string text;
    appendNumber(text, value);
    return text;
}

bool isSurelyShortest(std::string_view number)
{
    constexpr size_t MostDigits = 15; // of which a double keeps each
    std::string_view digits = number;
    if (digits.starts_with('-'))
        digits.remove_prefix(1);
    if (digits.empty() || digits.size() > MostDigits || digits.front() == '.')
        return false;
    size_t points = 0;
    for (const char c : digits) {
        if (c == '.')
            ++points;
        else if (c < '0' || c > '9')
            return false;
    }
    if (points == 0)
        return digits != "0" || number == digits;
    return digits.back() != '0' && digits.back() != '.' && !digits.starts_with("0.00000");
}

std::string secondsText(double seconds)
{
    char digits[MostNumberText];
    std::string text(digits, putNumber(digits, seconds));
    return text += seconds == 1 ? " second" : " seconds";
}

} // namespace millrace
