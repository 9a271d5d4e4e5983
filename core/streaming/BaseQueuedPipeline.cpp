// SPDX-License-Identifier: MIT
#include "streaming/BaseQueuedPipeline.h"

#include "data/errors/ExceptionError.h"
#include "streaming/calls/CallControl.h"
#include "streaming/calls/PipelineFeed.h"
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
        return PipelineRunner(*m_definition, {.states = &states}).tryOut();
    });
    m_isSetUp = tried.has_value();
    return tried;
}

void BaseQueuedPipeline::teardown()
{
    m_isSetUp = false;
}

namespace {

/// A call between its hooks.
template <class Work>
Result<DataContainer> withHooks(const PipelineHooks &hooks, const DataContainer &data, Work work)
{
    if (hooks.beforeCall)
        hooks.beforeCall(data);
    Result<DataContainer> result = caught([&] { return work(); });
    if (hooks.afterCall)
        hooks.afterCall(result);
    return result;
}

Result<DataContainer> transformWith(const PipelineDefinition &definition,
                                    FittedStates states,
                                    const DataContainer &data,
                                    PipelineReport *report,
                                    CallControl *control = nullptr)
{
    const PipelineHooks &hooks = definition.options.hooks;
    return withHooks(hooks, data, [&] {
        return PipelineRunner(definition, {.report = report, .states = &states, .control = control, .hooks = &hooks})
            .transform(data);
    });
}

} // namespace

Result<DataContainer> BaseQueuedPipeline::transform(const DataContainer &data, PipelineReport *report) const
{
    return caught([&] { return transformWith(*m_definition, fitted(), data, report); });
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
        options.hooks = {};
        return SequentialQueuedPipeline(*std::move(steps), std::move(options)).transform(data, report);
    });
}

RunningCall BaseQueuedPipeline::start(DataContainer data, std::chrono::milliseconds timeLimit) const
{
    return RunningCall(
        [definition = m_definition, states = fitted(), data = std::move(data)](CallControl &control,
                                                                               PipelineReport &report) {
            return transformWith(*definition, states, data, &report, &control);
        },
        timeLimit);
}

Result<> BaseQueuedPipeline::stream(const DataGenerator &generator,
                                    const DataConsumer &consumer,
                                    PipelineReport *report) const
{
    const Result<DataContainer> done = caught([&]() -> Result<DataContainer> {
        if (!generator)
            return failure(ErrorKind::Settings, "There is no function that gives the data.");
        const PipelineHooks &hooks = options().hooks;
        FittedStates states = fitted();
        return withHooks(hooks, {}, [&] {
            return PipelineRunner(*m_definition, {.report = report, .states = &states, .hooks = &hooks})
                .stream(generator, &consumer);
        });
    });
    return done ? Result<>() : Result<>(done.forward());
}

PipelineFeed BaseQueuedPipeline::connect(std::optional<DataConsumer> consumer) const
{
    constexpr int MostWaiting = 10;
    const auto queue = std::make_shared<ObservableQueue>("feed", MostWaiting);
    const auto next = [queue]() -> Result<std::optional<DataContainer>> {
        auto task = queue->take();
        return task ? std::optional(std::move(task->data)) : std::nullopt;
    };
    const auto work = [definition = m_definition, states = fitted(), queue, next,
                       consumer = std::move(consumer)](CallControl &control, PipelineReport &report) {
        const PipelineHooks &hooks = definition->options.hooks;
        FittedStates own = states;
        Result<DataContainer> result = caught([&] {
            return withHooks(hooks, {}, [&] {
                return PipelineRunner(*definition,
                                      {.report = &report, .states = &own, .control = &control, .hooks = &hooks})
                    .stream(next, consumer ? &*consumer : nullptr);
            });
        });
        queue->close(); // nobody takes any more
        return result;
    };
    RunningCall call(work, {});
    if (call.isDone())
        queue->close(); // it could not even be started
    return PipelineFeed(queue, std::move(call));
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
        const PipelineHooks &hooks = options().hooks;
        auto done = withHooks(hooks, data, [&] {
            return PipelineRunner(*m_definition, {.report = report, .states = &states, .hooks = &hooks})
                .fitTransform(data);
        });
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
        return failure(ErrorKind::Settings, pipeline.problem());
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
        return failure(ErrorKind::Settings, pipeline.problem());
    return pipeline;
}

} // namespace millrace
