// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operation.h"

namespace millrace {

bool computeYear(const OperationCall &call);
bool computeMonth(const OperationCall &call);
bool computeDay(const OperationCall &call);

} // namespace millrace
