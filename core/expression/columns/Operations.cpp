// SPDX-License-Identifier: MIT
#include "expression/columns/Operations.h"

#include "expression/language/Arithmetic.h"
#include "expression/language/Words.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

namespace millrace {

namespace {

using enum Operation;

constexpr int64_t MicrosPerMilli = 1000, MicrosPerMinute = 60'000'000;

bool blame(Fault &fault, int argument, std::string_view kind, std::string text)
{
    fault.argument = argument;
    fault.kind = kind;
    fault.text = std::move(text);
    return false;
}

double milliseconds(const Timestamp &moment)
{
    return double(moment.microseconds) / double(MicrosPerMilli);
}

/// Not for null.
bool toNumber(const Value &value, int argument, double &number, Fault &fault)
{
    switch (value.type()) {
    case ValueType::Integer:
    case ValueType::Real: number = value.toReal(); return true;
    case ValueType::Boolean: number = value.toBoolean() ? 1 : 0; return true;
    case ValueType::Timestamp: number = milliseconds(value.toTimestamp()); return true;
    case ValueType::Text:
        if (parseNumber(value.toText(), number))
            return true;
        break;
    default: break;
    }
    return blame(fault, argument, ErrorKind::Type, shownValue(value) + " is not a number");
}

bool toMoment(const Value &value, int argument, Timestamp &moment, Fault &fault)
{
    if (value.isTimestamp()) {
        moment = value.toTimestamp();
        return true;
    }
    if (value.isText() && parseTimestamp(trimmed(value.toText()), moment))
        return true;
    return blame(fault, argument, ErrorKind::Type,
                 shownValue(value) + " is not a date (as in 2024-05-31 or 2024-05-31T12:00:00)");
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
    if (a.isNumber() && b.isNumber())
        return a.toReal() == b.toReal();
    if (a.type() != b.type())
        return false;
    switch (a.type()) {
    case ValueType::Timestamp: return a.toTimestamp().microseconds == b.toTimestamp().microseconds;
    case ValueType::List: return equalLists(a, b);
    case ValueType::Object: return equalObjects(a, b);
    default: return a == b;
    }
}

/// ==: text that is a number equals the number, text that is a date the timestamp; whatever can't be compared differs.
bool looselyEqual(const Value &a, const Value &b)
{
    if (a.type() == b.type() || a.isNull() || b.isNull())
        return deepEqual(a, b);
    const bool isMoment = a.isTimestamp() || b.isTimestamp();
    Fault ignored;
    if (isMoment && (a.isText() || b.isText())) {
        Timestamp left, right;
        return toMoment(a, 0, left, ignored) && toMoment(b, 1, right, ignored)
               && left.microseconds == right.microseconds;
    }
    double left = 0, right = 0;
    return toNumber(a, 0, left, ignored) && toNumber(b, 1, right, ignored) && left == right;
}

/// Less, Greater and the like.
bool compare(Operation operation, std::span<const Value> arguments, Value &result, Fault &fault)
{
    const Value &a = arguments[0], &b = arguments[1];
    double left = 0, right = 0;
    if (a.isText() && b.isText()) {
        left = compareTexts(a.toText(), b.toText());
    } else if ((a.isTimestamp() && (b.isText() || b.isTimestamp())) || (a.isText() && b.isTimestamp())) {
        Timestamp first, second;
        if (!toMoment(a, 0, first, fault) || !toMoment(b, 1, second, fault))
            return false;
        left = first.microseconds < second.microseconds ? -1 : first.microseconds > second.microseconds ? 1 : 0;
    } else if (!toNumber(a, 0, left, fault) || !toNumber(b, 1, right, fault)) {
        return false;
    }
    result = Value(applyToNumbers(operation, left, right) != 0);
    return true;
}

bool smallestOrLargest(Operation operation, std::span<const Value> arguments, Value &result, Fault &fault)
{
    const bool areMoments =
        std::all_of(arguments.begin(), arguments.end(), [](const Value &v) { return v.isTimestamp(); });
    if (areMoments && !arguments.empty()) {
        const auto before = [](const Value &a, const Value &b) {
            return a.toTimestamp().microseconds < b.toTimestamp().microseconds;
        };
        result = operation == Min ? *std::min_element(arguments.begin(), arguments.end(), before)
                                  : *std::max_element(arguments.begin(), arguments.end(), before);
        return true;
    }
    double best = operation == Min ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < arguments.size(); ++i) {
        double number = 0;
        if (!toNumber(arguments[i], int(i), number, fault))
            return false;
        best = applyToNumbers(operation, best, number);
    }
    result = Value(best);
    return true;
}

bool datePart(Operation operation, const Value &when, Value &result, Fault &fault)
{
    Timestamp moment;
    if (!toMoment(when, 0, moment, fault))
        return false;
    // As written: in the timestamp's own zone
    const std::chrono::sys_time<std::chrono::microseconds> local{
        std::chrono::microseconds(moment.microseconds + moment.zoneMinutes * MicrosPerMinute)};
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(local)};
    result = Value(operation == Year    ? double(int(date.year()))
                   : operation == Month ? double(unsigned(date.month()))
                                        : double(unsigned(date.day())));
    return true;
}

bool isIn(const Value &whole, const Value &part)
{
    if (!whole.isList())
        return findPart(toPlain(whole), toPlain(part)) != std::string::npos;
    const List &list = whole.toList();
    return std::any_of(list.begin(), list.end(), [&](const Value &element) { return looselyEqual(element, part); });
}

bool matches(const Value &text, const Value &pattern, PatternCache &patterns, Value &result, Fault &fault)
{
    const std::string written = toPlain(pattern);
    switch (patterns.find(written, toPlain(text))) {
    case PatternCache::Answer::WrongPattern: return blame(fault, -1, ErrorKind::Type, patternProblem(written));
    case PatternCache::Answer::GaveUp:
        return blame(fault, 0, ErrorKind::Type,
                     shownValue(text) + " takes the regular expression " + shownValue(pattern) + " too long");
    case PatternCache::Answer::Found: result = Value(true); return true;
    case PatternCache::Answer::NotFound: result = Value(false); return true;
    }
    return false;
}

bool replaced(std::string_view text, std::string_view what, std::string_view with, Value &result, Fault &fault)
{
    if (with.size() > what.size() && lengthAfterReplacing(text, what, with) > LongestText) {
        fault = tooLongText();
        return false;
    }
    result = Value(replaceAll(text, what, with));
    return true;
}

/// The functions on text. False: the operation is none of them, or failed.
bool applyToText(
    Operation operation, std::span<const Value> arguments, PatternCache &patterns, Value &result, Fault &fault)
{
    const Value &first = arguments[0];
    switch (operation) {
    case Lower: result = Value(lowerText(toPlain(first))); return true;
    case Upper: result = Value(upperText(toPlain(first))); return true;
    case Trim: result = Value(trimmed(toPlain(first))); return true;
    case Text: result = first.isText() ? first : Value(toPlain(first)); return true;
    case Contains: result = Value(isIn(first, arguments[1])); return true;
    case StartsWith: result = Value(toPlain(first).starts_with(toPlain(arguments[1]))); return true;
    case EndsWith: result = Value(toPlain(first).ends_with(toPlain(arguments[1]))); return true;
    case Replace: return replaced(toPlain(first), toPlain(arguments[1]), toPlain(arguments[2]), result, fault);
    case Matches: return matches(first, arguments[1], patterns, result, fault);
    default: return datePart(operation, first, result, fault);
    }
}

bool applyToEquality(Operation operation, const Value &a, const Value &b)
{
    switch (operation) {
    case Equal: return looselyEqual(a, b);
    case NotEqual: return !looselyEqual(a, b);
    case StrictEqual: return deepEqual(a, b);
    default: return !deepEqual(a, b);
    }
}

} // namespace

std::string Fault::messageFor(std::string_view label) const
{
    return argument < 0 || label.empty() ? text : joined({label, ": ", text});
}

bool isTruthy(const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: return false;
    case ValueType::Boolean: return value.toBoolean();
    case ValueType::Integer:
    case ValueType::Real: return value.toReal() != 0 && !std::isnan(value.toReal());
    case ValueType::Text: return !value.toText().empty();
    default: return true;
    }
}

bool isComparison(Operation operation)
{
    return operation >= Less && operation <= StrictNotEqual;
}

double applyToNumbers(Operation operation, double a, double b)
{
    switch (operation) {
    case Add: return a + b;
    case Subtract: return a - b;
    case Multiply: return a * b;
    case Divide: return a / b;
    case Remainder: return remainderOf(a, b);
    case Power:
    case Pow: return power(a, b);
    case BitAnd: return wrappedInteger(a) & wrappedInteger(b);
    case BitOr: return wrappedInteger(a) | wrappedInteger(b);
    case BitXor: return wrappedInteger(a) ^ wrappedInteger(b);
    case ShiftLeft: return int(uint32_t(wrappedInteger(a)) << (wrappedInteger(b) & 31));
    case ShiftRight: return wrappedInteger(a) >> (wrappedInteger(b) & 31);
    case ShiftRightUnsigned: return uint32_t(wrappedInteger(a)) >> (wrappedInteger(b) & 31);
    case Less: return a < b;
    case LessEqual: return a <= b;
    case Greater: return a > b;
    case GreaterEqual: return a >= b;
    case Equal:
    case StrictEqual: return a == b;
    case NotEqual:
    case StrictNotEqual: return a != b;
    case Min:
        if (std::isnan(a) || std::isnan(b))
            return std::numeric_limits<double>::quiet_NaN();
        return a < b || (a == b && std::signbit(a)) ? a : b;
    case Max:
        if (std::isnan(a) || std::isnan(b))
            return std::numeric_limits<double>::quiet_NaN();
        return a > b || (a == b && !std::signbit(a)) ? a : b;
    default: return roundDecimal(a, b);
    }
}

double applyToNumber(Operation operation, double x)
{
    switch (operation) {
    case Negate: return -x;
    case BitNot: return ~wrappedInteger(x);
    case Abs: return std::fabs(x);
    case Floor: return std::floor(x);
    case Ceil: return std::ceil(x);
    case Sqrt: return std::sqrt(x);
    case Log: return std::log(x);
    case Exp: return std::exp(x);
    case Round: return std::round(x);
    case MathRound:
        return std::fabs(x) < 4503599627370496.0 ? std::copysign(std::floor(x) + (x - std::floor(x) >= 0.5), x) : x;
    case Trunc: return std::trunc(x);
    case Sign: return x > 0 ? 1 : x < 0 ? -1 : x;
    default: return x;
    }
}

bool applyOperation(
    Operation operation, std::span<const Value> arguments, PatternCache &patterns, Value &result, Fault &fault)
{
    if (operation >= Equal && operation <= StrictNotEqual) {
        result = Value(applyToEquality(operation, arguments[0], arguments[1]));
        return true;
    }
    if (operation == Not || operation == IsNull) {
        result = Value(operation == Not ? !isTruthy(arguments[0]) : arguments[0].isNull());
        return true;
    }
    if (std::any_of(arguments.begin(), arguments.end(), [](const Value &v) { return v.isNull(); })) {
        result = Value();
        return true;
    }
    if (operation >= Less && operation <= GreaterEqual)
        return compare(operation, arguments, result, fault);
    if (operation == Min || operation == Max)
        return smallestOrLargest(operation, arguments, result, fault);
    if ((operation >= Lower && operation <= Text) || (operation >= Contains && operation <= Day))
        return applyToText(operation, arguments, patterns, result, fault);
    if (operation == Add && (arguments[0].isText() || arguments[1].isText())) {
        std::string text = toPlain(arguments[0]);
        appendPlain(text, arguments[1]);
        result = Value(text);
        return true;
    }
    double first = 0, second = 0;
    if (!toNumber(arguments[0], 0, first, fault))
        return false;
    if (arguments.size() == 1) {
        result = Value(applyToNumber(operation, first));
        return true;
    }
    if (!toNumber(arguments[1], 1, second, fault))
        return false;
    result = Value(applyToNumbers(operation, first, second));
    return true;
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

Fault tooLongText()
{
    return {
        -1, ErrorKind::Memory,
        "The expression makes texts of more than 256 MiB, or of more than 1 GiB for a batch; make them shorter, or the "
        "batches smaller."};
}

size_t findPart(std::string_view text, std::string_view part, size_t from)
{
    if (from > text.size())
        return std::string_view::npos;
    if (part.empty())
        return from;
    if (text.size() - from < part.size())
        return std::string_view::npos;
    const char *const begin = text.data() + from;
    const size_t length = text.size() - from;
    const void *const found =
        part.size() == 1 ? std::memchr(begin, part.front(), length) : ::memmem(begin, length, part.data(), part.size());
    return found ? size_t(static_cast<const char *>(found) - text.data()) : std::string_view::npos;
}

size_t lengthAfterReplacing(std::string_view text, std::string_view what, std::string_view with)
{
    size_t length = text.size();
    if (what.empty() || with.size() <= what.size())
        return length;
    for (size_t at = findPart(text, what); at != std::string_view::npos; at = findPart(text, what, at + what.size()))
        length += with.size() - what.size();
    return length;
}

std::string replaceAll(std::string_view text, std::string_view what, std::string_view with)
{
    std::string result;
    size_t at = 0;
    for (size_t found = findPart(text, what); !what.empty() && found != std::string_view::npos;
         found = findPart(text, what, at)) {
        result.append(text.substr(at, found - at));
        result.append(with);
        at = found + what.size();
    }
    result.append(text.substr(at));
    return result;
}

std::string shownValue(const Value &value)
{
    constexpr size_t MostCharacters = 60;
    switch (value.type()) {
    case ValueType::Null: return "null";
    case ValueType::List: return "a list";
    case ValueType::Object: return "an object";
    case ValueType::Bytes: return "a value of bytes";
    default: break;
    }
    std::string text = toPlain(value);
    if (characterCount(text) > MostCharacters) {
        size_t end = MostCharacters;
        while (end < text.size() && (uint8_t(text[end]) & 0xc0) == 0x80)
            ++end;
        text = text.substr(0, end) + "…";
    }
    return value.isText() || value.isTimestamp() ? joined({"\"", text, "\""}) : text;
}

} // namespace millrace
