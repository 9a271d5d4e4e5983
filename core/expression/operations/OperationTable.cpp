// SPDX-License-Identifier: MIT
#include "expression/operations/OperationTable.h"

#include "expression/operations/ComparisonOperations.h"
#include "expression/operations/DateOperations.h"
#include "expression/operations/LogicOperations.h"
#include "expression/operations/NumberOperations.h"
#include "expression/operations/TextOperations.h"
#include "expression/values/Arithmetic.h"

#include <algorithm>
#include <array>
#include <numbers>
#include <utility>

namespace millrace {

namespace {

using enum OperationGroup;

// A function that is both of Math and of its own name stands among the functions.
// One row, two or three lines.
// clang-format off
constexpr std::array Table{
    // Operators
    Operation{.name = "+", .help = "The sum; with a text, both one behind the other.",
              .group = Arithmetic, .fewest = 2, .most = 2, .level = 10, .gives = Gives::Sum, .compute = computeSum,
              .computeColumns = addColumns, .scriptOfNumbers = "a + b", .scriptOfTexts = "a + b"},
    Operation{.name = "-", .help = "The difference.",
              .group = Arithmetic, .fewest = 2, .most = 2, .level = 10,
              .compute = ofNumbers<Reals::subtract, Exactly::difference>,
              .computeColumns = columnsOfNumbers<Reals::subtract>, .scriptOfNumbers = "a - b"},
    Operation{.name = "*", .help = "The product.",
              .group = Arithmetic, .fewest = 2, .most = 2, .level = 11,
              .compute = ofNumbers<Reals::multiply, Exactly::product>,
              .computeColumns = columnsOfNumbers<Reals::multiply>, .scriptOfNumbers = "a * b"},
    Operation{.name = "/", .help = "The quotient.",
              .group = Arithmetic, .fewest = 2, .most = 2, .level = 11,
              .compute = ofNumbers<Reals::divide, Exactly::quotient>,
              .computeColumns = columnsOfNumbers<Reals::divide>, .scriptOfNumbers = "a / b"},
    Operation{.name = "%", .help = "What is left of a division, with the sign of the left side.",
              .group = Arithmetic, .fewest = 2, .most = 2, .level = 11,
              .compute = ofNumbers<Reals::remainderOf, Exactly::remainder>,
              .computeColumns = columnsOfNumbers<Reals::remainderOf>, .scriptOfNumbers = "a % b"},
    Operation{.name = "**", .help = "The power.",
              .group = Arithmetic, .fewest = 2, .most = 2, .compute = ofNumbers<Reals::power, Exactly::power>,
              .computeColumns = columnsOfNumbers<Reals::power>, .scriptOfNumbers = "b !== b ? NaN : a ** b"},
    Operation{.name = "-", .help = "The number with the other sign.",
              .group = Arithmetic, .fewest = 1, .most = 1, .compute = ofNumber<Reals::negate, Exactly::negated>,
              .computeColumns = columnsOfNumber<Reals::negate>, .scriptOfNumbers = "-a"},
    Operation{.name = "+", .help = "The value as a number.",
              .group = Arithmetic, .fewest = 1, .most = 1, .compute = ofNumber<Reals::itself, Exactly::itself>,
              .computeColumns = columnsOfNumber<Reals::itself>, .scriptOfNumbers = "a"},
    Operation{.name = "&", .help = "The bits of both.",
              .group = Bitwise, .fewest = 2, .most = 2, .level = 6,
              .compute = ofNumbers<Reals::bitAnd, Exactly::bits<Reals::bitAnd>>,
              .computeColumns = columnsOfNumbers<Reals::bitAnd>, .scriptOfNumbers = "a & b"},
    Operation{.name = "^", .help = "The bits of one of both.",
              .group = Bitwise, .fewest = 2, .most = 2, .level = 5,
              .compute = ofNumbers<Reals::bitXor, Exactly::bits<Reals::bitXor>>,
              .computeColumns = columnsOfNumbers<Reals::bitXor>, .scriptOfNumbers = "a ^ b"},
    Operation{.name = "|", .help = "The bits of either.",
              .group = Bitwise, .fewest = 2, .most = 2, .level = 4,
              .compute = ofNumbers<Reals::bitOr, Exactly::bits<Reals::bitOr>>,
              .computeColumns = columnsOfNumbers<Reals::bitOr>, .scriptOfNumbers = "a | b"},
    Operation{.name = "<<", .help = "The bits moved to the left.",
              .group = Bitwise, .fewest = 2, .most = 2, .level = 9,
              .compute = ofNumbers<Reals::shiftLeft, Exactly::bits<Reals::shiftLeft>>,
              .computeColumns = columnsOfNumbers<Reals::shiftLeft>, .scriptOfNumbers = "a << b"},
    Operation{.name = ">>", .help = "The bits moved to the right, with the sign.",
              .group = Bitwise, .fewest = 2, .most = 2, .level = 9,
              .compute = ofNumbers<Reals::shiftRight, Exactly::bits<Reals::shiftRight>>,
              .computeColumns = columnsOfNumbers<Reals::shiftRight>, .scriptOfNumbers = "a >> b"},
    Operation{.name = ">>>", .help = "The bits moved to the right, without the sign.",
              .group = Bitwise, .fewest = 2, .most = 2, .level = 9,
              .compute = ofNumbers<Reals::shiftRightUnsigned, Exactly::bits<Reals::shiftRightUnsigned>>,
              .computeColumns = columnsOfNumbers<Reals::shiftRightUnsigned>, .scriptOfNumbers = "a >>> b"},
    Operation{.name = "~", .help = "The other bits.",
              .group = Bitwise, .fewest = 1, .most = 1, .compute = ofNumber<Reals::bitNot, Exactly::otherBits>,
              .computeColumns = columnsOfNumber<Reals::bitNot>, .scriptOfNumbers = "~a"},
    Operation{.name = "<", .help = "Whether the left side is smaller, or earlier.",
              .group = Comparison, .fewest = 2, .most = 2, .level = 8, .gives = Gives::Boolean,
              .compute = computeOrder<Order::Less>, .computeColumns = compareColumns<Order::Less>,
              .scriptOfNumbers = "a < b", .scriptOfTexts = "a < b", .readsTexts = true},
    Operation{.name = "<=", .help = "Whether the left side is smaller or the same.",
              .group = Comparison, .fewest = 2, .most = 2, .level = 8, .gives = Gives::Boolean,
              .compute = computeOrder<Order::LessEqual>, .computeColumns = compareColumns<Order::LessEqual>,
              .scriptOfNumbers = "a <= b", .scriptOfTexts = "a <= b", .readsTexts = true},
    Operation{.name = ">", .help = "Whether the left side is larger, or later.",
              .group = Comparison, .fewest = 2, .most = 2, .level = 8, .gives = Gives::Boolean,
              .compute = computeOrder<Order::Greater>, .computeColumns = compareColumns<Order::Greater>,
              .scriptOfNumbers = "a > b", .scriptOfTexts = "a > b", .readsTexts = true},
    Operation{.name = ">=", .help = "Whether the left side is larger or the same.",
              .group = Comparison, .fewest = 2, .most = 2, .level = 8, .gives = Gives::Boolean,
              .compute = computeOrder<Order::GreaterEqual>, .computeColumns = compareColumns<Order::GreaterEqual>,
              .scriptOfNumbers = "a >= b", .scriptOfTexts = "a >= b", .readsTexts = true},
    Operation{.name = "==", .help = "Whether both are the same.",
              .group = Comparison, .fewest = 2, .most = 2, .level = 7, .gives = Gives::Boolean,
              .compute = computeEqual,
              .computeColumns = equalColumns<true, false>, .scriptOfNumbers = "a === b", .scriptOfTexts = "a === b",
              .readsTexts = true, .takesNulls = true},
    Operation{.name = "!=", .help = "Whether they differ.",
              .group = Comparison, .fewest = 2, .most = 2, .level = 7, .gives = Gives::Boolean,
              .compute = computeNotEqual, .computeColumns = equalColumns<false, false>, .scriptOfNumbers = "a !== b",
              .scriptOfTexts = "a !== b", .readsTexts = true, .takesNulls = true},
    Operation{.name = "===", .help = "Whether both are the same, and of one type.",
              .group = Comparison, .fewest = 2, .most = 2, .level = 7, .gives = Gives::Boolean,
              .compute = computeSame,
              .computeColumns = equalColumns<true, true>, .scriptOfNumbers = "a === b", .scriptOfTexts = "a === b",
              .takesNulls = true},
    Operation{.name = "!==", .help = "Whether they differ, or are of two types.",
              .group = Comparison, .fewest = 2, .most = 2, .level = 7, .gives = Gives::Boolean,
              .compute = computeNotSame, .computeColumns = equalColumns<false, true>, .scriptOfNumbers = "a !== b",
              .scriptOfTexts = "a !== b", .takesNulls = true},
    Operation{.name = "!", .help = "Whether it is false.",
              .group = Logic, .fewest = 1, .most = 1, .gives = Gives::Boolean, .compute = computeNot,
              .computeColumns = notColumn, .scriptOfAny = "!a", .takesNulls = true},
    // Functions
    Operation{.name = "min", .signature = "min(a, b, …)", .help = "The smallest of its arguments.",
              .group = Math, .most = -1, .gives = Gives::Operand, .compute = computeOutermost<true>,
              .computeColumns = columnsOfNumbers<Reals::smaller>, .takesSpread = true, .isOfMath = true},
    Operation{.name = "max", .signature = "max(a, b, …)", .help = "The largest of its arguments.",
              .group = Math, .most = -1, .gives = Gives::Operand, .compute = computeOutermost<false>,
              .computeColumns = columnsOfNumbers<Reals::larger>, .takesSpread = true, .isOfMath = true},
    Operation{.name = "abs", .signature = "abs(x)", .help = "The number without its sign.",
              .group = Math, .compute = ofNumber<Reals::magnitude, Exactly::magnitude>,
              .computeColumns = columnsOfNumber<Reals::magnitude>,
              .scriptOfNumbers = "Math.abs(a)", .isOfMath = true},
    Operation{.name = "floor", .signature = "floor(x)", .help = "The next whole number below.",
              .group = Math, .compute = ofNumber<Reals::roundedDown, Exactly::itself>,
              .computeColumns = columnsOfNumber<Reals::roundedDown>, .scriptOfNumbers = "Math.floor(a)",
              .isOfMath = true},
    Operation{.name = "ceil", .signature = "ceil(x)", .help = "The next whole number above.",
              .group = Math, .compute = ofNumber<Reals::roundedUp, Exactly::itself>,
              .computeColumns = columnsOfNumber<Reals::roundedUp>,
              .scriptOfNumbers = "Math.ceil(a)", .isOfMath = true},
    Operation{.name = "sqrt", .signature = "sqrt(x)", .help = "The square root.",
              .group = Math, .compute = ofNumber<Reals::squareRoot>,
              .computeColumns = columnsOfNumber<Reals::squareRoot>, .scriptOfNumbers = "Math.sqrt(a)",
              .isOfMath = true},
    Operation{.name = "log", .signature = "log(x)", .help = "The natural logarithm.",
              .group = Math, .compute = ofNumber<Reals::logarithm>,
              .computeColumns = columnsOfNumber<Reals::logarithm>,
              .isOfMath = true},
    Operation{.name = "exp", .signature = "exp(x)", .help = "e to the power of x.",
              .group = Math, .compute = ofNumber<Reals::exponential>,
              .computeColumns = columnsOfNumber<Reals::exponential>, .isOfMath = true},
    Operation{.name = "pow", .signature = "pow(x, y)", .help = "x to the power of y.",
              .group = Math, .fewest = 2, .most = 2, .compute = ofNumbers<Reals::power, Exactly::power>,
              .computeColumns = columnsOfNumbers<Reals::power>, .scriptOfNumbers = "b !== b ? NaN : a ** b",
              .isOfMath = true},
    Operation{.name = "round", .signature = "round(x, digits)",
              .help = "Rounds to that many decimals (0 where left out), halves away from zero.",
              .group = Math, .most = 2, .compute = computeRound, .computeColumns = roundColumns},
    Operation{.name = "clamp", .signature = "clamp(x, low, high)",
              .help = "The number, but not below the one bound nor above the other.",
              .group = Math, .fewest = 3, .most = 3, .compute = computeClamp},
    Operation{.name = "lower", .signature = "lower(text)", .help = "The text in small letters.",
              .group = Text, .gives = Gives::Text, .compute = computeLower, .computeColumns = lowerColumn},
    Operation{.name = "upper", .signature = "upper(text)", .help = "The text in capital letters.",
              .group = Text, .gives = Gives::Text, .compute = computeUpper, .computeColumns = upperColumn},
    Operation{.name = "trim", .signature = "trim(text)", .help = "The text without spaces at both ends.",
              .group = Text, .gives = Gives::Text, .compute = computeTrim, .computeColumns = trimColumn},
    Operation{.name = "text", .signature = "text(x)", .help = "The value as text.",
              .group = Text, .gives = Gives::Text, .compute = computeText, .computeColumns = textColumn},
    Operation{.name = "number", .signature = "number(x)",
              .help = "The value as a number; text that is no number fails the item.",
              .group = Text, .compute = ofNumber<Reals::itself, Exactly::itself>,
              .computeColumns = columnsOfNumber<Reals::itself>,
              .scriptOfNumbers = "a"},
    Operation{.name = "contains", .signature = "contains(text, part)",
              .help = "Whether the part occurs in the text (or in a list).",
              .group = Text, .fewest = 2, .most = 2, .gives = Gives::Boolean, .compute = computeContains,
              .computeColumns = containsColumns},
    Operation{.name = "startsWith", .signature = "startsWith(text, part)",
              .help = "Whether the text begins with the part.",
              .group = Text, .fewest = 2, .most = 2, .gives = Gives::Boolean, .compute = computeStartsWith,
              .computeColumns = startsWithColumns},
    Operation{.name = "endsWith", .signature = "endsWith(text, part)", .help = "Whether the text ends with the part.",
              .group = Text, .fewest = 2, .most = 2, .gives = Gives::Boolean, .compute = computeEndsWith,
              .computeColumns = endsWithColumns},
    Operation{.name = "replace", .signature = "replace(text, what, with)",
              .help = "The text with every `what` replaced.",
              .group = Text, .fewest = 3, .most = 3, .gives = Gives::Text, .compute = computeReplace},
    Operation{.name = "matches", .signature = "matches(text, regex)",
              .help = "Whether the regular expression is found in the text.",
              .group = Text, .fewest = 2, .most = 2, .gives = Gives::Boolean, .compute = computeMatches,
              .computeColumns = matchesColumn, .takesPattern = true},
    Operation{.name = "year", .signature = "year(when, zone)",
              .help = "The year, in the zone that the date is written in or that is named.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::yearOf>},
    Operation{.name = "quarter", .signature = "quarter(when, zone)", .help = "The quarter of a date, 1 to 4.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::quarterOf>},
    Operation{.name = "month", .signature = "month(when, zone)", .help = "The month of a date, 1 to 12.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::monthOf>},
    Operation{.name = "day", .signature = "day(when, zone)", .help = "The day of the month of a date, 1 to 31.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::dayOf>},
    Operation{.name = "hour", .signature = "hour(when, zone)",
              .help = "The hour, 0 to 23.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::hourOf>},
    Operation{.name = "minute", .signature = "minute(when, zone)",
              .help = "The minute, 0 to 59.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::minuteOf>},
    Operation{.name = "second", .signature = "second(when, zone)",
              .help = "The second, 0 to 59, without its fraction.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::secondOf>},
    Operation{.name = "weekday", .signature = "weekday(when, zone)",
              .help = "The day of the week, 1 (Monday) to 7.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::weekdayOf>},
    Operation{.name = "week", .signature = "week(when, zone)",
              .help = "The week of the year by ISO 8601, 1 to 53: the first has the first Thursday.",
              .group = Date, .most = 2, .compute = computeDatePart<DateParts::weekOf>},
    Operation{.name = "parseDate", .signature = "parseDate(text, pattern, zone)",
              .help = "The date that a text is, written as in dd.MM.yyyy HH:mm; by the clock of the zone, or UTC.",
              .group = Date, .fewest = 2, .most = 3, .gives = Gives::Timestamp, .compute = computeParseDate},
    Operation{.name = "formatDate", .signature = "formatDate(when, pattern, zone)",
              .help = "The date as text, written as in dd.MM.yyyy HH:mm, by the clock of the zone or its own.",
              .group = Date, .fewest = 2, .most = 3, .gives = Gives::Text, .compute = computeFormatDate},
    Operation{.name = "addDays", .signature = "addDays(when, n)",
              .help = "The date so many days of 24 hours later, or earlier.",
              .group = Date, .fewest = 2, .most = 2, .gives = Gives::Timestamp, .compute = computeAddDays},
    Operation{.name = "addMonths", .signature = "addMonths(when, n)",
              .help = "The date so many months later; a day that the month has not got is its last one.",
              .group = Date, .fewest = 2, .most = 2, .gives = Gives::Timestamp, .compute = computeAddMonths},
    Operation{.name = "truncate", .signature = "truncate(when, unit, zone)",
              .help = "Where the second, minute, hour, day, week (Monday), month or year began.",
              .group = Date, .fewest = 2, .most = 3, .gives = Gives::Timestamp, .compute = computeTruncate},
    Operation{.name = "diff", .signature = "diff(a, b, unit)",
              .help = "The time from b to a in seconds, minutes, hours, days or weeks, or whole months or years.",
              .group = Date, .fewest = 3, .most = 3, .compute = computeDiff},
    Operation{.name = "inZone", .signature = "inZone(when, zone)",
              .help = "The same moment, by the clock of the zone.",
              .group = Date, .fewest = 2, .most = 2, .gives = Gives::Timestamp, .compute = computeInZone},
    Operation{.name = "fromSeconds", .signature = "fromSeconds(x)",
              .help = "The date so many seconds after 1970, in UTC.",
              .group = Date, .gives = Gives::Timestamp, .compute = computeFromSeconds},
    Operation{.name = "fromMilliseconds", .signature = "fromMilliseconds(x)",
              .help = "The date so many milliseconds after 1970, in UTC.",
              .group = Date, .gives = Gives::Timestamp, .compute = computeFromMilliseconds},
    Operation{.name = "coalesce", .signature = "coalesce(a, b, …)",
              .help = "The first of its arguments that is not null.",
              .group = Logic, .most = -1, .gives = Gives::Operand, .takesNulls = true},
    Operation{.name = "isNull", .signature = "isNull(x)", .help = "Whether there is no value.",
              .group = Logic, .gives = Gives::Boolean, .compute = computeIsNull, .computeColumns = isNullColumn,
              .scriptOfAny = "a === null || a === undefined", .takesNulls = true},
    // Of Math alone
    Operation{.name = "round", .signature = "Math.round(x)", .help = "The nearest whole number, halves upwards.",
              .group = Math, .compute = ofNumber<Reals::roundedHalfUp, Exactly::itself>,
              .computeColumns = columnsOfNumber<Reals::roundedHalfUp>, .isOfMath = true},
    Operation{.name = "trunc", .signature = "Math.trunc(x)", .help = "The number without its decimals.",
              .group = Math, .compute = ofNumber<Reals::truncated, Exactly::itself>,
              .computeColumns = columnsOfNumber<Reals::truncated>,
              .isOfMath = true},
    Operation{.name = "sign", .signature = "Math.sign(x)", .help = "-1, 0 or 1.",
              .group = Math, .compute = ofNumber<Reals::signOf>, .computeColumns = columnsOfNumber<Reals::signOf>,
              .isOfMath = true},
};
// clang-format on

constexpr std::array<std::string_view, 22> ScriptMathFunctions{
    "sin",   "cos",   "tan",  "asin", "acos",  "atan",  "atan2", "sinh",  "cosh",   "tanh",  "asinh",
    "acosh", "atanh", "cbrt", "log2", "log10", "log1p", "expm1", "hypot", "fround", "clz32", "random"};

constexpr std::array<std::pair<std::string_view, double>, 8> MathConstants{{
    {"PI", std::numbers::pi},
    {"E", std::numbers::e},
    {"LN2", std::numbers::ln2},
    {"LN10", std::numbers::ln10},
    {"LOG2E", std::numbers::log2e},
    {"LOG10E", std::numbers::log10e},
    {"SQRT2", std::numbers::sqrt2},
    {"SQRT1_2", std::numbers::sqrt2 / 2},
}};

bool isOwnFunction(const Operation &operation)
{
    return operation.isFunction() && !operation.signature.starts_with("Math.");
}

} // namespace

std::span<const Operation> operations()
{
    return Table;
}

size_t indexOf(const Operation &operation)
{
    return size_t(&operation - Table.data());
}

std::span<const Operation> expressionFunctions()
{
    const auto begin = std::find_if(Table.begin(), Table.end(), isOwnFunction);
    return {begin, std::find_if_not(begin, Table.end(), isOwnFunction)};
}

const Operation *findFunction(std::string_view name)
{
    const auto functions = expressionFunctions();
    const auto found = std::find_if(functions.begin(), functions.end(), [&](const auto &f) { return f.name == name; });
    return found == functions.end() ? nullptr : &*found;
}

const Operation *findOperator(std::string_view sign, int operands)
{
    const auto found = std::find_if(Table.begin(), Table.end(), [&](const Operation &operation) {
        return !operation.isFunction() && operation.name == sign && operation.most == operands;
    });
    return found == Table.end() ? nullptr : &*found;
}

const Operation &operatorOf(std::string_view sign, int operands)
{
    return *findOperator(sign, operands);
}

const Operation &functionOf(std::string_view name)
{
    return *findFunction(name);
}

const Operation *findMathFunction(std::string_view name)
{
    const auto found = std::find_if(Table.begin(), Table.end(), [&](const Operation &operation) {
        return operation.isOfMath && operation.name == name;
    });
    return found == Table.end() ? nullptr : &*found;
}

bool isMathFunction(std::string_view name)
{
    return findMathFunction(name)
           || std::find(ScriptMathFunctions.begin(), ScriptMathFunctions.end(), name) != ScriptMathFunctions.end();
}

std::optional<double> mathConstant(std::string_view name)
{
    for (const auto &[constant, value] : MathConstants) {
        if (constant == name)
            return value;
    }
    return std::nullopt;
}

} // namespace millrace
