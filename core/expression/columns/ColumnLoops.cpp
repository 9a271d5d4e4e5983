// SPDX-License-Identifier: MIT
#include "expression/columns/ColumnLoops.h"

#include "expression/language/Arithmetic.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace millrace {

namespace {

using enum Operation;
using Kind = Operand::Kind;

/// For all rows, with a loop of its own where one side is constant, so that each can be vectorized.
template <class Out, class Function>
void loop(const Operand &a, const Operand &b, size_t rows, Out *out, Function function)
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
void uniteNulls(const Operand &a, const Operand &b, size_t rows, Operand &result)
{
    if (!a.nulls() && !b.nulls())
        return;
    uint8_t *nulls = result.setNulls();
    for (const Operand *operand : {&a, &b}) {
        for (size_t i = 0; operand->nulls() && i < rows; ++i)
            nulls[i] |= operand->nulls()[i];
    }
}

/// Null equals null and nothing else.
void settleNullEquality(bool isEqual, const Operand &a, const Operand &b, size_t rows, uint8_t *out)
{
    if (!a.hasNulls() && !b.hasNulls())
        return;
    for (size_t i = 0; i < rows; ++i) {
        const bool left = a.isNull(i), right = b.isNull(i);
        if (left || right)
            out[i] = (left && right) == isEqual;
    }
}

bool isEquality(Operation operation)
{
    return operation >= Equal && operation <= StrictNotEqual;
}

void arithmetic(Operation operation, const Operand &a, const Operand &b, size_t rows, double *out)
{
    switch (operation) {
    case Add: loop(a, b, rows, out, std::plus<>()); break;
    case Subtract: loop(a, b, rows, out, std::minus<>()); break;
    case Multiply: loop(a, b, rows, out, std::multiplies<>()); break;
    case Divide: loop(a, b, rows, out, std::divides<>()); break;
    case Remainder: loop(a, b, rows, out, [](double x, double y) { return remainderOf(x, y); }); break;
    case Round:
        if (b.isConstant() && !a.isConstant()) {
            roundDecimals(a.numbers(), rows, b.constantNumber(), out);
            break;
        }
        [[fallthrough]];
    default: loop(a, b, rows, out, [operation](double x, double y) { return applyToNumbers(operation, x, y); }); break;
    }
}

void comparison(Operation operation, const Operand &a, const Operand &b, size_t rows, uint8_t *out)
{
    switch (operation) {
    case Less: loop(a, b, rows, out, std::less<>()); break;
    case LessEqual: loop(a, b, rows, out, std::less_equal<>()); break;
    case Greater: loop(a, b, rows, out, std::greater<>()); break;
    case GreaterEqual: loop(a, b, rows, out, std::greater_equal<>()); break;
    case Equal:
    case StrictEqual: loop(a, b, rows, out, std::equal_to<>()); break;
    default: loop(a, b, rows, out, std::not_equal_to<>()); break;
    }
}

bool applyToTwoNumbers(Operation operation, const Operand &a, const Operand &b, size_t rows, Operand &result)
{
    const bool isArithmetic = operation <= ShiftRightUnsigned || operation == Min || operation == Max
                              || operation == Pow || operation == Round;
    if (isArithmetic) {
        arithmetic(operation, a, b, rows, result.setNumbers(rows));
        uniteNulls(a, b, rows, result);
    } else if (isComparison(operation)) {
        uint8_t *out = result.setBooleans(rows);
        comparison(operation, a, b, rows, out);
        if (isEquality(operation))
            settleNullEquality(operation == Equal || operation == StrictEqual, a, b, rows, out);
        else
            uniteNulls(a, b, rows, result);
    } else {
        return false;
    }
    return true;
}

bool applyToOneNumber(Operation operation, const Operand &a, size_t rows, Operand &result)
{
    if (operation == Text) {
        result.setTexts(rows);
        for (size_t i = 0; i < rows; ++i) {
            if (a.isNull(i)) {
                result.appendNull();
                continue;
            }
            appendNumber(result.arena(), a.number(i));
            result.finishText();
        }
        return true;
    }
    const bool isOne = operation == Negate || operation == Plus || operation == BitNot
                       || (operation >= Abs && operation <= Exp) || (operation >= Round && operation <= Sign)
                       || operation == Number || operation == Min || operation == Max;
    if (!isOne)
        return false;
    double *out = result.setNumbers(rows);
    if (operation == Negate) {
        for (size_t i = 0; i < rows; ++i)
            out[i] = -a.number(i);
    } else {
        for (size_t i = 0; i < rows; ++i)
            out[i] = applyToNumber(operation, a.number(i));
    }
    if (a.nulls())
        std::copy_n(a.nulls(), rows, result.setNulls());
    return true;
}

template <class Function>
void textLoop(const Operand &a, const Operand &b, size_t rows, uint8_t *out, Function function)
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

bool applyToTwoTexts(Operation operation, const Operand &a, const Operand &b, size_t rows, Operand &result)
{
    using Piece = std::string_view;
    if (operation == Add) {
        result.setTexts(rows);
        for (size_t i = 0; i < rows; ++i) {
            if (a.isNull(i) || b.isNull(i)) {
                result.appendNull();
                continue;
            }
            result.arena().append(a.text(i));
            result.appendText(b.text(i));
            if (result.arena().size() > MostTextBytes)
                return false; // row by row, to say which are too long
        }
        return true;
    }
    if (!isComparison(operation) && operation != Contains && operation != StartsWith && operation != EndsWith)
        return false;
    uint8_t *out = result.setBooleans(rows);
    switch (operation) {
    case Equal:
    case StrictEqual: textLoop(a, b, rows, out, std::equal_to<Piece>()); break;
    case NotEqual:
    case StrictNotEqual: textLoop(a, b, rows, out, std::not_equal_to<Piece>()); break;
    case Less: textLoop(a, b, rows, out, [](Piece x, Piece y) { return compareTexts(x, y) < 0; }); break;
    case LessEqual: textLoop(a, b, rows, out, [](Piece x, Piece y) { return compareTexts(x, y) <= 0; }); break;
    case Greater: textLoop(a, b, rows, out, [](Piece x, Piece y) { return compareTexts(x, y) > 0; }); break;
    case GreaterEqual: textLoop(a, b, rows, out, [](Piece x, Piece y) { return compareTexts(x, y) >= 0; }); break;
    case Contains: textLoop(a, b, rows, out, [](Piece x, Piece y) { return findPart(x, y) != Piece::npos; }); break;
    case StartsWith: textLoop(a, b, rows, out, [](Piece x, Piece y) { return x.starts_with(y); }); break;
    default: textLoop(a, b, rows, out, [](Piece x, Piece y) { return x.ends_with(y); }); break;
    }
    if (isEquality(operation)) {
        settleNullEquality(operation == Equal || operation == StrictEqual, a, b, rows, out);
    } else if (a.hasNulls() || b.hasNulls()) {
        uint8_t *nulls = result.setNulls();
        for (size_t i = 0; i < rows; ++i)
            nulls[i] = a.isNull(i) || b.isNull(i);
    }
    return true;
}

/// Upper or lower case of all rows: of ASCII in one go over what was put together.
void changeCase(const Operand &a, bool isUpper, size_t rows, Operand &result)
{
    result.copyTexts(a, rows);
    const char first = isUpper ? 'a' : 'A';
    unsigned char all = 0;
    for (const char c : result.arena())
        all |= static_cast<unsigned char>(c);
    if (all < 0x80) {
        for (char &c : result.arena())
            c = char(c ^ (static_cast<unsigned char>(c - first) < 26 ? 0x20 : 0));
        return;
    }
    result.setTexts(rows);
    for (size_t i = 0; i < rows; ++i) {
        if (a.isNull(i))
            result.appendNull();
        else
            result.appendText(isUpper ? upperText(a.text(i)) : lowerText(a.text(i)));
    }
}

bool applyToOneText(Operation operation, const Operand &a, size_t rows, Operand &result)
{
    if (operation != Lower && operation != Upper && operation != Trim && operation != Text)
        return false;
    if (operation == Lower || operation == Upper) {
        changeCase(a, operation == Upper, rows, result);
        return true;
    }
    result.setTexts(rows);
    for (size_t i = 0; i < rows; ++i) {
        const std::string_view text = a.text(i);
        if (a.isNull(i))
            result.appendNull();
        else
            result.appendText(operation == Trim ? trimmed(text) : text);
    }
    return true;
}

/// Text + number and number + text.
void appendMixed(const Operand &operand, size_t row, std::string &arena)
{
    if (operand.kind() == Kind::Text)
        arena.append(operand.text(row));
    else
        appendNumber(arena, operand.number(row));
}

bool joinMixed(const Operand &a, const Operand &b, size_t rows, Operand &result)
{
    result.setTexts(rows);
    for (size_t i = 0; i < rows; ++i) {
        if (a.isNull(i) || b.isNull(i)) {
            result.appendNull();
            continue;
        }
        appendMixed(a, i, result.arena());
        appendMixed(b, i, result.arena());
        result.finishText();
        if (result.arena().size() > MostTextBytes)
            return false;
    }
    return true;
}

/// False: a row of the text was too hard for the pattern; the caller does it again row by row, to say which.
bool matchTexts(const Operand &texts, std::string_view pattern, size_t rows, PatternCache &patterns, Operand &result)
{
    uint8_t *out = result.setBooleans(rows);
    for (size_t i = 0; i < rows; ++i) {
        const auto answer = patterns.find(pattern, texts.text(i));
        if (answer != PatternCache::Answer::Found && answer != PatternCache::Answer::NotFound)
            return false;
        out[i] = answer == PatternCache::Answer::Found;
    }
    if (texts.hasNulls()) {
        uint8_t *nulls = result.setNulls();
        for (size_t i = 0; i < rows; ++i)
            nulls[i] = texts.isNull(i);
    }
    return true;
}

bool negate(const Operand &a, size_t rows, Operand &result)
{
    uint8_t *out = result.setBooleans(rows);
    for (size_t i = 0; i < rows; ++i)
        out[i] = !a.isTruthy(i);
    return true;
}

bool findNulls(const Operand &a, size_t rows, Operand &result)
{
    uint8_t *out = result.setBooleans(rows);
    for (size_t i = 0; i < rows; ++i)
        out[i] = a.isNull(i);
    return true;
}

} // namespace

bool applyToColumns(
    Operation operation, std::span<const Operand *const> operands, size_t rows, PatternCache &patterns, Operand &result)
{
    const Operand &a = *operands[0];
    if (operation == Not)
        return negate(a, rows, result);
    if (operation == IsNull)
        return findNulls(a, rows, result);
    if (operands.size() == 1)
        return a.kind() == Kind::Number ? applyToOneNumber(operation, a, rows, result)
               : a.kind() == Kind::Text ? applyToOneText(operation, a, rows, result)
                                        : false;
    if (operands.size() != 2)
        return false;
    const Operand &b = *operands[1];
    if (a.kind() == Kind::Number && b.kind() == Kind::Number)
        return applyToTwoNumbers(operation, a, b, rows, result);
    if (a.kind() == Kind::Text && b.kind() == Kind::Text) {
        if (operation == Matches && b.isConstant() && !a.isConstant())
            return matchTexts(a, b.text(0), rows, patterns, result);
        return applyToTwoTexts(operation, a, b, rows, result);
    }
    const bool isMixed =
        (a.kind() == Kind::Text && b.kind() == Kind::Number) || (a.kind() == Kind::Number && b.kind() == Kind::Text);
    return operation == Add && isMixed && joinMixed(a, b, rows, result);
}

} // namespace millrace
