// SPDX-License-Identifier: MIT
#include "expression/language/Functions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <numbers>
#include <utility>
#include <vector>

namespace millrace {

namespace {

using enum Operation;

constexpr std::array Functions{
    ExpressionFunction{"min", "min(a, b, …)", "The smallest of its arguments.", Min, 1, -1},
    ExpressionFunction{"max", "max(a, b, …)", "The largest of its arguments.", Max, 1, -1},
    ExpressionFunction{"abs", "abs(x)", "The number without its sign.", Abs},
    ExpressionFunction{"floor", "floor(x)", "The next whole number below.", Floor},
    ExpressionFunction{"ceil", "ceil(x)", "The next whole number above.", Ceil},
    ExpressionFunction{"sqrt", "sqrt(x)", "The square root.", Sqrt},
    ExpressionFunction{"log", "log(x)", "The natural logarithm.", Log},
    ExpressionFunction{"exp", "exp(x)", "e to the power of x.", Exp},
    ExpressionFunction{"pow", "pow(x, y)", "x to the power of y.", Pow, 2, 2},
    ExpressionFunction{"round", "round(x, digits)",
                       "Rounds to that many decimals (0 where left out), halves away from zero.", Round, 1, 2},
    ExpressionFunction{"lower", "lower(text)", "The text in small letters.", Lower},
    ExpressionFunction{"upper", "upper(text)", "The text in capital letters.", Upper},
    ExpressionFunction{"trim", "trim(text)", "The text without spaces at both ends.", Trim},
    ExpressionFunction{"text", "text(x)", "The value as text.", Text},
    ExpressionFunction{"number", "number(x)", "The value as a number; text that is no number fails the item.", Number},
    ExpressionFunction{"contains", "contains(text, part)", "Whether the part occurs in the text (or in a list).",
                       Contains, 2, 2},
    ExpressionFunction{"startsWith", "startsWith(text, part)", "Whether the text begins with the part.", StartsWith, 2,
                       2},
    ExpressionFunction{"endsWith", "endsWith(text, part)", "Whether the text ends with the part.", EndsWith, 2, 2},
    ExpressionFunction{"replace", "replace(text, what, with)", "The text with every `what` replaced.", Replace, 3, 3},
    ExpressionFunction{"matches", "matches(text, regex)", "Whether the regular expression is found in the text.",
                       Matches, 2, 2},
    ExpressionFunction{"year", "year(when)", "The year of a date.", Year},
    ExpressionFunction{"month", "month(when)", "The month of a date, 1 to 12.", Month},
    ExpressionFunction{"day", "day(when)", "The day of the month of a date, 1 to 31.", Day},
    ExpressionFunction{"coalesce", "coalesce(a, b, …)", "The first of its arguments that is not null.", Add, 1, -1,
                       true},
    ExpressionFunction{"isNull", "isNull(x)", "Whether there is no value.", IsNull},
};

constexpr std::array MathFunctions{
    ExpressionFunction{"round", "Math.round(x)", "The nearest whole number, halves upwards.", MathRound},
    ExpressionFunction{"trunc", "Math.trunc(x)", "The number without its decimals.", Trunc},
    ExpressionFunction{"sign", "Math.sign(x)", "-1, 0 or 1.", Sign},
};

constexpr std::array SharedWithMath{"min", "max", "abs", "floor", "ceil", "sqrt", "log", "exp", "pow"};

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

} // namespace

std::span<const ExpressionFunction> expressionFunctions()
{
    return Functions;
}

const ExpressionFunction *findFunction(std::string_view name)
{
    const auto found = std::find_if(Functions.begin(), Functions.end(), [&](const auto &f) { return f.name == name; });
    return found == Functions.end() ? nullptr : &*found;
}

const ExpressionFunction *findMathFunction(std::string_view name)
{
    for (const auto &function : MathFunctions) {
        if (function.name == name)
            return &function;
    }
    const bool isShared = std::find(SharedWithMath.begin(), SharedWithMath.end(), name) != SharedWithMath.end();
    return isShared ? findFunction(name) : nullptr;
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
