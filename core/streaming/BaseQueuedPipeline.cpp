// SPDX-License-Identifier: MIT
#include "streaming/BaseQueuedPipeline.h"

#include "data/ExceptionError.h"
#include "streaming/calls/CallControl.h"
#include "streaming/calls/RunningCall.h"
#include "streaming/compile/InverseSteps.h"
#include "streaming/compile/PipelineDefinition.h"
#include "streaming/compile/PipelineRunner.h"
#include "streaming/ParallelQueuedFeatureUnion.h"
#include "streaming/SequentialQueuedPipeline.h"

namespace millrace {

StepPrototype::StepPrototype(const BaseQueuedPipeline &pipeline) : m_pipeline(pipeline.definition())
{
    m_name = m_type = m_pipeline->kind == PipelineDefinition::Kind::Sequence ? "pipeline" : "union";
}

const std::string &BaseQueuedPipeline::problem() const
{
    return m_definition->problem;
}

const QueuedPipelineOptions &BaseQueuedPipeline::options() const
{
    return m_definition->options;
}

std::vector<std::string> BaseQueuedPipeline::stepNames() const
{
    std::vector<std::string> names;
    for (const QueuedStep &step : m_definition->steps)
        names.push_back(step.name);
    return names;
}

size_t BaseQueuedPipeline::batchCount(size_t items) const
{
    const size_t batches = batchCountOf(items, options().batching());
    return m_definition->kind == PipelineDefinition::Kind::Union ? batches * m_definition->steps.size() : batches;
}

Result<> BaseQueuedPipeline::setup()
{
    Result<> tried = caught([&] {
        FittedStates states = fitted();
        return PipelineRunner(*m_definition, nullptr, &states).tryOut();
    });
    m_isSetUp = tried.has_value();
    return tried;
}

void BaseQueuedPipeline::teardown()
{
    m_isSetUp = false;
}

Result<DataContainer> BaseQueuedPipeline::transform(const DataContainer &data, PipelineReport *report) const
{
    return caught([&] {
        FittedStates states = fitted();
        return PipelineRunner(*m_definition, report, &states).transform(data);
    });
}

Result<DataContainer> BaseQueuedPipeline::inverseTransform(const DataContainer &data, PipelineReport *report) const
{
    return caught([&]() -> Result<DataContainer> {
        auto steps = inverseSteps(*m_definition, fitted());
        if (!steps)
            return steps.forward();
        QueuedPipelineOptions options = this->options();
        options.incomplete = Incomplete::Keep;
        options.runIn = RunIn::Threads;
        return SequentialQueuedPipeline(*std::move(steps), std::move(options)).transform(data, report);
    });
}

RunningCall BaseQueuedPipeline::start(DataContainer data, std::chrono::milliseconds timeLimit) const
{
    return RunningCall(
        [definition = m_definition, states = fitted(), data = std::move(data)](CallControl &control,
                                                                               PipelineReport &report) {
            FittedStates own = states;
            return PipelineRunner(*definition, &report, &own, {}, &control).transform(data);
        },
        timeLimit);
}

Result<> BaseQueuedPipeline::fit(const DataContainer &data, PipelineReport *report)
{
    auto done = fitTransform(data, report);
    return done ? Result<>() : Result<>(done.forward());
}

Result<DataContainer> BaseQueuedPipeline::fitTransform(const DataContainer &data, PipelineReport *report)
{
    return caught([&] {
        FittedStates states = fitted();
        auto done = PipelineRunner(*m_definition, report, &states).fitTransform(data);
        if (done)
            setFitted(std::move(states));
        return done;
    });
}

Result<Pipeline> BaseQueuedPipeline::toPipeline() const
{
    return caught([&] { return drawPipeline(*m_definition, nullptr, nullptr); });
}

Result<Pipeline> BaseQueuedPipeline::toPipeline(const StepPrototype &source, const StepPrototype &sink) const
{
    return caught([&] { return drawPipeline(*m_definition, &source, &sink); });
}

SequentialQueuedPipeline::SequentialQueuedPipeline(std::vector<QueuedStep> steps, QueuedPipelineOptions options)
    : BaseQueuedPipeline(
        PipelineDefinition::make(PipelineDefinition::Kind::Sequence, std::move(steps), std::move(options)))
{}

Result<SequentialQueuedPipeline> SequentialQueuedPipeline::create(std::vector<QueuedStep> steps,
                                                                  QueuedPipelineOptions options)
{
    SequentialQueuedPipeline pipeline(std::move(steps), std::move(options));
    if (!pipeline.isValid())
        return failure("settings", pipeline.problem());
    return pipeline;
}

ParallelQueuedFeatureUnion::ParallelQueuedFeatureUnion(std::vector<QueuedStep> steps, QueuedPipelineOptions options)
    : BaseQueuedPipeline(
        PipelineDefinition::make(PipelineDefinition::Kind::Union, std::move(steps), std::move(options)))
{}

Result<ParallelQueuedFeatureUnion> ParallelQueuedFeatureUnion::create(std::vector<QueuedStep> steps,
                                                                      QueuedPipelineOptions options)
{
    ParallelQueuedFeatureUnion pipeline(std::move(steps), std::move(options));
    if (!pipeline.isValid())
        return failure("settings", pipeline.problem());
    return pipeline;
}

} // namespace millrace
