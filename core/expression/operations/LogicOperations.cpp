// SPDX-License-Identifier: MIT
#include "expression/operations/LogicOperations.h"

#include "expression/operations/Operand.h"
#include "expression/values/ValueReading.h"

namespace millrace {

bool computeNot(const OperationCall &call)
{
    call.result = Value(!isTruthy(call.arguments[0]));
    return true;
}

bool notColumn(const ColumnCall &call)
{
    const Operand &a = *call.operands[0];
    uint8_t *out = call.result.setBooleans(call.rows);
    for (size_t i = 0; i < call.rows; ++i)
        out[i] = !a.isTruthy(i);
    return true;
}

bool computeIsNull(const OperationCall &call)
{
    call.result = Value(call.arguments[0].isNull());
    return true;
}

bool isNullColumn(const ColumnCall &call)
{
    const Operand &a = *call.operands[0];
    uint8_t *out = call.result.setBooleans(call.rows);
    for (size_t i = 0; i < call.rows; ++i)
        out[i] = a.isNull(i);
    return true;
}

} // namespace millrace
