// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "expression/script/ScriptLimits.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// For what is only read: it takes milliseconds, or was written to take more.
constexpr ScriptLimits CheckLimits{5, 256};

/// What an engine is opened with.
void encodeOpening(std::string &bytes, std::string_view source, const ScriptLimits &limits);

void encodeErrors(std::string &bytes, const std::vector<ItemError> &errors);
/// Takes them from the front of the bytes.
Result<std::vector<ItemError>> decodeErrors(std::string_view &bytes);

/// Begins a sentence for limitPassed().
std::string namedExpression(std::string_view written);

/// What ScriptProcess::ask() failed with, where the process has ended with a sentence that says why.
Failure explainedEnd(const Error &error, std::string_view what, const ScriptLimits &limits);

} // namespace millrace
