// SPDX-License-Identifier: MIT
#pragma once

#include "expression/language/Ast.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace {

/// One function of the expression language, for the parser, for completion and for help.
struct ExpressionFunction
{
    std::string_view name;
    std::string_view signature; ///< "round(x, digits)"
    std::string_view help;      ///< a sentence
    Operation operation; ///< without meaning for coalesce, which is no operation: it looks at its arguments in turn
    int fewest = 1, most = 1; ///< arguments; most -1: any number
    bool isCoalesce = false;
};

/// All of them, in the order of the reference.
std::span<const ExpressionFunction> expressionFunctions();
/// By name; null where there is none.
const ExpressionFunction *findFunction(std::string_view name);
/// Those of JavaScript's Math that columns are computed with ("floor" of Math.floor); null: the script engine's.
const ExpressionFunction *findMathFunction(std::string_view name);
/// Whether JavaScript's Math has a function of that name at all.
bool isMathFunction(std::string_view name);
std::optional<double> mathConstant(std::string_view name);

} // namespace millrace
