// SPDX-License-Identifier: MIT
#include "expression/values/Arithmetic.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace millrace {

namespace {

/// Bytes of the space character that the text begins with, 0 where it is none (ECMA-262, WhiteSpace and
/// LineTerminator).
size_t spaceAt(std::string_view text)
{
    const auto byte = [&](size_t i) { return i < text.size() ? uint8_t(text[i]) : uint8_t(0); };
    const uint8_t first = byte(0);
    if (first == ' ' || (first >= 9 && first <= 13))
        return 1;
    if (first < 0xc2)
        return 0;
    if (first == 0xc2 && byte(1) == 0xa0)
        return 2;
    const uint32_t code = uint32_t(first) << 16 | uint32_t(byte(1)) << 8 | byte(2);
    switch (code) {
    case 0xe19a80: // ogham space
    case 0xe280a8: // line separator
    case 0xe280a9: // paragraph separator
    case 0xe280af: // narrow no-break space
    case 0xe2819f: // mathematical space
    case 0xe38080: // ideographic space
    case 0xefbbbf: // byte-order mark
        return 3;
    default: return code >= 0xe28080 && code <= 0xe2808a ? 3 : 0;
    }
}

constexpr std::array<double, 16> Powers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
constexpr double ExactLimit = 9007199254740992.0; // 2^53

/// Rounds the shortest digits that read back as `number` (which is finite and positive).
double roundShortest(double number, int decimals)
{
    char buffer[40];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
    char digits[24];
    int count = 0, exponent = 0;
    const char *at = buffer;
    for (; *at != 'e'; ++at) {
        if (*at != '.')
            digits[count++] = *at;
    }
    ++at;
    std::from_chars(at + (*at == '+' ? 1 : 0), written.ptr, exponent);

    const int kept = exponent + 1 + decimals;
    if (kept >= count)
        return number;
    if (kept < 0)
        return 0;
    const bool isUp = digits[kept] >= '5';
    uint64_t whole = 0;
    for (int i = 0; i < kept; ++i)
        whole = whole * 10 + uint64_t(digits[i] - '0');
    char text[40];
    char *end = std::to_chars(text, text + 24, whole + (isUp ? 1 : 0)).ptr;
    *end++ = 'e';
    end = std::to_chars(end, text + sizeof text, -decimals).ptr;
    double rounded = 0;
    if (std::from_chars(text, end, rounded).ec == std::errc::result_out_of_range)
        return decimals < 0 ? std::numeric_limits<double>::infinity() : 0;
    return rounded;
}

/// Rounds a positive number to decimals, of which `scale` is the power of ten. False where a product of so many digits can't
/// tell.
inline bool roundQuickly(double positive, double scale, double &rounded)
{
    constexpr double TieLimit = 1e13; // a tie below it has up to 15 digits, as which every double is written
    const double scaled = positive * scale;
    if (!(scaled < ExactLimit / 8))
        return false;
    const auto below = double(int64_t(scaled)); // what std::floor would say, without a call
    const double rest = scaled - below - 0.5;
    rounded = (below + double(rest >= 0)) / scale;
    if (std::fabs(rest) > scaled * 1e-15)
        return true;
    // The product's error could decide. Of decimals with up to 15 digits none reads as the double of another, so the number's
    // shortest text is the tie, or above or below it, as the number is to the tie's double.
    const double tie = (below * 10 + 5) / (scale * 10);
    rounded = (below + double(positive >= tie)) / scale;
    return scaled < TieLimit;
}

} // namespace

size_t leadingSpace(std::string_view utf8)
{
    size_t at = 0;
    while (const size_t bytes = spaceAt(utf8.substr(at)))
        at += bytes;
    return at;
}

std::string_view trimmed(std::string_view utf8)
{
    utf8.remove_prefix(leadingSpace(utf8));
    for (;;) {
        size_t bytes = 0;
        for (size_t width = 1; width <= 3 && width <= utf8.size(); ++width) {
            if (spaceAt(utf8.substr(utf8.size() - width)) == width)
                bytes = width;
        }
        if (bytes == 0)
            return utf8;
        utf8.remove_suffix(bytes);
    }
}

bool parseNumber(std::string_view text, double &number)
{
    text = trimmed(text);
    const bool isNegative = text.starts_with('-');
    if (isNegative || text.starts_with('+'))
        text.remove_prefix(1);
    if (text == "Infinity") {
        number = isNegative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
        return true;
    }
    // from_chars would also take "inf" and "nan"
    if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.'))
        return false;
    const char *const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ptr != end || read.ec == std::errc::invalid_argument)
        return false;
    if (read.ec == std::errc::result_out_of_range) {
        const bool isTiny = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos
                            || text[0] == '.' || text.starts_with("0.");
        number = isTiny ? 0 : std::numeric_limits<double>::infinity();
    }
    if (isNegative)
        number = -number;
    return true;
}

double roundDecimal(double number, double digits)
{
    if (!std::isfinite(number) || std::isnan(digits))
        return std::isnan(digits) ? digits : number;
    if (std::fabs(digits) < 400)
        digits = double(int(digits));
    if (digits == 0)
        return std::round(number);
    if (digits > 340)
        return number;
    if (digits < -310)
        return std::copysign(0.0, number);
    const double positive = std::fabs(number);
    double rounded = 0;
    if (digits > 0 && digits < double(Powers.size()) && roundQuickly(positive, Powers[size_t(digits)], rounded))
        return std::copysign(rounded, number);
    rounded = positive == 0 ? 0 : roundShortest(positive, int(digits));
    return std::copysign(rounded, number);
}

void roundDecimals(const double *numbers, size_t count, double digits, double *out)
{
    const bool isUsual = digits >= 1 && digits < double(Powers.size());
    const double scale = isUsual ? Powers[size_t(digits)] : 0;
    for (size_t i = 0; i < count; ++i) {
        double rounded = 0;
        out[i] = isUsual && roundQuickly(std::fabs(numbers[i]), scale, rounded) ? std::copysign(rounded, numbers[i])
                                                                                : roundDecimal(numbers[i], digits);
    }
}

double power(double x, double y)
{
    if (std::isnan(y) || (std::isinf(y) && std::fabs(x) == 1))
        return std::numeric_limits<double>::quiet_NaN();
    return std::pow(x, y);
}

double remainderOf(double x, double y)
{
    if (std::fabs(x) < ExactLimit && std::fabs(y) < ExactLimit) {
        const int64_t whole = int64_t(x), divisor = int64_t(y);
        if (divisor != 0 && double(whole) == x && double(divisor) == y)
            return std::copysign(double(whole % divisor), x);
    }
    return std::fmod(x, y);
}

int wrappedInteger(double number)
{
    if (number >= -2147483648.0 && number <= 2147483647.0)
        return int(number);
    if (!std::isfinite(number))
        return 0;
    const double wrapped = std::fmod(std::trunc(number), 4294967296.0);
    return int(uint32_t(int64_t(wrapped)));
}

} // namespace millrace
