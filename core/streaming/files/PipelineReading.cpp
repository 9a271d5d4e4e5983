// SPDX-License-Identifier: MIT
#include "streaming/files/PipelineReading.h"

#include "data/errors/ExceptionError.h"
#include "streaming/compile/PipelineDefinition.h"
#include "streaming/compile/PipelineDrawing.h"
#include "streaming/ParallelQueuedFeatureUnion.h"
#include "streaming/SequentialQueuedPipeline.h"

#include <algorithm>
#include <map>

namespace millrace {

namespace {

Joining joiningOf(const PipelineStep &step)
{
    const Value *mode = step.param("mode");
    if (mode && *mode == Value("batches"))
        return Joining::Batches;
    return mode && *mode == Value("fields") ? Joining::Fields : Joining::Items;
}

} // namespace

const StepType *PipelineReading::typeOf(size_t step) const
{
    const std::string &type = m_pipeline.steps[step].type;
    const StepType *found = m_further ? m_further->find(type) : nullptr;
    return found ? found : builtInSteps().find(type);
}

/// The steps that the step's `out` leads to; those that are bypassed are passed over.
Result<std::vector<size_t>> PipelineReading::next(size_t step) const
{
    std::vector<size_t> steps;
    for (const size_t number : m_graph.edgesOut(step)) {
        const Graph::Edge &edge = m_graph.edges()[number];
        if (!m_pipeline.steps[edge.to].isEnabled)
            continue;
        if (m_pipeline.links[edge.link].fromPort != "out")
            return failure(ErrorKind::Pipeline, "The step " + quoted(step) + " is linked by its port \""
                                                    + m_pipeline.links[edge.link].fromPort
                                                    + "\"; queued pipelines know the port \"out\" only.");
        steps.push_back(edge.to);
    }
    return steps;
}

Result<QueuedStep> PipelineReading::queuedStep(size_t index) const
{
    const PipelineStep &step = m_pipeline.steps[index];
    const StepType *type = typeOf(index);
    if (!type)
        return failure(ErrorKind::Pipeline,
                       "The step " + quoted(index) + " has the unknown type \"" + step.type + "\".");
    if (type->hasNamedInputs())
        return failure(ErrorKind::Pipeline, "The step " + quoted(index) + " (\"" + step.type
                                                + "\") has several inputs; queued pipelines know steps with one.");
    // As a drawing of ours keeps a name that couldn't be an id; any other is for people, and what was learnt is kept by the id.
    const std::string &name = !step.name.empty() && asStepId(step.name) == step.id ? step.name : step.id;
    QueuedStep queued(name, step.isBypassed ? StepPrototype::registered("identity")
                                            : StepPrototype::registered(step.type, step.params));
    queued.workers = m_pipeline.workersOf(step);
    queued.queueSize = m_pipeline.queueSizeOf(step);
    queued.arguments = step.isBypassed ? WorkerArguments() : step.workerArguments;
    queued.runIn = RunIn(m_pipeline.runInOf(step));
    queued.onError = m_pipeline.errorPolicyOf(step);
    queued.retries = m_pipeline.retriesOf(step);
    queued.timeLimit = step.timeLimit;
    queued.memoryLimit = step.memoryLimit;
    return queued;
}

Result<QueuedStep> PipelineReading::step(const std::string &id) const
{
    for (size_t i = 0; i < m_pipeline.steps.size(); ++i)
        if (m_pipeline.steps[i].id == id)
            return queuedStep(i);
    return failure(ErrorKind::Pipeline, "There is no step \"" + id + "\".");
}

Result<PipelineReading::Row> PipelineReading::readRow(std::vector<size_t> starts)
{
    Row row;
    while (!starts.empty()) {
        size_t at = starts.front();
        const StepType *type = typeOf(at);
        if (starts.size() > 1) {
            auto joined = readUnion(starts, at);
            if (!joined)
                return joined.forward();
            row.steps.push_back(*std::move(joined));
        } else if (type && type->kind == StepKind::Sink) {
            break;
        } else if (type && type->kind == StepKind::Combine) {
            row.join = at;
            break;
        } else {
            auto step = queuedStep(at);
            if (!step)
                return step.forward();
            row.steps.push_back(*std::move(step));
        }
        auto following = next(at);
        if (!following)
            return following.forward();
        starts = *std::move(following);
    }
    return row;
}

/// The branches that begin at these steps, up to the union that joins them all.
Result<QueuedStep> PipelineReading::readUnion(const std::vector<size_t> &starts, size_t &join)
{
    std::map<size_t, QueuedStep> branches; // by the order of the links into the union
    join = None;
    for (const size_t start : starts) {
        auto row = readRow({start});
        if (!row)
            return row.forward();
        if (row->join == None || (join != None && row->join != join))
            return failure(ErrorKind::Pipeline,
                           "The branch that begins with " + quoted(start)
                               + " isn't joined with those beside it; link all of them to one union.");
        join = row->join;
        if (m_pipeline.steps[join].type != "union")
            return failure(ErrorKind::Pipeline,
                           "The step " + quoted(join)
                               + " joins branches as they come; queued pipelines know \"union\" only.");
        // Its place among the union's links: that of the branch's last step, or of a direct link.
        size_t place = branches.size();
        if (!row->steps.empty()) {
            const auto &edges = m_graph.edgesIn(join);
            for (size_t i = 0; i < edges.size(); ++i)
                if (m_pipeline.steps[m_graph.edges()[edges[i]].from].id == asStepId(row->steps.back().name))
                    place = i;
        }
        QueuedStep branch = row->steps.empty()       ? QueuedStep(StepPrototype::registered("identity"))
                            : row->steps.size() == 1 ? row->steps.front()
                                                     : QueuedStep(SequentialQueuedPipeline(std::move(row->steps)));
        while (branches.contains(place))
            ++place;
        branches.emplace(place, std::move(branch));
    }
    std::vector<QueuedStep> steps;
    for (auto &[place, branch] : branches)
        steps.push_back(std::move(branch));
    return QueuedStep(ParallelQueuedFeatureUnion(std::move(steps), {.joiner = joiningOf(m_pipeline.steps[join])}));
}

Result<std::vector<QueuedStep>> PipelineReading::read()
{
    std::vector<bool> isEnabled;
    for (const PipelineStep &step : m_pipeline.steps)
        isEnabled.push_back(step.isEnabled);
    if (!m_graph.order(isEnabled).cycles.empty())
        return failure(ErrorKind::Pipeline, "The links go round in a circle; remove one of them.");
    std::vector<size_t> starts;
    for (size_t i = 0; i < m_graph.stepCount(); ++i)
        if (isEnabled[i] && m_graph.edgesIn(i).empty())
            starts.push_back(i);
    if (starts.size() == 1 && typeOf(starts.front()) && typeOf(starts.front())->kind == StepKind::Source) {
        auto following = next(starts.front());
        if (!following)
            return following.forward();
        starts = *std::move(following);
    }
    for (const size_t start : starts)
        if (typeOf(start) && typeOf(start)->kind == StepKind::Source)
            return failure(ErrorKind::Pipeline, "There are several sources, " + quoted(start)
                                                    + " among them; a queued pipeline gets its data from one place.");
    auto row = readRow(std::move(starts));
    if (!row)
        return row.forward();
    if (row->join != None)
        return failure(ErrorKind::Pipeline,
                       "The union " + quoted(row->join) + " has one branch only; give it two or more.");
    return std::move(row->steps);
}

QueuedPipelineOptions PipelineReading::options() const
{
    QueuedPipelineOptions options;
    const Batching *batching = &m_pipeline.batching;
    for (const PipelineStep &step : m_pipeline.steps)
        if (step.batching && step.isEnabled)
            batching = &*step.batching;
    options.batchSize = batching->size;
    options.incomplete = batching->incomplete;
    options.padDataInputs = batching->padDataInputs;
    options.padExpectedOutputs = batching->padExpectedOutputs;
    options.registry = m_further;
    return options;
}

Result<SequentialQueuedPipeline> SequentialQueuedPipeline::fromPipeline(const Pipeline &pipeline,
                                                                        const StepRegistry *registry)
{
    return caught([&]() -> Result<SequentialQueuedPipeline> {
        PipelineReading reading(pipeline, registry);
        auto steps = reading.read();
        return steps ? create(*std::move(steps), reading.options()) : steps.forward();
    });
}

Result<ParallelQueuedFeatureUnion> ParallelQueuedFeatureUnion::fromPipeline(const Pipeline &pipeline,
                                                                            const StepRegistry *registry)
{
    return caught([&]() -> Result<ParallelQueuedFeatureUnion> {
        PipelineReading reading(pipeline, registry);
        auto steps = reading.read();
        if (!steps)
            return steps.forward();
        const auto inner = steps->size() == 1 ? steps->front().step.pipeline() : nullptr;
        if (!inner || inner->kind != PipelineDefinition::Kind::Union)
            return failure(ErrorKind::Pipeline, "The pipeline is more than one union; read it as a sequence.");
        QueuedPipelineOptions options = reading.options();
        options.joiner = inner->options.joiner;
        return create(inner->steps, std::move(options));
    });
}

} // namespace millrace
