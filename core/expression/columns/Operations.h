// SPDX-License-Identifier: MIT
#pragma once

#include "expression/language/Ast.h"
#include "expression/language/Pattern.h"

#include <span>
#include <string>
#include <string_view>

namespace millrace {

/// Why an operation could not be done. The message is the label of the argument to blame, then the text.
struct Fault
{
    int argument = -1; ///< from 0; -1: none is to blame
    std::string kind;
    std::string text; ///< `"12,50" is not a number`

    std::string messageFor(std::string_view label) const;
};

/// The meaning of every operation, for single values: what the columns' loops and the script engine's quick paths must
/// agree with, and what does the work wherever they have none. Numbers are doubles; a null operand gives null, save for
/// the equalities, isNull and `!`. False: `fault` says why not.
bool applyOperation(
    Operation operation, std::span<const Value> arguments, PatternCache &patterns, Value &result, Fault &fault);

/// JavaScript's: false are null, false, 0, NaN and the empty text.
bool isTruthy(const Value &value);

/// The operation on two numbers. Only for arithmetic and comparisons (which give 0 or 1).
double applyToNumbers(Operation operation, double a, double b);
/// The operation on one number: signs, abs to exp, trunc.
double applyToNumber(Operation operation, double x);
bool isComparison(Operation operation);

/// Order of texts as JavaScript has it, by UTF-16 units.
int compareTexts(std::string_view a, std::string_view b);
/// What all texts together may have that an expression makes of a batch in this process, and what one may have: what is
/// beyond fails its item.
constexpr size_t MostTextBytes = size_t(1) << 30, LongestText = size_t(1) << 28;
/// Of an expression that makes longer ones.
Fault tooLongText();

/// Where the part begins, from there on; npos: nowhere. In linear time whatever the texts are.
size_t findPart(std::string_view text, std::string_view part, size_t from = 0);
/// The length of what replaceAll() gives.
size_t lengthAfterReplacing(std::string_view text, std::string_view what, std::string_view with);
/// Where every `what` is replaced; as it is where `what` is empty.
std::string replaceAll(std::string_view text, std::string_view what, std::string_view with);

/// A value as messages show it: texts in quotes, long ones cut.
std::string shownValue(const Value &value);

} // namespace millrace
