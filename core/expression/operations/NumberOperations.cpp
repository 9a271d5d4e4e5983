// SPDX-License-Identifier: MIT
#include "expression/operations/NumberOperations.h"

#include "data/errors/ErrorKind.h"
#include "expression/values/Arithmetic.h"
#include "expression/values/ValueReading.h"
#include "expression/values/Words.h"

#include <bit>
#include <cmath>
#include <limits>
#include <string>

namespace millrace {

namespace {

__extension__ using Wide = __int128;

/// "a / b" or "log(x)", with the values.
std::string writtenCall(const OperationCall &call)
{
    std::string text;
    const bool isFunction = call.operation.isFunction(), isPrefix = call.arguments.size() == 1;
    if (isFunction || isPrefix)
        text += call.operation.name;
    text += isFunction ? "(" : "";
    for (size_t i = 0; i < call.arguments.size(); ++i) {
        if (i > 0)
            text += isFunction ? std::string(", ") : joined({" ", call.operation.name, " "});
        text += shownValue(call.arguments[i]);
    }
    return text += isFunction ? ")" : "";
}

std::string digitsOf(Wide wide)
{
    std::string digits;
    for (; wide != 0; wide /= 10)
        digits.insert(digits.begin(), char('0' + int(wide % 10)));
    return digits;
}

/// A whole number of 64 bits, or a real that is written with the same digits.
bool setWide(const OperationCall &call, Wide wide)
{
    if (wide == Wide(int64_t(wide)))
        return setWhole(call, int64_t(wide));
    const std::string digits = digitsOf(wide < 0 ? -wide : wide);
    if (isWrittenAs(double(wide), digits))
        return setReal(call, double(wide));
    return call.fail(-1, ErrorKind::Range,
                     joined({writtenCall(call), " is ", wide < 0 ? "-" : "", digits,
                             ", which has more digits than a number holds (64 bits)"}));
}

/// Whether all of them are plain. By integers, so that it can be vectorized: without its sign, a real that isn't plain has no
/// smaller bits than the first one that isn't.
bool areAllPlain(const double *results, size_t rows)
{
    constexpr uint64_t Sign = uint64_t(1) << 63;
    constexpr auto First = std::bit_cast<uint64_t>(MostExactReal);
    uint64_t seen = 0;
    for (size_t i = 0; i < rows; ++i)
        seen |= (std::bit_cast<uint64_t>(results[i]) & ~Sign) + (Sign - First);
    return (seen & Sign) == 0;
}

} // namespace

double Reals::remainderOf(double a, double b)
{
    return millrace::remainderOf(a, b);
}

double Reals::power(double a, double b)
{
    return millrace::power(a, b);
}

double Reals::bitAnd(double a, double b)
{
    return wrappedInteger(a) & wrappedInteger(b);
}

double Reals::bitOr(double a, double b)
{
    return wrappedInteger(a) | wrappedInteger(b);
}

double Reals::bitXor(double a, double b)
{
    return wrappedInteger(a) ^ wrappedInteger(b);
}

double Reals::shiftLeft(double a, double b)
{
    return int(uint32_t(wrappedInteger(a)) << (wrappedInteger(b) & 31));
}

double Reals::shiftRight(double a, double b)
{
    return wrappedInteger(a) >> (wrappedInteger(b) & 31);
}

double Reals::shiftRightUnsigned(double a, double b)
{
    return uint32_t(wrappedInteger(a)) >> (wrappedInteger(b) & 31);
}

double Reals::smaller(double a, double b)
{
    if (std::isnan(a) || std::isnan(b))
        return std::numeric_limits<double>::quiet_NaN();
    return a < b || (a == b && std::signbit(a)) ? a : b;
}

double Reals::larger(double a, double b)
{
    if (std::isnan(a) || std::isnan(b))
        return std::numeric_limits<double>::quiet_NaN();
    return a > b || (a == b && !std::signbit(a)) ? a : b;
}

double Reals::bitNot(double x)
{
    return ~wrappedInteger(x);
}

double Reals::magnitude(double x)
{
    return std::fabs(x);
}

double Reals::roundedDown(double x)
{
    return std::floor(x);
}

double Reals::roundedUp(double x)
{
    return std::ceil(x);
}

double Reals::squareRoot(double x)
{
    return std::sqrt(x);
}

double Reals::logarithm(double x)
{
    return std::log(x);
}

double Reals::exponential(double x)
{
    return std::exp(x);
}

double Reals::rounded(double x)
{
    return std::round(x);
}

double Reals::roundedHalfUp(double x)
{
    return std::fabs(x) < 4503599627370496.0 ? std::copysign(std::floor(x) + (x - std::floor(x) >= 0.5), x) : x;
}

double Reals::truncated(double x)
{
    return std::trunc(x);
}

double Reals::signOf(double x)
{
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

bool setReal(const OperationCall &call, double real)
{
    if (std::isfinite(real)) {
        call.result = Value(real);
        return true;
    }
    const auto number = [&](size_t i) {
        ExactNumber read;
        return numberOf(call.arguments[i], read) == ReadNumber::Read ? read.real : 0.0;
    };
    const bool isDivision = call.operation.name == "/" || call.operation.name == "%";
    if (isDivision && number(1) == 0)
        return call.fail(1, ErrorKind::Range, "0 can't be divided by");
    return call.fail(-1, ErrorKind::Range,
                     writtenCall(call) + (std::isnan(real) ? " is not a number" : " is infinite"));
}

bool setWhole(const OperationCall &call, int64_t whole)
{
    call.result = wholeValue(whole);
    return true;
}

double lowBits(const ExactNumber &number)
{
    return number.isLong ? double(int32_t(uint32_t(uint64_t(number.whole)))) : double(wrappedInteger(number.real));
}

bool Exactly::sum(const OperationCall &call, const ExactNumber &a, const ExactNumber &b)
{
    return setWide(call, Wide(a.whole) + b.whole);
}

bool Exactly::difference(const OperationCall &call, const ExactNumber &a, const ExactNumber &b)
{
    return setWide(call, Wide(a.whole) - b.whole);
}

bool Exactly::product(const OperationCall &call, const ExactNumber &a, const ExactNumber &b)
{
    return setWide(call, Wide(a.whole) * b.whole);
}

bool Exactly::quotient(const OperationCall &call, const ExactNumber &a, const ExactNumber &b)
{
    if (b.whole != 0 && Wide(a.whole) % b.whole == 0)
        return setWide(call, Wide(a.whole) / b.whole);
    return setReal(call, b.whole == 0 ? a.real / b.real
                                      : double(static_cast<long double>(a.whole) / static_cast<long double>(b.whole)));
}

bool Exactly::remainder(const OperationCall &call, const ExactNumber &a, const ExactNumber &b)
{
    return b.whole == 0 ? setReal(call, Reals::remainderOf(a.real, b.real)) : setWide(call, Wide(a.whole) % b.whole);
}

/// Beyond 64 bits a power is a real.
bool Exactly::power(const OperationCall &call, const ExactNumber &a, const ExactNumber &b)
{
    int64_t whole = 1;
    bool fits = b.whole >= 0 && b.whole < 64;
    for (int64_t i = 0; fits && i < b.whole; ++i)
        fits = !__builtin_mul_overflow(whole, a.whole, &whole);
    return fits ? setWhole(call, whole) : setReal(call, Reals::power(a.real, b.real));
}

bool Exactly::rounded(const OperationCall &call, const ExactNumber &x, const ExactNumber &digits)
{
    constexpr int64_t MostZeros = 18;
    if (digits.whole >= 0)
        return setWhole(call, x.whole);
    if (digits.whole < -MostZeros)
        return setReal(call, roundDecimal(x.real, digits.real));
    Wide unit = 1;
    for (int64_t i = digits.whole; i < 0; ++i)
        unit *= 10;
    const Wide half = x.whole < 0 ? -unit / 2 : unit / 2;
    return setWide(call, (x.whole + half) / unit * unit);
}

bool Exactly::itself(const OperationCall &call, const ExactNumber &x, const ExactNumber & /*again*/)
{
    return setWhole(call, x.whole);
}

bool Exactly::negated(const OperationCall &call, const ExactNumber &x, const ExactNumber & /*again*/)
{
    return setWide(call, -Wide(x.whole));
}

bool Exactly::magnitude(const OperationCall &call, const ExactNumber &x, const ExactNumber & /*again*/)
{
    return setWide(call, x.whole < 0 ? -Wide(x.whole) : Wide(x.whole));
}

bool Exactly::otherBits(const OperationCall &call, const ExactNumber &x, const ExactNumber & /*again*/)
{
    return setReal(call, Reals::bitNot(lowBits(x)));
}

bool isAllExact(const ColumnCall &call, const double *results)
{
    if (areAllPlain(results, call.rows))
        return true;
    const uint8_t *nulls = call.result.nulls();
    for (size_t i = 0; i < call.rows; ++i) {
        if (isPlain(results[i]) || (nulls && nulls[i]) || (call.active && !call.active[i]))
            continue;
        const auto isWhole = [i](const Operand *operand) { return ExactNumber::of(operand->number(i)).isWhole; };
        if (!std::isfinite(results[i]) || std::all_of(call.operands.begin(), call.operands.end(), isWhole))
            return false;
    }
    return true;
}

bool computeRound(const OperationCall &call)
{
    return call.arguments.size() == 1 ? ofNumber<Reals::rounded, Exactly::itself>(call)
                                      : ofNumbers<roundDecimal, Exactly::rounded>(call);
}

bool computeClamp(const OperationCall &call)
{
    ExactNumber x, low, high;
    if (!toNumber(call, 0, x) || !toNumber(call, 1, low) || !toNumber(call, 2, high))
        return false;
    for (const ExactNumber &number : {x, low, high})
        if (std::isnan(number.real))
            return setReal(call, number.real);
    if (compareNumbers(low, high) > 0)
        return call.fail(1, ErrorKind::Range,
                         "the low bound " + shownValue(call.arguments[1]) + " is above the high one, "
                             + shownValue(call.arguments[2]));
    const ExactNumber &best = compareNumbers(x, low) < 0 ? low : compareNumbers(x, high) > 0 ? high : x;
    return best.isLong ? setWhole(call, best.whole) : setReal(call, best.real);
}

bool roundColumns(const ColumnCall &call)
{
    if (call.operands.size() == 1)
        return columnsOfNumber<Reals::rounded>(call);
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    if (!areNumbers(call) || !b.isConstant() || a.isConstant())
        return columnsOfNumbers<roundDecimal>(call);
    double *out = call.result.setNumbers(call.rows);
    roundDecimals(a.numbers(), call.rows, b.constantNumber(), out);
    uniteNulls(a, b, call.rows, call.result);
    return isAllExact(call, out);
}

} // namespace millrace
