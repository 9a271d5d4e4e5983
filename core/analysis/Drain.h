// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"

#include <optional>

namespace millrace {

/// What is still under way once the sources have stopped.
struct Drain
{
    uint64_t batches = 0;          ///< in queues and with workers
    std::optional<double> seconds; ///< that they should take; nothing where no batch of that kind has gone through yet

    bool operator==(const Drain &) const = default;
};

/// By what each step has needed for a batch so far, and how many batches are before it on their way. Pure.
Drain estimateDrain(const RunSample &sample, const Pipeline &pipeline, int cores);

} // namespace millrace
