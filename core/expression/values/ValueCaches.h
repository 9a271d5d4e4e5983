// SPDX-License-Identifier: MIT
#pragma once

#include "expression/values/DateCache.h"
#include "expression/values/Pattern.h"

namespace millrace {

/// What operations keep from one item to the next. One thread at a time.
struct ValueCaches
{
    PatternCache patterns;
    DateCache dates;
};

} // namespace millrace
