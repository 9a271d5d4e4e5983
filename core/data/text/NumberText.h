// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace millrace {

/// The most bytes that a number takes as text.
constexpr size_t MostNumberText = 32;

/// Write what appendNumber() and appendInteger() append, to memory with room for MostNumberText bytes, and return where it
/// ends.
char *putNumber(char *at, double value);
char *putInteger(char *at, int64_t value);
/// As putNumber(), but whoever reads JSON takes it for a real again: one that no integer of 64 bits could be gets a fraction. Finite numbers
/// only.
char *putJsonNumber(char *at, double value);

/// Whether a number is surely written as that text, by a look at it: up to 15 digits, no zero at the end of a fraction, no exponent on either
/// side. False: most likely not.
bool isSurelyShortest(std::string_view number);

/// "1 second", "0.5 seconds".
std::string secondsText(double seconds);

/// The digits' values of a number of up to eight digits, the first one lowest: all parts are divided at a time, by
/// multiplication (Khuong 2017, "How to print integers really fast").
inline uint64_t digitsOf(uint32_t number)
{
    constexpr uint64_t Hundreds = 0x0000007f'0000007f, Tens = 0x000f000f'000f000f;
    const uint64_t parts = number / 10000 | uint64_t(number % 10000) << 32;
    const uint64_t tops = parts * 10486 >> 20 & Hundreds;
    const uint64_t pairs = (parts - 100 * tops) << 16 | tops;
    const uint64_t firsts = pairs * 103 >> 10 & Tens;
    return (pairs - 10 * firsts) << 8 | firsts;
}

/// What putInteger() does, without a call for numbers of up to eight digits. May use all of the MostNumberText bytes.
inline char *putShortInteger(char *at, int64_t value)
{
    if (std::endian::native != std::endian::little || uint64_t(value) >= 100'000'000)
        return putInteger(at, value);
    const uint64_t digits = digitsOf(uint32_t(value));
    const unsigned zeros = unsigned(std::countr_zero(digits | uint64_t(1) << 56)) / 8;
    const uint64_t text = (digits | 0x30303030'30303030) >> 8 * zeros;
    std::memcpy(at, &text, sizeof text);
    return at + 8 - zeros;
}

/// What putNumber() does, without a call for positive numbers of up to six digits and two decimals, as which amounts of
/// money are kept: a whole number of hundredths that divides back to the same double. May use all of the MostNumberText
/// bytes.
inline char *putShortNumber(char *at, double value)
{
    constexpr double MostHundredths = 99'999'999;
    const double product = value * 100;
    if (std::endian::native != std::endian::little || !(product >= 0 && product < MostHundredths))
        return putNumber(at, value);
    const auto hundredths = int32_t(uint32_t(product * 2) + 1) / 2; // rounded
    if (double(hundredths) / 100 != value)
        return putNumber(at, value);
    const uint64_t digits = digitsOf(uint32_t(hundredths));
    const unsigned zeros = unsigned(std::countr_zero(digits | uint64_t(1) << 40)) / 8;
    const uint64_t text = (digits | 0x30303030'30303030) >> 8 * zeros;
    std::memcpy(at, &text, sizeof text);
    at += 6 - zeros;
    const auto decimals = uint32_t(digits >> 48);
    if (decimals == 0)
        return at;
    const uint32_t fraction = (decimals | 0x3030) << 8 | '.';
    std::memcpy(at, &fraction, sizeof fraction);
    return at + (decimals > 0xff ? 3 : 2);
}

} // namespace millrace
