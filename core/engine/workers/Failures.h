// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "engine/workers/FailurePolicy.h"
#include "engine/workers/Pump.h"
#include "engine/workers/StageHost.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace millrace {

/// What a step made of a batch when not all went well. Whoever holds it gives `rows` to the pool.
struct Failures
{
    Batch *rows = nullptr;               ///< the failed items, as they came in
    std::vector<ItemError> errors;       ///< one for each row of `rows`, in order
    std::vector<uint32_t> positions;     ///< of each failed item within the batch as it came in
    std::vector<uint32_t> goodPositions; ///< of the others
    int attempts = 1;
};

/// Single items of a batch failed: they leave it, the others stay. `original`: the batch as it came in, or the batch itself where the step
/// leaves failed items as they were. `failsApart`: see PlannedStep.
Failures separateFailed(Pump &pump, Batch &batch, const Batch &original, bool failsApart);

/// A batch failed as a whole, with that error: each of its items on its own, so that only the guilty ones are lost, up to the first
/// where that ends the run. `apply`: what the step does. The batch is left with what became of the others.
Failures tryOneByOne(Pump &pump,
                     Batch &batch,
                     const Batch &original,
                     const Error &error,
                     const FailurePolicy &policy,
                     const std::function<Result<>(Batch &)> &apply);

/// Items went well at another try: they join those of their batch, each in its place. `before`: what had failed until then, which is
/// left with the places of all good ones; `retried`: what became of its rows now, with what failed once more in `again`.
void joinRetried(Batch &good, Batch &retried, Failures &before, const Failures &again);

/// Into the run's log: a record for each item that failed, with where it came from. `areLost`: nothing else becomes of them, so they are
/// kept with the run's failed items, too.
void logFailures(StageHost &host, const std::string &step, int worker, const Failures &failures, bool areLost);

/// For a step whose failed items are none of the batch's any more: of each item, the row that it came from.
std::vector<uint32_t> originalRowsOf(const Batch &batch);
/// Where the item that each item was made of stood among those that came in, of which `before` are the original rows. Where several
/// of them share one, and can't be told apart, the first.
std::vector<uint32_t> positionsIn(const std::vector<uint32_t> &before, const Batch &batch);

} // namespace millrace
