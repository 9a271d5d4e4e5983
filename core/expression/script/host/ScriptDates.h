// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

class QJSEngine;

namespace millrace {

/// Makes Date read dates in ISO 8601 only, before any script runs: the engine's own guesses which part of "01/02/2024" is the
/// month. What it can't read throws an exception that says so.
Result<> makeDatesExact(QJSEngine &engine);

} // namespace millrace
