// SPDX-License-Identifier: MIT
#include "expression/operations/ComparisonOperations.h"

#include "expression/operations/Loops.h"
#include "expression/operations/NumberOperations.h"
#include "expression/operations/Operations.h"
#include "expression/values/ValueReading.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace millrace {

namespace {

template <Order Wanted>
bool isInOrder(double a, double b)
{
    if constexpr (Wanted == Order::Less)
        return a < b;
    else if constexpr (Wanted == Order::LessEqual)
        return a <= b;
    else if constexpr (Wanted == Order::Greater)
        return a > b;
    else
        return a >= b;
}

bool areSame(const ExactNumber &a, const ExactNumber &b)
{
    return a.isLong || b.isLong ? compareNumbers(a, b) == 0 : a.real == b.real;
}

bool deepEqual(const Value &a, const Value &b);

bool equalLists(const Value &a, const Value &b)
{
    const List &left = a.toList(), &right = b.toList();
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), deepEqual);
}

/// The order of members is of no account.
bool equalObjects(const Value &a, const Value &b)
{
    const Members &left = a.toObject();
    return left.size() == b.toObject().size() && std::all_of(left.begin(), left.end(), [&](const auto &member) {
               const Value *other = b.member(member.first);
               return other && deepEqual(member.second, *other);
           });
}

/// ===, and what the elements of lists and objects are compared by.
bool deepEqual(const Value &a, const Value &b)
{
    if (a.isNumber() && b.isNumber()) {
        ExactNumber left, right;
        numberOf(a, left);
        numberOf(b, right);
        return areSame(left, right);
    }
    if (a.type() != b.type())
        return false;
    switch (a.type()) {
    case ValueType::Timestamp: return compareMoments(a.toTimestamp(), b.toTimestamp()) == 0;
    case ValueType::List: return equalLists(a, b);
    case ValueType::Object: return equalObjects(a, b);
    default: return a == b;
    }
}

/// Whether it begins as numbers and dates do: of most other texts that is all that has to be looked at.
bool mayBeRead(std::string_view text)
{
    return !text.empty() && ((text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '+' || text[0] == '.');
}

/// A number as one writes it: codes such as "007" are none.
bool readPlainNumber(std::string_view text, ExactNumber &number)
{
    const std::string_view digits = text.substr(text[0] == '-' || text[0] == '+' ? 1 : 0);
    const bool isCode = digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
    return !isCode && parseExactNumber(text, number) == ReadNumber::Read;
}

bool areSameTexts(std::string_view a, std::string_view b)
{
    constexpr size_t YearDigits = 4, ShortestDate = 10;
    const auto mayBeDate = [](std::string_view text) {
        return text.size() >= ShortestDate && text[YearDigits] == '-' && mayBeRead(text);
    };
    if (a == b || !mayBeDate(a) || !mayBeDate(b))
        return a == b;
    Timestamp first, second;
    return parseTimestamp(a, first) && parseTimestamp(b, second) && compareMoments(first, second) == 0;
}

/// A timestamp is compared with no text that isn't one: it would always differ, which nobody means.
bool mayBeCompared(const OperationCall &call)
{
    const Value &a = call.arguments[0], &b = call.arguments[1];
    Timestamp moment;
    if (a.isTimestamp() && b.isText())
        return toMoment(call, 1, moment);
    return !a.isText() || !b.isTimestamp() || toMoment(call, 0, moment);
}

/// Null equals null and nothing else.
void settleNullEquality(bool isEqual, const ColumnCall &call, uint8_t *out)
{
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    if (!a.hasNulls() && !b.hasNulls())
        return;
    for (size_t i = 0; i < call.rows; ++i) {
        const bool left = a.isNull(i), right = b.isNull(i);
        if (left || right)
            out[i] = (left && right) == isEqual;
    }
}

} // namespace

template <Order Wanted>
bool computeOrder(const OperationCall &call)
{
    const Value &a = call.arguments[0], &b = call.arguments[1];
    int order = 0;
    if (a.isText() && b.isText()) {
        order = compareReadTexts(a.toText(), b.toText());
    } else if ((a.isTimestamp() && (b.isText() || b.isTimestamp())) || (a.isText() && b.isTimestamp())) {
        Timestamp first, second;
        if (!toMoment(call, 0, first) || !toMoment(call, 1, second))
            return false;
        order = compareMoments(first, second);
    } else {
        ExactNumber left, right;
        if (!toNumber(call, 0, left) || !toNumber(call, 1, right))
            return false;
        const bool isLong = left.isLong || right.isLong; // else reals say it, NaN too
        call.result = Value(isLong ? isInOrder<Wanted>(compareNumbers(left, right), 0)
                                   : isInOrder<Wanted>(left.real, right.real));
        return true;
    }
    call.result = Value(isInOrder<Wanted>(order, 0));
    return true;
}

template <Order Wanted>
bool compareColumns(const ColumnCall &call)
{
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    if (areNumbers(call)) {
        loopOverNumbers(a, b, call.rows, call.result.setBooleans(call.rows), isInOrder<Wanted>);
        uniteNulls(a, b, call.rows, call.result);
        return true;
    }
    if (!areTexts(call))
        return false;
    loopOverTexts(a, b, call.rows, call.result.setBooleans(call.rows),
                  [](std::string_view x, std::string_view y) { return isInOrder<Wanted>(compareReadTexts(x, y), 0); });
    uniteTextNulls(call);
    return true;
}

template bool computeOrder<Order::Less>(const OperationCall &);
template bool computeOrder<Order::LessEqual>(const OperationCall &);
template bool computeOrder<Order::Greater>(const OperationCall &);
template bool computeOrder<Order::GreaterEqual>(const OperationCall &);
template bool compareColumns<Order::Less>(const ColumnCall &);
template bool compareColumns<Order::LessEqual>(const ColumnCall &);
template bool compareColumns<Order::Greater>(const ColumnCall &);
template bool compareColumns<Order::GreaterEqual>(const ColumnCall &);

bool looselyEqual(const Value &a, const Value &b)
{
    if (a.isText() && b.isText())
        return areSameTexts(a.toText(), b.toText());
    if (a.type() == b.type() || a.isNull() || b.isNull())
        return deepEqual(a, b);
    const bool isMoment = a.isTimestamp() || b.isTimestamp();
    if (isMoment && (a.isText() || b.isText())) {
        Timestamp left, right;
        return momentOf(a, left) && momentOf(b, right) && compareMoments(left, right) == 0;
    }
    ExactNumber left, right;
    return numberOf(a, left) == ReadNumber::Read && numberOf(b, right) == ReadNumber::Read && areSame(left, right);
}

bool computeEqual(const OperationCall &call)
{
    if (!mayBeCompared(call))
        return false;
    call.result = Value(looselyEqual(call.arguments[0], call.arguments[1]));
    return true;
}

bool computeNotEqual(const OperationCall &call)
{
    if (!mayBeCompared(call))
        return false;
    call.result = Value(!looselyEqual(call.arguments[0], call.arguments[1]));
    return true;
}

bool computeSame(const OperationCall &call)
{
    call.result = Value(deepEqual(call.arguments[0], call.arguments[1]));
    return true;
}

bool computeNotSame(const OperationCall &call)
{
    call.result = Value(!deepEqual(call.arguments[0], call.arguments[1]));
    return true;
}

template <bool IsEqual, bool IsStrict>
bool equalColumns(const ColumnCall &call)
{
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    if (areNumbers(call)) {
        uint8_t *out = call.result.setBooleans(call.rows);
        if constexpr (IsEqual)
            loopOverNumbers(a, b, call.rows, out, std::equal_to<>());
        else
            loopOverNumbers(a, b, call.rows, out, std::not_equal_to<>());
        settleNullEquality(IsEqual, call, out);
        return true;
    }
    if (!areTexts(call))
        return false;
    uint8_t *out = call.result.setBooleans(call.rows);
    loopOverTexts(a, b, call.rows, out, [](std::string_view x, std::string_view y) {
        return (IsStrict ? x == y : areSameTexts(x, y)) == IsEqual;
    });
    settleNullEquality(IsEqual, call, out);
    return true;
}

template bool equalColumns<true, true>(const ColumnCall &);
template bool equalColumns<true, false>(const ColumnCall &);
template bool equalColumns<false, true>(const ColumnCall &);
template bool equalColumns<false, false>(const ColumnCall &);

template <bool IsSmallest>
bool computeOutermost(const OperationCall &call)
{
    const auto arguments = call.arguments;
    const bool areMoments =
        std::all_of(arguments.begin(), arguments.end(), [](const Value &v) { return v.isTimestamp(); });
    if (areMoments && !arguments.empty()) {
        const auto before = [](const Value &a, const Value &b) {
            return compareMoments(a.toTimestamp(), b.toTimestamp()) < 0;
        };
        call.result = IsSmallest ? *std::min_element(arguments.begin(), arguments.end(), before)
                                 : *std::max_element(arguments.begin(), arguments.end(), before);
        return true;
    }
    ExactNumber best;
    for (size_t i = 0; i < arguments.size(); ++i) {
        ExactNumber number;
        if (!toNumber(call, int(i), number))
            return false;
        if (i == 0)
            best = number;
        else if (!best.isLong && !number.isLong)
            best = ExactNumber::of(IsSmallest ? Reals::smaller(best.real, number.real)
                                              : Reals::larger(best.real, number.real));
        else if (std::isnan(number.real) || (compareNumbers(number, best) < 0) == IsSmallest)
            best = std::isnan(best.real) ? best : number;
    }
    return best.isLong ? setWhole(call, best.whole) : setReal(call, best.real);
}

template bool computeOutermost<true>(const OperationCall &);
template bool computeOutermost<false>(const OperationCall &);

int compareReadTexts(std::string_view a, std::string_view b)
{
    if (!mayBeRead(a) || !mayBeRead(b))
        return compareTexts(a, b);
    Timestamp first, second;
    if (parseTimestamp(a, first) && parseTimestamp(b, second))
        return compareMoments(first, second);
    ExactNumber left, right;
    if (readPlainNumber(a, left) && readPlainNumber(b, right))
        return compareNumbers(left, right);
    return compareTexts(a, b);
}

int compareTexts(std::string_view a, std::string_view b)
{
    const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (left == a.end() || right == b.end())
        return left == a.end() ? (right == b.end() ? 0 : -1) : 1;
    const auto first = uint8_t(*left), second = uint8_t(*right);
    // In UTF-16 the characters from U+10000 (UTF-8: from f0) come before those from U+E000 (UTF-8: from ee)
    const bool isReversed =
        (first >= 0xf0 && (second == 0xee || second == 0xef)) || (second >= 0xf0 && (first == 0xee || first == 0xef));
    return (first < second) != isReversed ? -1 : 1;
}

} // namespace millrace
