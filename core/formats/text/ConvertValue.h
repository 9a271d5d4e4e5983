// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <string_view>

namespace millrace {

/// The value as one of another type, without loss: text is read, 2.0 is an integer, 1 is true. Null stays null. False where
/// it can't be told what the value would be. The type is integer, real, text, boolean or timestamp.
bool convertValue(const Value &value, ValueType type, Value &converted);
/// The same for a text; spaces around it don't count.
bool convertText(std::string_view text, ValueType type, Value &converted);

} // namespace millrace
