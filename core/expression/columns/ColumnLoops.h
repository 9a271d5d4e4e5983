// SPDX-License-Identifier: MIT
#pragma once

#include "expression/columns/Operand.h"
#include "expression/columns/Operations.h"
#include "expression/language/Ast.h"

#include <span>

namespace millrace {

/// Does the operation with a loop over packed numbers or texts, where there is one for these kinds of operands and none
/// of the rows can fail. False: nothing was done. `rows`: of the batch, for all operands may be constants.
bool applyToColumns(Operation operation,
                    std::span<const Operand *const> operands,
                    size_t rows,
                    PatternCache &patterns,
                    Operand &result);

} // namespace millrace
