// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace millrace {

/// How many bytes of space (as JavaScript counts it, line ends included) the text begins with.
size_t leadingSpace(std::string_view utf8);
/// The text without space at both ends.
std::string_view trimmed(std::string_view utf8);

/// Reads text that is a decimal number as JavaScript writes one (sign, decimals, exponent, "Infinity"), space around it
/// allowed. False for anything else, the empty text too.
bool parseNumber(std::string_view text, double &number);

/// Rounds to `digits` decimals (negative: to tens, hundreds, …), halves away from zero, by the number's shortest
/// decimal text: 1.005 becomes 1.01 although the double lies a little below.
double roundDecimal(double number, double digits);
/// roundDecimal() of so many numbers.
void roundDecimals(const double *numbers, size_t count, double digits, double *out);

/// x to the power of y as ECMA-262 says it, where C differs for 1 and the infinities.
double power(double x, double y);
/// What is left of x when whole multiples of y are taken away, with the sign of x (JavaScript's %).
double remainderOf(double x, double y);
/// ECMA-262's ToInt32.
int wrappedInteger(double number);

} // namespace millrace
