// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace millrace {

// Numbers of up to 8 bytes, of which most tables consist, read in one piece without a loop. They take `end`, behind the text,
// of which the 8 bytes before it can be read, and its length, 1 to 8. Where they return false, parseInteger() and
// parseReal() are to decide; where they return true, these would have said the same.

/// The digits' values, first digit lowest, zeros before the text.
inline uint64_t shortDigits(const char *end, size_t length)
{
    uint64_t bytes;
    std::memcpy(&bytes, end - 8, 8);
    return (bytes ^ 0x3030303030303030) & ~uint64_t(0) << (64 - 8 * length);
}
inline bool areShortDigits(uint64_t digits)
{
    return ((digits | (digits + 0x7676767676767676)) & 0x8080808080808080) == 0;
}
/// Neighbours are joined to numbers of two, four and eight digits (Lemire 2018, "Quickly parsing eight digits").
inline uint64_t shortNumber(uint64_t digits)
{
    digits = digits * 2561 >> 8 & 0x00ff00ff00ff00ff;
    digits = digits * 6553601 >> 16 & 0x0000ffff0000ffff;
    return digits * 42949672960001 >> 32;
}
/// The digits' value of the first byte.
inline unsigned firstShortDigit(uint64_t digits, size_t length)
{
    return unsigned(digits >> (64 - 8 * length) & 0xff);
}

/// Digits without a zero before others.
inline bool parseShortInteger(const char *end, size_t length, int64_t &value)
{
    if constexpr (std::endian::native != std::endian::little)
        return false;
    const uint64_t digits = shortDigits(end, length);
    if (!areShortDigits(digits) || (length > 1 && firstShortDigit(digits, length) == 0))
        return false;
    value = int64_t(shortNumber(digits));
    return true;
}

/// Whether a number that parseShortReal() has read would be written otherwise: with a point, and a zero at its end, or no digit on one
/// side of the point.
inline bool isPaddedShort(const char *end, size_t length)
{
    const char first = end[-ptrdiff_t(length)], last = end[-1];
    return (last == '0' || last == '.' || first == '.') && std::memchr(end - length, '.', length);
}

inline constexpr double ShortPowersOfTen[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};

/// Digits with or without a fraction: a whole number divided by a power of ten, which is correctly rounded since both are
/// exact (Clinger 1990, "How to read floating point numbers accurately").
inline bool parseShortReal(const char *end, size_t length, double &value)
{
    constexpr uint64_t Points = 0x1e1e1e1e1e1e1e1e; // '.' less '0', bit by bit
    if constexpr (std::endian::native != std::endian::little)
        return false;
    uint64_t digits = shortDigits(end, length);
    if (firstShortDigit(digits, length) == 0 && length > 1 && firstShortDigit(digits, length - 1) <= 9)
        return false;
    const uint64_t others = digits ^ Points; // zero at a point; only the lowest mark of one is sure
    size_t decimals = 0;
    if (const uint64_t marks = (others - 0x0101010101010101) & ~others & 0x8080808080808080; marks != 0) {
        const auto shift = unsigned(std::countr_zero(marks)) & ~7u;
        decimals = 7 - shift / 8;
        const uint64_t whole = digits & ((uint64_t(1) << shift) - 1);
        digits = whole << 8 | (digits & ~uint64_t(0) << 8 << shift);
        if (length == 1)
            return false;
    }
    if (!areShortDigits(digits))
        return false;
    value = double(int64_t(shortNumber(digits))) / ShortPowersOfTen[decimals];
    return true;
}

} // namespace millrace
