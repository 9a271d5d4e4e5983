// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/BaseQueuedPipeline.h"
#include "streaming/Steps.h"

#include <initializer_list>
#include <utility>
#include <vector>

namespace millrace {

/// Steps one after the other, all at work at once on different batches:
/// `SequentialQueuedPipeline p({{"double", 2, 10, multiply(2)}, {"add", add(1)}}, {.batchSize = 10, .queueSize = 5});`
class SequentialQueuedPipeline : public BaseQueuedPipeline
{
public:
    SequentialQueuedPipeline(std::vector<QueuedStep> steps, QueuedPipelineOptions options = {});
    SequentialQueuedPipeline(std::initializer_list<SingleStep> steps, QueuedPipelineOptions options = {})
        : SequentialQueuedPipeline(std::vector<QueuedStep>(steps.begin(), steps.end()), std::move(options))
    {}
    template <class T = void>
    SequentialQueuedPipeline(std::initializer_list<const char *>, QueuedPipelineOptions = {})
    {
        static_assert(!std::is_void_v<T>, "a text is no step: step(\"multiply\") makes one of a registered type");
    }
    /// The same, but wrong settings are an error at once.
    static Result<SequentialQueuedPipeline> create(std::vector<QueuedStep> steps, QueuedPipelineOptions options = {});
    /// What is between the source and the sink of a drawing (a pipeline file): steps in a row, unions among them. Fails with a
    /// sentence where it is drawn otherwise. `registry`: of further types; it must outlive the pipeline.
    static Result<SequentialQueuedPipeline> fromPipeline(const Pipeline &pipeline,
                                                         const StepRegistry *registry = nullptr);
    /// The pipeline of a folder that save() or `millrace fit --save` wrote, with what it has learnt.
    static Result<SequentialQueuedPipeline> fromFolder(const std::string &folder,
                                                       const StepRegistry *registry = nullptr);
};

} // namespace millrace
