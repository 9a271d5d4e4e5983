// SPDX-License-Identifier: MIT
#pragma once

#include "data/BatchCodec.h"
#include "data/Result.h"
#include "steps/StepType.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// What a worker process needs to make its step.
struct RemoteSpec
{
    std::string type;        ///< id of a registered step type
    Members params;          ///< with the worker's own arguments laid over them
    Value state;             ///< what the step has learnt; null: nothing
    double timeLimit = 0;    ///< seconds for an item; 0: none
    int64_t memoryLimit = 0; ///< MiB on top of what the process has at its start; 0: none
    bool keepsItemsOnError = false;
};

/// What a run tells a worker elsewhere of the step that it is to work as.
Value workerInit(const RemoteSpec &spec, const StepContext &context);

/// Makes of a batch what a worker elsewhere has made of it: its items, and what it says of them. `decoder` and `answer` keep their memory for
/// the next one. False: the body can't be understood.
bool takeWorkerAnswer(
    Batch &batch, std::string_view body, BatchDecoder &decoder, Batch &answer, bool keepsItemsOnError);
/// What a worker says instead, as an error.
Result<> workerError(std::string_view body);

} // namespace millrace
