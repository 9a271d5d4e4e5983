// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Loops.h"
#include "expression/operations/Operand.h"
#include "expression/operations/Operation.h"
#include "expression/operations/Operations.h"
#include "expression/values/ExactNumber.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace millrace {

/// What operations do with reals.
struct Reals
{
    static double plus(double a, double b) { return a + b; }
    static double subtract(double a, double b) { return a - b; }
    static double multiply(double a, double b) { return a * b; }
    static double divide(double a, double b) { return a / b; }
    static double remainderOf(double a, double b);
    static double power(double a, double b);
    static double bitAnd(double a, double b);
    static double bitOr(double a, double b);
    static double bitXor(double a, double b);
    static double shiftLeft(double a, double b);
    static double shiftRight(double a, double b);
    static double shiftRightUnsigned(double a, double b);
    static double smaller(double a, double b); ///< NaN where one is
    static double larger(double a, double b);

    static double itself(double x) { return x; }
    static double negate(double x) { return -x; }
    static double bitNot(double x);
    static double magnitude(double x);
    static double roundedDown(double x);
    static double roundedUp(double x);
    static double squareRoot(double x);
    static double logarithm(double x);
    static double exponential(double x);
    static double rounded(double x); ///< halves away from zero
    static double roundedHalfUp(double x);
    static double truncated(double x);
    static double signOf(double x);
};

/// What is computed of two whole numbers with all their digits, where reals have not enough. False: the result has too many.
using ExactFunction = bool (*)(const OperationCall &call, const ExactNumber &a, const ExactNumber &b);
struct Exactly
{
    static bool sum(const OperationCall &call, const ExactNumber &a, const ExactNumber &b);
    static bool difference(const OperationCall &call, const ExactNumber &a, const ExactNumber &b);
    static bool product(const OperationCall &call, const ExactNumber &a, const ExactNumber &b);
    static bool quotient(const OperationCall &call, const ExactNumber &a, const ExactNumber &b);
    static bool remainder(const OperationCall &call, const ExactNumber &a, const ExactNumber &b);
    static bool power(const OperationCall &call, const ExactNumber &a, const ExactNumber &b);
    static bool rounded(const OperationCall &call, const ExactNumber &x, const ExactNumber &digits);
    template <double (*Function)(double, double)>
    static bool bits(const OperationCall &call, const ExactNumber &a, const ExactNumber &b);

    // The second number is the first one again.
    static bool itself(const OperationCall &call, const ExactNumber &x, const ExactNumber &again);
    static bool negated(const OperationCall &call, const ExactNumber &x, const ExactNumber &again);
    static bool magnitude(const OperationCall &call, const ExactNumber &x, const ExactNumber &again);
    static bool otherBits(const OperationCall &call, const ExactNumber &x, const ExactNumber &again);
};

/// Takes a real as the result. False where it is NaN or infinite: that can't be computed.
bool setReal(const OperationCall &call, double real);
bool setWhole(const OperationCall &call, int64_t whole);
/// The lowest 32 bits, as ECMA-262's ToInt32 has them.
double lowBits(const ExactNumber &number);

/// Whether a result is as exact as can be: where it isn't long, reals have all digits.
inline bool isPlain(double real)
{
    return std::fabs(real) < MostExactReal;
}

template <double (*Function)(double, double), ExactFunction Exact = nullptr>
bool ofNumbers(const OperationCall &call)
{
    ExactNumber a, b;
    if (!toNumber(call, 0, a) || !toNumber(call, 1, b))
        return false;
    const double real = Function(a.real, b.real);
    const bool needsMore = a.isLong || b.isLong || !isPlain(real);
    if (Exact && needsMore && a.isWhole && b.isWhole)
        return Exact(call, a, b);
    return setReal(call, real);
}

template <double (*Function)(double), ExactFunction Exact = nullptr>
bool ofNumber(const OperationCall &call)
{
    ExactNumber x;
    if (!toNumber(call, 0, x))
        return false;
    if constexpr (Exact != nullptr)
        if (x.isLong)
            return Exact(call, x, x);
    return setReal(call, Function(x.real));
}

template <double (*Function)(double, double)>
bool Exactly::bits(const OperationCall &call, const ExactNumber &a, const ExactNumber &b)
{
    return setReal(call, Function(lowBits(a), lowBits(b)));
}

/// Whether what a loop computed is what the values give one by one: nothing is NaN or infinite, and no whole numbers give one
/// that reals have not enough digits for. The result's nulls are known.
bool isAllExact(const ColumnCall &call, const double *results);

template <double (*Function)(double)>
bool columnsOfNumber(const ColumnCall &call)
{
    if (!areNumbers(call))
        return false;
    const Operand &a = *call.operands[0];
    double *out = call.result.setNumbers(call.rows);
    for (size_t i = 0; i < call.rows; ++i)
        out[i] = Function(a.number(i));
    if (a.nulls())
        std::copy_n(a.nulls(), call.rows, call.result.setNulls());
    return isAllExact(call, out);
}

template <double (*Function)(double, double)>
bool columnsOfNumbers(const ColumnCall &call)
{
    if (call.operands.size() == 1) // of min and max
        return columnsOfNumber<Reals::itself>(call);
    if (!areNumbers(call))
        return false;
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    double *out = call.result.setNumbers(call.rows);
    loopOverNumbers(a, b, call.rows, out, [](double x, double y) { return Function(x, y); });
    uniteNulls(a, b, call.rows, call.result);
    return isAllExact(call, out);
}

bool computeRound(const OperationCall &call);
bool computeClamp(const OperationCall &call);
bool roundColumns(const ColumnCall &call);

} // namespace millrace
