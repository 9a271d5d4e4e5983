// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"

namespace millrace {

/// What a step derives from beside Step when its change can be taken back: scaling, encoding.
class InvertibleStep
{
public:
    virtual ~InvertibleStep() = default;

    /// Turns a batch as process() leaves it into what that got. Called on an open step that has what it learnt; the rules are those of
    /// process(). What was lost (a number that was cut, a category unknown then) doesn't come back.
    virtual Result<> invert(Batch &batch) = 0;
};

} // namespace millrace
