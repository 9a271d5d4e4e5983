// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"

#include <string>
#include <string_view>

namespace millrace {

/// Values as indented JSON from which exactly the same values are read again: whole reals keep their fraction (`2.0`), and what
/// JSON has no word for is an object of one member (`{"$real": "NaN"}`, `{"$timestamp": "2024-02-29"}`, `{"$bytes": "00ff"}`).
std::string toStateText(const Value &value);
/// The same on one line, as JSON Lines have it.
std::string toStateLine(const Value &value);
Result<Value> parseStateText(std::string_view text);
/// The same of such JSON that was read already.
Result<Value> fromStateJson(const Value &json);

} // namespace millrace
