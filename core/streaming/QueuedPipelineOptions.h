// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/calls/PipelineHooks.h"
#include "streaming/DataJoiner.h"
#include "streaming/QueuedStep.h"

#include <cstdint>
#include <optional>
#include <string>

namespace millrace {

/// How a queued pipeline cuts its data, and what its steps have where they don't say otherwise.
struct QueuedPipelineOptions
{
    std::optional<int64_t> batchSize{}; ///< items; 100 where it isn't given, or that of the pipeline around this one
    int workersPerStep = 1;
    int queueSize = 10; ///< batches before each step; 0: unbounded
    DataJoiner joiner{};
    RunIn runIn = RunIn::Threads;
    bool useSavers = true; ///< worker processes get what a step has learnt; false: only its parameters
    Incomplete incomplete = Incomplete::Keep;
    Value padDataInputs{};      ///< for Incomplete::Pad; one of the two may be given alone, and the other is null then
    Value padExpectedOutputs{}; ///< only for data that has some
    ErrorPolicy onError = ErrorPolicy::Stop; ///< Stop: the call returns the error; Skip: failed items are left out
    int retries = 0;
    double timeLimit = 0;                   ///< seconds an item may take in a worker process; 0: any
    int64_t memoryLimit = 0;                ///< MiB that a worker process may use; 0: any
    std::string folder{};                   ///< that relative paths in parameters are relative to
    uint64_t seed = 0;                      ///< for steps that draw at random
    int cores = 0;                          ///< threads that compute; 0: as many as the machine has
    const StepRegistry *registry = nullptr; ///< of further types, beside the built-in ones; must outlive the pipeline
    bool numberEqualNames = false;          ///< equal names that were given are numbered; false: they are a problem
    Services services{};   ///< what is lent to the steps, those of nested pipelines too: StepContext::service()
    PipelineHooks hooks{}; ///< called before and after calls and batches

    Batching batching() const
    {
        Batching batching;
        batching.size = batchSize.value_or(batching.size);
        batching.incomplete = incomplete;
        batching.padDataInputs = padDataInputs;
        batching.padExpectedOutputs = padExpectedOutputs;
        return batching;
    }
};

/// The built-in step types. Made once, never changed: safe on all threads.
const StepRegistry &builtInSteps();

} // namespace millrace
