// SPDX-License-Identifier: MIT
#include "expression/operations/NumberOperations.h"

#include "expression/operations/Operations.h"
#include "expression/values/Arithmetic.h"

#include <cmath>
#include <limits>

namespace millrace {

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

bool readNumber(const OperationCall &call, double &x)
{
    return toNumber(call, 0, x);
}

bool readNumbers(const OperationCall &call, double &a, double &b)
{
    return toNumber(call, 0, a) && toNumber(call, 1, b);
}

void setNumber(const OperationCall &call, double number)
{
    call.result = Value(number);
}

bool computeRound(const OperationCall &call)
{
    return call.arguments.size() == 1 ? ofNumber<Reals::rounded>(call) : ofNumbers<roundDecimal>(call);
}

bool roundColumns(const ColumnCall &call)
{
    if (call.operands.size() == 1)
        return columnsOfNumber<Reals::rounded>(call);
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    if (!areNumbers(call) || !b.isConstant() || a.isConstant())
        return columnsOfNumbers<roundDecimal>(call);
    roundDecimals(a.numbers(), call.rows, b.constantNumber(), call.result.setNumbers(call.rows));
    uniteNulls(a, b, call.rows, call.result);
    return true;
}

} // namespace millrace
