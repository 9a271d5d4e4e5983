// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operation.h"
#include "expression/values/ExactNumber.h"

#include <span>

namespace millrace {

/// Does an operation with single values: what the columns' loops and the script engine's quick paths must agree with, and
/// what does the work wherever they have none. A number is a real, or an integer where that has more digits
/// than a real; a null operand gives null, save where the operation
/// takes nulls. False: `fault` says why not.
bool applyOperation(
    const Operation &operation, std::span<const Value> arguments, ValueCaches &caches, Value &result, Fault &fault);
/// Does the operation with a loop over packed numbers or texts, where there is one for these kinds of operands and none
/// of the rows can fail. False: nothing was done. `rows`: of the batch, for all operands may be constants;
/// `active`: a byte for each, 0 where no value is wanted, or null for all.
bool applyToColumns(const Operation &operation,
                    std::span<const Operand *const> operands,
                    size_t rows,
                    const uint8_t *active,
                    ValueCaches &caches,
                    Operand &result);

/// An argument as a number; else it is to blame. Not for null.
bool toNumber(const OperationCall &call, int argument, ExactNumber &number);
/// The same where a real will do.
bool toReal(const OperationCall &call, int argument, double &real);
/// The same for a moment.
bool toMoment(const OperationCall &call, int argument, Timestamp &moment);

} // namespace millrace
