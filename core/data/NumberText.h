// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace millrace {

/// The most bytes that a number takes as text.
constexpr size_t MostNumberText = 32;

/// Write what appendNumber() and appendInteger() append, to memory with room for MostNumberText bytes, and return where it
/// ends.
char *putNumber(char *at, double value);
char *putInteger(char *at, int64_t value);

} // namespace millrace
