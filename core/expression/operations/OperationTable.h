// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operation.h"

#include <optional>
#include <span>
#include <string_view>

namespace millrace {

/// All operations: operators, then functions in the order of the reference, then those that only Math has. Each stands at
/// the same address for as long as the program runs.
std::span<const Operation> operations();
/// Of one of them: where in operations() it stands.
size_t indexOf(const Operation &operation);

/// The functions among them that an expression calls by their name.
std::span<const Operation> expressionFunctions();
/// By name; null where there is none.
const Operation *findFunction(std::string_view name);
/// The operator with that sign and that many operands (1 or 2); null where there is none.
const Operation *findOperator(std::string_view sign, int operands);
/// Of those that there are: for what the parser puts in itself.
const Operation &operatorOf(std::string_view sign, int operands);
const Operation &functionOf(std::string_view name);

/// The operation for a function of JavaScript's Math ("floor" of Math.floor); null: the script engine's.
const Operation *findMathFunction(std::string_view name);
/// Whether JavaScript's Math has a function of that name at all.
bool isMathFunction(std::string_view name);
std::optional<double> mathConstant(std::string_view name);

} // namespace millrace
