// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>

namespace millrace {

/// The byte that a `delimiter` parameter means: one ASCII character, or \t for a tab. Fails with a sentence.
Result<char> csvDelimiterOf(const std::string &text);

} // namespace millrace
