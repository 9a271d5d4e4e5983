// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Loops.h"
#include "expression/operations/Operand.h"
#include "expression/operations/Operation.h"

#include <algorithm>

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

/// The two operands as reals. False: one is no number.
bool readNumbers(const OperationCall &call, double &a, double &b);
bool readNumber(const OperationCall &call, double &x);
void setNumber(const OperationCall &call, double number);

template <double (*Function)(double, double)>
bool ofNumbers(const OperationCall &call)
{
    double a = 0, b = 0;
    if (!readNumbers(call, a, b))
        return false;
    setNumber(call, Function(a, b));
    return true;
}

template <double (*Function)(double)>
bool ofNumber(const OperationCall &call)
{
    double x = 0;
    if (!readNumber(call, x))
        return false;
    setNumber(call, Function(x));
    return true;
}

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
    return true;
}

template <double (*Function)(double, double)>
bool columnsOfNumbers(const ColumnCall &call)
{
    if (call.operands.size() == 1) // of min and max
        return columnsOfNumber<Reals::itself>(call);
    if (!areNumbers(call))
        return false;
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    loopOverNumbers(a, b, call.rows, call.result.setNumbers(call.rows),
                    [](double x, double y) { return Function(x, y); });
    uniteNulls(a, b, call.rows, call.result);
    return true;
}

bool computeRound(const OperationCall &call);
bool roundColumns(const ColumnCall &call);

} // namespace millrace
