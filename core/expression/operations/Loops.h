// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operand.h"
#include "expression/operations/Operation.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace millrace {

/// For all rows, with a loop of its own where one side is constant, so that each can be vectorized.
template <class Out, class Function>
void loopOverNumbers(const Operand &a, const Operand &b, size_t rows, Out *out, Function function)
{
    if (a.isConstant()) {
        const double left = a.constantNumber();
        const double *right = b.numbers();
        for (size_t i = 0; i < rows; ++i)
            out[i] = Out(function(left, b.isConstant() ? b.constantNumber() : right[i]));
    } else if (b.isConstant()) {
        const double *left = a.numbers(), right = b.constantNumber();
        for (size_t i = 0; i < rows; ++i)
            out[i] = Out(function(left[i], right));
    } else {
        const double *left = a.numbers(), *right = b.numbers();
        for (size_t i = 0; i < rows; ++i)
            out[i] = Out(function(left[i], right[i]));
    }
}

/// A row is null where one of the operands is.
void uniteNulls(const Operand &a, const Operand &b, size_t rows, Operand &result);
/// Whether all of them are packed numbers.
bool areNumbers(const ColumnCall &call);

/// Whether all of them are packed texts.
bool areTexts(const ColumnCall &call);
/// A row is null where one of the texts is.
void uniteTextNulls(const ColumnCall &call);

/// For all rows of two operands of texts.
template <class Function>
void loopOverTexts(const Operand &a, const Operand &b, size_t rows, uint8_t *out, Function function)
{
    if (b.isConstant()) {
        const std::string_view right = b.text(0);
        for (size_t i = 0; i < rows; ++i)
            out[i] = function(a.text(i), right);
    } else {
        for (size_t i = 0; i < rows; ++i)
            out[i] = function(a.text(i), b.text(i));
    }
}

} // namespace millrace
