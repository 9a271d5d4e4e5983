// SPDX-License-Identifier: MIT
#pragma once

#include "data/json/ObjectMembers.h"

#include <cstdint>

namespace millrace {

/// Frames between a run and its worker processes.
enum class WorkerMessage : uint32_t {
    Init = 1, ///< to the worker, once: an object (type, params, state, …)
    Ready,    ///< the answer to it, or
    Failed,   ///< an object with kind and message: opening failed, or a batch as a whole
    Batch,    ///< to the worker
    Done,     ///< the answer to it: verdicts and the batch
    Log,      ///< to the run, before an answer: an object with level and message
    Close     ///< to the worker: no more comes
};

} // namespace millrace
