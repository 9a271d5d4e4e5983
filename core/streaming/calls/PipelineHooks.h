// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "streaming/data/DataFlow.h"

#include <functional>

namespace millrace {

/// Functions that a pipeline calls before and after its calls and their batches. Any may be empty; what one throws ends the call with
/// that error. A pipeline within another one is a part of that one's calls: only the outermost one's hooks are called.
struct PipelineHooks
{
    std::function<void(const DataContainer &)> beforeCall{}; ///< with the data; on the call's thread
    std::function<void(const Result<DataContainer> &)>
        afterCall{};         ///< with the result or the error; on the call's thread
    BatchHook beforeBatch{}; ///< before its first step, one batch at a time; on a thread of the run
    BatchHook afterBatch{};  ///< after its last step, in the order of the data, one at a time; on a thread of the run

    bool isEmpty() const { return !beforeCall && !afterCall && !beforeBatch && !afterBatch; }
};

} // namespace millrace
