// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <cmath>
#include <cstdint>
#include <string_view>

namespace millrace {

/// Up to here every whole number is a real: 2^53.
constexpr double MostExactReal = 9007199254740992.0;

/// Whether reals have not enough digits for all whole numbers of that size.
inline bool isLongInteger(int64_t whole)
{
    constexpr int64_t Most = int64_t(1) << 53;
    return whole > Most || whole < -Most;
}

/// A number as expressions know it: a real, or a whole number of up to 64 bits where reals have not enough digits.
struct ExactNumber
{
    double real = 0;
    int64_t whole = 0;    ///< with isWhole
    bool isWhole = false; ///< a whole number, each digit of which is known
    bool isLong = false;  ///< and isLongInteger()

    static ExactNumber of(int64_t whole) { return {double(whole), whole, true, isLongInteger(whole)}; }
    static ExactNumber of(double real)
    {
        const bool isWhole = std::fabs(real) <= MostExactReal && real == std::trunc(real);
        return {real, isWhole ? int64_t(real) : 0, isWhole, false};
    }

    /// An integer where it is long, else a real.
    Value toValue() const { return isLong ? Value(whole) : Value(real); }
};

/// A whole number as expressions have it: an integer where it is long, else a real.
inline Value wholeValue(int64_t whole)
{
    return isLongInteger(whole) ? Value(whole) : Value(double(whole));
}

/// Below 0, 0 or above 0; for no NaN.
int compareNumbers(const ExactNumber &a, const ExactNumber &b);

/// Whether the real is written with just these digits of a whole number, that is, none of them is lost.
bool isWrittenAs(double real, std::string_view digits);

enum class ReadNumber : uint8_t { Read, NoNumber, TooLong };
/// A text that is a decimal number (as parseNumber() says). TooLong: a whole number that
/// neither 64 bits nor a real hold.
ReadNumber parseExactNumber(std::string_view text, ExactNumber &number);

} // namespace millrace
