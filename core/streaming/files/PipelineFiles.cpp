// SPDX-License-Identifier: MIT
// Pipelines of the C++ API as drawings, and as folders with what they have learnt.
#include "data/errors/ExceptionError.h"
#include "learning/FittedFolder.h"
#include "learning/StaleSteps.h"
#include "streaming/compile/PipelineDefinition.h"
#include "streaming/compile/PipelineDrawing.h"
#include "streaming/files/PipelineReading.h"
#include "streaming/files/PipelineStructure.h"
#include "streaming/ParallelQueuedFeatureUnion.h"
#include "streaming/SequentialQueuedPipeline.h"

#include <algorithm>
#include <concepts>
#include <utility>
#include <variant>

namespace millrace {

namespace {

enum class OwnCode : uint8_t { Refused, AsNames };

/// Why a file couldn't say the same, or nothing.
std::string undrawable(const PipelineDefinition &definition, const PipelineDefinition &outermost, OwnCode ownCode)
{
    if (!definition.problem.empty())
        return definition.problem;
    if (definition.options.joiner.isFunction())
        return "A data joiner that is a function of this program can't be saved; use items, batches or fields.";
    if (&definition != &outermost) {
        if (definition.options.incomplete != Incomplete::Keep)
            return "A nested pipeline that drops or pads batches can't be saved; let the outermost one do it.";
        if (definition.options.batchSize && definition.options.batching().size != outermost.options.batching().size)
            return "A nested pipeline with a batch size of its own can't be saved; give it that of the outermost one.";
    }
    for (const QueuedStep &step : definition.steps) {
        if (step.step.ownType() && ownCode == OwnCode::Refused)
            return "The step \"" + step.name
                   + "\" is made of this program's own code and can't be saved; use a registered step.";
        if (step.step.pipeline())
            if (std::string problem = undrawable(*step.step.pipeline(), outermost, ownCode); !problem.empty())
                return problem;
    }
    return {};
}

/// Without sources and sinks: how the data come and where they go, in memory or in files, says nothing about what is between.
Pipeline withoutEnds(Pipeline pipeline, const StepRegistry &registry)
{
    const auto isEnd = [&registry](const PipelineStep &step) {
        const StepType *type = registry.find(step.type);
        if (!type)
            type = builtInSteps().find(step.type);
        return type && (type->kind == StepKind::Source || type->kind == StepKind::Sink);
    };
    const auto leadsToOne = [&](const std::string &id) {
        const PipelineStep *step = pipeline.step(id);
        return step && isEnd(*step);
    };
    std::erase_if(pipeline.links,
                  [&](const Link &link) { return leadsToOne(link.fromStep) || leadsToOne(link.toStep); });
    std::erase_if(pipeline.steps, isEnd);
    return pipeline;
}

/// Whether nested pipelines make several runs of it, which no single drawing can say.
bool isSeveralRuns(const PipelineDefinition &definition)
{
    return definition.problem.empty()
           && (!definition.branches.empty() || definition.stretches.size() != 1
               || !std::holds_alternative<CompiledRun>(definition.stretches.front()));
}

Failure unfitted(const std::string &step)
{
    return failure(ErrorKind::Unfitted,
                   "The step \"" + step + "\" hasn't learnt anything yet; fit the pipeline first.");
}

/// All runs in one drawing, with what says where each ends.
Result<> saveWhole(const PipelineDefinition &definition,
                   const FittedStates &states,
                   const std::string &folder,
                   const StepSavers &savers)
{
    const auto drawing = drawWhole(definition);
    if (!drawing)
        return drawing.forward();
    FittedPipeline fitted{drawing->pipeline, {}};
    fitted.pipeline.unknown.emplace_back(StructureKey, structureOf(definition, *drawing));
    for (const WholeDrawing::Place &place : drawing->steps) {
        const auto state = states.find(place.stateKey);
        if (!place.planned->isFittable)
            continue;
        if (state == states.end())
            return unfitted(place.id);
        fitted.states.emplace(place.id, state->second);
    }
    return saveFitted(fitted, folder, savers);
}

/// What the runs' steps have learnt, under the keys that the pipeline has for them, and what was changed since.
Result<std::pair<FittedStates, Problems>> loadWhole(const PipelineDefinition &definition,
                                                    const std::string &folder,
                                                    const StepSavers &savers)
{
    const auto drawing = drawWhole(definition);
    if (!drawing)
        return drawing.forward();
    const auto fitted = loadFitted(folder, savers);
    if (!fitted)
        return fitted.forward();
    RunPlan plan;
    for (const WholeDrawing::Place &place : drawing->steps) {
        plan.steps.push_back(*place.planned);
        plan.steps.back().id = place.id;
        plan.steps.back().type = drawing->pipeline.step(place.id)->type;
    }
    const auto found = statesFor(plan, *fitted, folder);
    if (!found)
        return found.forward();
    FittedStates states;
    for (const WholeDrawing::Place &place : drawing->steps)
        if (const auto state = found->find(place.id); state != found->end())
            states.emplace(place.stateKey, state->second);
    const StepRegistry &registry = *drawing->registry;
    return std::pair(std::move(states),
                     staleSteps(withoutEnds(fitted->pipeline, registry), drawing->pipeline, registry));
}

void replaceEnd(Pipeline &pipeline, const std::string &id, const StepPrototype &end)
{
    for (PipelineStep &step : pipeline.steps) {
        if (step.id != id)
            continue;
        step.type = end.type();
        step.params = end.params();
    }
}

} // namespace

Result<const CompiledRun *> wholeRun(const PipelineDefinition &definition)
{
    if (std::string problem = undrawable(definition, definition, OwnCode::AsNames); !problem.empty())
        return failure(ErrorKind::Settings, std::move(problem));
    return &std::get<CompiledRun>(definition.stretches.front());
}

Result<Pipeline> drawPipeline(const PipelineDefinition &definition,
                              const StepPrototype *source,
                              const StepPrototype *sink)
{
    if (std::string problem = undrawable(definition, definition, OwnCode::Refused); !problem.empty())
        return failure(ErrorKind::Settings, std::move(problem));
    PipelineDrawing drawing(definition.options);
    PipelineDrawing::End from;
    if (source)
        from = drawing.addEnd(*source, source->name(), {});
    PipelineDrawing::End end;
    if (definition.kind == PipelineDefinition::Kind::Union)
        end = drawing.addUnion(drawing.addBranches(definition.steps, definition.options, from),
                               definition.options.joiner.joining());
    else
        end = drawing.addSequence(definition.steps, definition.options, from);
    if (sink)
        drawing.addEnd(*sink, sink->name(), {end});
    return std::move(drawing.pipeline);
}

Result<> BaseQueuedPipeline::save(Pipeline pipeline, const std::string &folder, const StepSavers &savers) const
{
    const auto run = wholeRun(*m_definition);
    if (!run)
        return run.forward();
    const FittedStates states = fitted();
    for (const PlannedStep &step : (*run)->plan.steps) {
        if (step.isFittable && !states.contains(step.id))
            return unfitted(step.id);
    }
    return saveFitted({std::move(pipeline), states}, folder, savers);
}

Result<> BaseQueuedPipeline::save(const std::string &folder, const StepSavers &savers) const
{
    return caught([&]() -> Result<> {
        if (isSeveralRuns(*m_definition))
            return saveWhole(*m_definition, fitted(), folder, savers);
        const auto run = wholeRun(*m_definition);
        return run ? save(withoutEnds((*run)->pipeline, *(*run)->registry), folder, savers) : run.forward();
    });
}

Result<> BaseQueuedPipeline::save(const std::string &folder,
                                  const StepPrototype &source,
                                  const StepPrototype &sink,
                                  const StepSavers &savers) const
{
    return caught([&]() -> Result<> {
        const auto run = wholeRun(*m_definition);
        if (!run)
            return run.forward();
        Pipeline pipeline = (*run)->pipeline;
        replaceEnd(pipeline, (*run)->plan.steps[(*run)->sources.front()].id, source);
        replaceEnd(pipeline, (*run)->plan.steps[(*run)->sinks.front()].id, sink);
        return save(std::move(pipeline), folder, savers);
    });
}

Result<Problems> BaseQueuedPipeline::load(const std::string &folder, const StepSavers &savers)
{
    return caught([&]() -> Result<Problems> {
        if (isSeveralRuns(*m_definition)) {
            auto loaded = loadWhole(*m_definition, folder, savers);
            if (!loaded)
                return loaded.forward();
            setFitted(std::move(loaded->first));
            return std::move(loaded->second);
        }
        const auto run = wholeRun(*m_definition);
        if (!run)
            return run.forward();
        const auto fitted = loadFitted(folder, savers);
        if (!fitted)
            return fitted.forward();
        auto states = statesFor((*run)->plan, *fitted, folder);
        if (!states)
            return states.forward();
        setFitted(*std::move(states));
        const StepRegistry &registry = *(*run)->registry;
        return staleSteps(withoutEnds(fitted->pipeline, registry), withoutEnds((*run)->pipeline, registry), registry);
    });
}

namespace {

/// The pipeline of a folder that saveWhole() wrote; a union may be read as a sequence that has nothing else.
template <class Queued>
Result<Queued> fromStructure(const Pipeline &pipeline, const Value &structure, const StepRegistry *registry)
{
    const PipelineReading reading(pipeline, registry);
    auto whole = pipelineOf(
        structure, [&reading](const std::string &id) { return reading.step(id); }, registry);
    if (!whole)
        return whole.forward();
    const PipelineDefinition &definition = *whole->step.pipeline();
    constexpr bool IsUnion = std::same_as<Queued, ParallelQueuedFeatureUnion>;
    if ((definition.kind == PipelineDefinition::Kind::Union) == IsUnion)
        return Queued::create(definition.steps, definition.options);
    if (IsUnion)
        return failure(ErrorKind::Pipeline, "The pipeline is more than one union; read it as a sequence.");
    return Queued::create({*whole}, {.batchSize = definition.options.batchSize, .registry = registry});
}

template <class Queued>
Result<Queued> fromFolderAs(const std::string &folder, const StepRegistry *registry)
{
    return caught([&]() -> Result<Queued> {
        const auto fitted = loadFitted(folder);
        if (!fitted)
            return fitted.forward();
        const Value more(fitted->pipeline.unknown);
        const Value *structure = more.member(StructureKey);
        auto pipeline = structure ? fromStructure<Queued>(fitted->pipeline, *structure, registry)
                                  : Queued::fromPipeline(fitted->pipeline, registry);
        if (!pipeline)
            return pipeline;
        auto loaded = pipeline->load(folder);
        return loaded ? std::move(pipeline) : loaded.forward();
    });
}

} // namespace

Result<SequentialQueuedPipeline> SequentialQueuedPipeline::fromFolder(const std::string &folder,
                                                                      const StepRegistry *registry)
{
    return fromFolderAs<SequentialQueuedPipeline>(folder, registry);
}

Result<ParallelQueuedFeatureUnion> ParallelQueuedFeatureUnion::fromFolder(const std::string &folder,
                                                                          const StepRegistry *registry)
{
    return fromFolderAs<ParallelQueuedFeatureUnion>(folder, registry);
}

} // namespace millrace
