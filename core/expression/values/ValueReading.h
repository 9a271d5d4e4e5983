// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "expression/values/ExactNumber.h"

#include <string>

namespace millrace {

/// JavaScript's: false are null, false, 0, NaN and the empty text.
bool isTruthy(const Value &value);
/// A value as messages show it: texts in quotes, long ones cut.
std::string shownValue(const Value &value);

/// A value as a number: that of a text that is one, of a truth value, the milliseconds of a timestamp. NoNumber: of others.
ReadNumber numberOf(const Value &value, ExactNumber &number);
/// A value as a moment: a timestamp, or a text in ISO 8601.
bool momentOf(const Value &value, Timestamp &moment);
} // namespace millrace
