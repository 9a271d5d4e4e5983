// SPDX-License-Identifier: MIT
#include "expression/operations/Loops.h"

#include <algorithm>

namespace millrace {

void uniteNulls(const Operand &a, const Operand &b, size_t rows, Operand &result)
{
    if (!a.nulls() && !b.nulls())
        return;
    uint8_t *nulls = result.setNulls();
    for (const Operand *operand : {&a, &b}) {
        for (size_t i = 0; operand->nulls() && i < rows; ++i)
            nulls[i] |= operand->nulls()[i];
    }
}

bool areNumbers(const ColumnCall &call)
{
    return std::all_of(call.operands.begin(), call.operands.end(),
                       [](const Operand *operand) { return operand->kind() == Operand::Kind::Number; });
}

bool areTexts(const ColumnCall &call)
{
    return std::all_of(call.operands.begin(), call.operands.end(),
                       [](const Operand *operand) { return operand->kind() == Operand::Kind::Text; });
}

void uniteTextNulls(const ColumnCall &call)
{
    const Operand &a = *call.operands[0], &b = *call.operands[1];
    if (!a.hasNulls() && !b.hasNulls())
        return;
    uint8_t *nulls = call.result.setNulls();
    for (size_t i = 0; i < call.rows; ++i)
        nulls[i] = a.isNull(i) || b.isNull(i);
}

} // namespace millrace
