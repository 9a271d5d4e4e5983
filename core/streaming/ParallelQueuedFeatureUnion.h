// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/BaseQueuedPipeline.h"
#include "streaming/Steps.h"

#include <initializer_list>
#include <utility>
#include <vector>

namespace millrace {

/// The same data through each step, side by side; what they return is brought together by the joiner:
/// `ParallelQueuedFeatureUnion u({{"a", multiply(2)}, {"b", multiply(3)}}, {.batchSize = 10, .joiner = Joining::Fields});`
class ParallelQueuedFeatureUnion : public BaseQueuedPipeline
{
public:
    ParallelQueuedFeatureUnion(std::vector<QueuedStep> steps, QueuedPipelineOptions options = {});
    ParallelQueuedFeatureUnion(std::initializer_list<SingleStep> steps, QueuedPipelineOptions options = {})
        : ParallelQueuedFeatureUnion(std::vector<QueuedStep>(steps.begin(), steps.end()), std::move(options))
    {}
    template <class T = void>
    ParallelQueuedFeatureUnion(std::initializer_list<const char *>, QueuedPipelineOptions = {})
    {
        static_assert(!std::is_void_v<T>, "a text is no step: step(\"multiply\") makes one of a registered type");
    }
    static Result<ParallelQueuedFeatureUnion> create(std::vector<QueuedStep> steps, QueuedPipelineOptions options = {});
    /// What is between the source and the sink of a drawing (a pipeline file): the branches of one union. Fails with a
    /// sentence where it is drawn otherwise. `registry`: of further types; it must outlive the pipeline.
    static Result<ParallelQueuedFeatureUnion> fromPipeline(const Pipeline &pipeline,
                                                           const StepRegistry *registry = nullptr);
    /// The pipeline of a folder that save() or `millrace fit --save` wrote, with what it has learnt.
    static Result<ParallelQueuedFeatureUnion> fromFolder(const std::string &folder,
                                                         const StepRegistry *registry = nullptr);
};

} // namespace millrace
