// SPDX-License-Identifier: MIT
#include "streaming/compile/PipelineDrawing.h"

#include "pipeline/check/Checker.h"

#include <algorithm>
#include <limits>

namespace millrace {

namespace {

/// Workers where the step doesn't say: as many as the pipeline's default, or as its type stands.
int defaultWorkers(const QueuedPipelineOptions &options, const StepType *type)
{
    const int wanted = std::max(options.workersPerStep, 1);
    const int most = type ? mostWorkersOf(*type) : 0;
    return most > 0 ? std::min(wanted, most) : wanted;
}

/// Workers of a pipeline in a pipeline; too many are for the check.
int times(int one, int other)
{
    return int(std::min<int64_t>(int64_t(one) * other, std::numeric_limits<int>::max()));
}

} // namespace

std::string asStepId(const std::string &name)
{
    std::string id = name;
    for (char &c : id)
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            c = '-';
    return id.empty() ? "step" : id;
}

PipelineDrawing::PipelineDrawing(const QueuedPipelineOptions &options) : m_further(options.registry)
{
    pipeline.batching = options.batching();
    pipeline.hasBatching = true;
}

std::string PipelineDrawing::idFor(const std::string &name)
{
    const std::string wanted = asStepId(name);
    std::string id = wanted;
    for (int &number = m_lastNumbers.try_emplace(wanted, 1).first->second; !m_ids.insert(id).second;)
        id = wanted + '-' + std::to_string(++number);
    return id;
}

/// The id of the prototype's type in this drawing's registry, where it is added.
std::string PipelineDrawing::typeFor(const StepPrototype &prototype)
{
    if (!prototype.ownType()) {
        const StepType *type = m_further ? m_further->find(prototype.type()) : nullptr;
        if (!type)
            type = builtInSteps().find(prototype.type());
        if (type && !registry.find(type->id))
            registry.add(*type);
        return type ? type->id : prototype.type();
    }
    if (const auto known = m_ownTypes.find(prototype.ownType()); known != m_ownTypes.end())
        return known->second;
    StepType type = *prototype.ownType();
    for (int &number = m_lastNumbers.try_emplace("type " + type.id, 1).first->second;
         registry.find(type.id) || builtInSteps().find(type.id);)
        type.id = prototype.type() + ' ' + std::to_string(++number);
    m_ownTypes.emplace(prototype.ownType(), type.id);
    registry.add(type);
    return type.id;
}

void PipelineDrawing::link(const End &from, const std::string &to)
{
    if (from.step.empty())
        return;
    Link link;
    link.fromStep = from.step;
    link.fromPort = from.port;
    link.toStep = to;
    pipeline.links.push_back(std::move(link));
}

PipelineDrawing::End PipelineDrawing::addEnd(const StepPrototype &prototype,
                                             const std::string &name,
                                             const std::vector<End> &from)
{
    PipelineStep step;
    step.id = idFor(name);
    step.type = typeFor(prototype);
    step.params = prototype.params();
    for (const End &end : from)
        link(end, step.id);
    pipeline.steps.push_back(std::move(step));
    return {pipeline.steps.back().id};
}

PipelineDrawing::End PipelineDrawing::addSequence(std::span<const QueuedStep> steps,
                                                  const QueuedPipelineOptions &options,
                                                  const End &from)
{
    return addSequence(steps, options, from, {});
}

PipelineDrawing::End PipelineDrawing::addSequence(std::span<const QueuedStep> steps,
                                                  const QueuedPipelineOptions &options,
                                                  End from,
                                                  const Surroundings &around)
{
    Surroundings own = around;
    for (const QueuedStep &step : steps) {
        from = step.step.pipeline() ? addNested(step, from, own) : addStep(step, options, from, own);
        own.queueSize.reset(); // that of a nested pipeline is the queue before its first step
    }
    return from;
}

std::vector<PipelineDrawing::End> PipelineDrawing::addBranches(std::span<const QueuedStep> steps,
                                                               const QueuedPipelineOptions &options,
                                                               const End &from)
{
    std::vector<End> ends;
    for (const QueuedStep &step : steps)
        ends.push_back(addSequence(std::span(&step, 1), options, from));
    return ends;
}

PipelineDrawing::End PipelineDrawing::addNested(const QueuedStep &step, const End &from, const Surroundings &around)
{
    const PipelineDefinition &inner = *step.step.pipeline();
    Surroundings within{step.isNamed ? around.prefix + step.name + '/' : around.prefix,
                        times(around.factor, std::max(1, step.workers.value_or(1))),
                        step.queueSize ? step.queueSize : around.queueSize};
    if (inner.kind == PipelineDefinition::Kind::Sequence)
        return addSequence(inner.steps, inner.options, from, within);
    std::vector<End> ends;
    for (const QueuedStep &branch : inner.steps)
        ends.push_back(addSequence(std::span(&branch, 1), inner.options, from, within));
    return addUnion(ends, inner.options.joiner.joining());
}

PipelineDrawing::End PipelineDrawing::addUnion(const std::vector<End> &branches, Joining joining)
{
    const char *mode = joining == Joining::Items ? "items" : joining == Joining::Batches ? "batches" : "fields";
    return addEnd(StepPrototype::registered("union", {{"mode", mode}}), "union", branches);
}

PipelineDrawing::End PipelineDrawing::addStep(const QueuedStep &step,
                                              const QueuedPipelineOptions &options,
                                              const End &from,
                                              const Surroundings &around)
{
    PipelineStep drawn;
    const std::string name = around.prefix + step.name;
    drawn.id = idFor(name);
    if (drawn.id != name)
        drawn.name = name;
    drawn.type = typeFor(step.step);
    drawn.params = step.step.params();
    const int own = step.workers ? std::max(1, *step.workers) : defaultWorkers(options, registry.find(drawn.type));
    drawn.workers = times(own, around.factor);
    drawn.queueSize = step.queueSize ? *step.queueSize : around.queueSize.value_or(options.queueSize);
    drawn.runIn = step.runIn.value_or(options.runIn).name();
    drawn.onError = step.onError.value_or(options.onError);
    drawn.retries = step.retries.value_or(options.retries);
    if (const double limit = step.timeLimit.value_or(options.timeLimit); limit > 0)
        drawn.timeLimit = limit;
    if (const int64_t limit = step.memoryLimit.value_or(options.memoryLimit); limit > 0)
        drawn.memoryLimit = limit;
    drawn.workerArguments = step.arguments;
    link(from, drawn.id);
    pipeline.steps.push_back(std::move(drawn));
    return {pipeline.steps.back().id};
}

} // namespace millrace
