// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operation.h"

namespace millrace {

bool computeNot(const OperationCall &call);
bool notColumn(const ColumnCall &call);
bool computeIsNull(const OperationCall &call);
bool isNullColumn(const ColumnCall &call);

} // namespace millrace
