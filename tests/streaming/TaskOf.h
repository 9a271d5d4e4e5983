// SPDX-License-Identifier: MIT
#pragma once

#include "StreamingSteps.h"

#include "streaming/QueuedPipelineTask.h"

namespace millrace::test {

/// Items first, first + 1, …, which are their own ids.
inline QueuedPipelineTask taskOf(int64_t first, int64_t count)
{
    return {.data = {.ids = upTo(count, 1, first), .dataInputs = upTo(count, 1, first)}};
}

} // namespace millrace::test
