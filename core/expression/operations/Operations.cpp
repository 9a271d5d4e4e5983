// SPDX-License-Identifier: MIT
#include "expression/operations/Operations.h"

#include "data/errors/ErrorKind.h"
#include "expression/values/ValueReading.h"
#include "expression/values/Words.h"

#include <algorithm>

namespace millrace {

std::string Fault::messageFor(std::string_view label) const
{
    return argument < 0 || label.empty() ? text : joined({label, ": ", text});
}

bool OperationCall::fail(int argument, std::string_view problem, std::string text) const
{
    fault.argument = argument;
    fault.kind = problem;
    fault.text = std::move(text);
    return false;
}

bool applyOperation(
    const Operation &operation, std::span<const Value> arguments, ValueCaches &caches, Value &result, Fault &fault)
{
    const auto isNull = [](const Value &value) { return value.isNull(); };
    if (!operation.takesNulls && std::any_of(arguments.begin(), arguments.end(), isNull)) {
        result = Value();
        return true;
    }
    return operation.compute({operation, arguments, caches, result, fault});
}

bool applyToColumns(const Operation &operation,
                    std::span<const Operand *const> operands,
                    size_t rows,
                    const uint8_t *active,
                    ValueCaches &caches,
                    Operand &result)
{
    return operation.computeColumns && operation.computeColumns({operation, operands, rows, active, caches, result});
}

bool toNumber(const OperationCall &call, int argument, ExactNumber &number)
{
    const Value &value = call.arguments[size_t(argument)];
    switch (numberOf(value, number)) {
    case ReadNumber::Read: return true;
    case ReadNumber::NoNumber: return call.fail(argument, ErrorKind::Type, shownValue(value) + " is not a number");
    case ReadNumber::TooLong: break;
    }
    return call.fail(argument, ErrorKind::Range, shownValue(value) + " has more digits than a number holds (64 bits)");
}

bool toReal(const OperationCall &call, int argument, double &real)
{
    ExactNumber number;
    const bool isNumber = toNumber(call, argument, number);
    real = number.real;
    return isNumber;
}

bool toMoment(const OperationCall &call, int argument, Timestamp &moment)
{
    const Value &value = call.arguments[size_t(argument)];
    return momentOf(value, moment)
           || call.fail(argument, ErrorKind::Type,
                        shownValue(value) + " is not a date (as in 2024-05-31 or 2024-05-31T12:00:00)");
}

} // namespace millrace
