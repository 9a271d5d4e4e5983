// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

class QJSEngine;

namespace millrace {

/// Makes Array.from() take a text apart into whole characters, as ECMAScript says.
Result<> keepCharactersWhole(QJSEngine &engine);

/// Takes out of an engine whatever makes code of text, or keeps what the last match was, and freezes all that is left: what runs in there
/// can compute, and can leave nothing behind. Dates and random numbers are as they were.
Result<> closeRealm(QJSEngine &engine);

} // namespace millrace
