// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "metrics/LogRecord.h"
#include "streaming/DataContainer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// A batch on its way from queue to queue, with its place in the order: `QueuedPipelineTask{batch}`. A value like any other; copies
/// share the data's memory.
struct QueuedPipelineTask
{
    DataContainer data{};         ///< of a failed task: as it came into the worker that failed
    int64_t sequence = -1;        ///< from 0; -1: the first queue that it comes to gives it the next number
    std::string step{};           ///< name of the worker that it comes from; empty: nobody has worked on it
    std::optional<Error> error{}; ///< why there is no result, with step and item; later workers pass it on as it is
    /// Items that were left out because they failed (ErrorPolicy::Skip), with step, worker, item, kind and message.
    std::vector<LogRecord> failures{};

    bool hasFailed() const { return error.has_value(); }
};

} // namespace millrace
