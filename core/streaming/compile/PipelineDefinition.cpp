// SPDX-License-Identifier: MIT
#include "streaming/compile/PipelineDefinition.h"

#include "data/errors/ExceptionError.h"
#include "data/text/Quote.h"
#include "pipeline/check/Checker.h"
#include "pipeline/file/FileShapeCheck.h"
#include "pipeline/Retries.h"
#include "streaming/compile/PipelineDrawing.h"
#include "streaming/data/MemoryEnds.h"

#include <algorithm>
#include <map>
#include <set>

namespace millrace {

namespace {

using Kind = PipelineDefinition::Kind;
using Stretch = PipelineDefinition::Stretch;

/// Names for those that have none: the step's own, numbered where it repeats. Explicit names that are equal are numbered on request,
/// or a problem.
std::string nameSteps(std::vector<QueuedStep> &steps, bool numberEqualNames)
{
    std::set<std::string> names;
    std::map<std::string, int> lastNumbers; // by the name that was wanted, so that thousands of one kind take no time
    std::vector<QueuedStep *> equal;
    for (QueuedStep &step : steps) {
        if (step.name.empty() || names.insert(step.name).second)
            continue;
        if (!numberEqualNames)
            return "Several steps have the name " + inQuotes(step.name) + "; give each one of its own.";
        equal.push_back(&step);
    }
    for (QueuedStep *step : equal) {
        const std::string given = step->name;
        for (int &number = lastNumbers.try_emplace(given, 1).first->second; !names.insert(step->name).second;)
            step->name = given + '-' + std::to_string(++number);
    }
    for (QueuedStep &step : steps) {
        if (!step.name.empty())
            continue;
        const std::string own = asStepId(step.step.name());
        step.name = own;
        step.isNamed = false;
        for (int &number = lastNumbers.try_emplace(own, 1).first->second; !names.insert(step.name).second;)
            step.name = own + '-' + std::to_string(++number);
    }
    return {};
}

std::string optionsProblem(const QueuedPipelineOptions &options)
{
    if (options.batchSize && *options.batchSize < 1)
        return "The batch size is " + std::to_string(*options.batchSize) + "; it must be 1 item or more.";
    if (options.workersPerStep < 0)
        return "There can't be " + std::to_string(options.workersPerStep)
               + " workers a step; give 1 or more (0 is read as 1).";
    if (options.workersPerStep > MostStepWorkers)
        return tooManyWorkersText(options.workersPerStep);
    if (std::string problem = paddingProblem(options.batching()); !problem.empty())
        return problem;
    if (options.queueSize < 0)
        return "The queue size is " + std::to_string(options.queueSize)
               + "; give a number of batches, or 0 for queues without bound.";
    if (options.retries < 0 || options.retries > MostRetries)
        return "There can't be " + std::to_string(options.retries) + " retries; give 0 to "
               + std::to_string(MostRetries) + '.';
    if (!(options.timeLimit >= 0) || options.memoryLimit < 0)
        return "A limit of time or memory can't be negative; give 0 for none.";
    if (options.cores < 0)
        return "There can't be " + std::to_string(options.cores) + " cores; give 1 or more, or 0 for all there are.";
    return options.joiner.problem();
}

std::string nestedProblem(const QueuedStep &step)
{
    const PipelineDefinition &inner = *step.step.pipeline();
    if (!inner.problem.empty())
        return "The pipeline " + inQuotes(step.name) + ": " + inner.problem;
    if (!step.arguments.empty())
        return "The pipeline " + inQuotes(step.name) + " takes no worker arguments; give them to its steps.";
    return {};
}

std::string typeProblem(const StepPrototype &prototype, const StepRegistry *further)
{
    if (prototype.ownType() || builtInSteps().find(prototype.type()) || (further && further->find(prototype.type())))
        return {};
    std::string nearest = further ? further->nearest(prototype.type()) : std::string();
    if (nearest.empty())
        nearest = builtInSteps().nearest(prototype.type());
    return " has the unknown type " + inQuotes(prototype.type())
           + (nearest.empty() ? "; use a registered one." : "; did you mean " + inQuotes(nearest) + "?");
}

bool learns(const StepPrototype &prototype, const StepRegistry *further)
{
    const StepType *type = further ? further->find(prototype.type()) : nullptr;
    if (!type)
        type = builtInSteps().find(prototype.type());
    return type && type->learns(prototype.params());
}

std::string stepProblem(const QueuedStep &step, const QueuedPipelineOptions &options)
{
    const std::string the = "The step " + inQuotes(step.name);
    if (step.workers.value_or(0) < 0)
        return the + " can't have " + std::to_string(*step.workers) + " workers; give 1 or more (0 is read as 1).";
    if (step.workers.value_or(0) > MostStepWorkers)
        return the + ": " + tooManyWorkersText(*step.workers);
    if (step.queueSize.value_or(0) < 0)
        return the + " can't have a queue of " + std::to_string(*step.queueSize)
               + "; give a number of batches, or 0 for a queue without bound.";
    if (step.retries.value_or(0) < 0 || step.retries.value_or(0) > MostRetries)
        return the + " can't have " + std::to_string(*step.retries) + " retries; give 0 to "
               + std::to_string(MostRetries) + '.';
    if (!(step.timeLimit.value_or(0) >= 0) || step.memoryLimit.value_or(0) < 0)
        return the + " can't have a negative limit of time or memory; give 0 for none.";
    if (!step.step.problem().empty())
        return the + " can't be used: " + step.step.problem();
    if (step.step.pipeline())
        return nestedProblem(step);
    if (const std::string problem = typeProblem(step.step, options.registry); !problem.empty())
        return the + problem;
    if (step.step.ownType() && step.runIn.value_or(options.runIn).isApart())
        return the
               + " is made of this program's own code, which can't be saved for a worker process; run it in threads, "
                 "or "
                 "use a registered step.";
    if (!options.useSavers && step.runIn.value_or(options.runIn).isApart() && learns(step.step, options.registry))
        return the
               + " learns, and only savers bring what it has learnt to worker processes; set useSavers, or run it in "
                 "threads.";
    const int workers = std::max(1, step.workers.value_or(options.workersPerStep));
    if (step.arguments.size() > size_t(workers))
        return the + " has " + std::to_string(step.arguments.size()) + " sets of worker arguments for "
               + std::to_string(workers) + (workers == 1 ? " worker" : " workers")
               + "; give it more workers, or fewer sets.";
    if (step.step.ownType() && !step.arguments.empty() && step.step.ownType()->params.empty())
        return the + " declares no parameters, so worker arguments would have no effect; give its class a describe().";
    return {};
}

/// Whether the step can be drawn into a run of a pipeline with these options, and gives what it would give by itself.
bool canBeDrawnInto(const QueuedStep &step, const QueuedPipelineOptions &options)
{
    if (!step.step.pipeline())
        return true;
    const PipelineDefinition &inner = *step.step.pipeline();
    const auto size = [](const QueuedPipelineOptions &of) { return of.batching().size; };
    if (inner.options.incomplete != Incomplete::Keep
        || (inner.options.batchSize && size(inner.options) != size(options)) || inner.options.joiner.isFunction())
        return false;
    return std::all_of(inner.steps.begin(), inner.steps.end(),
                       [&](const QueuedStep &one) { return canBeDrawnInto(one, options); });
}

/// A warning that says a setting has no effect is an error here: nobody would see it.
bool isSerious(const Problem &problem, const Pipeline &pipeline, const StepRegistry &registry)
{
    if (problem.severity == Severity::Error)
        return true;
    const PipelineStep *step = pipeline.step(problem.step);
    if (!step || problem.param.empty())
        return false;
    if (problem.param == "workerArguments")
        return true;
    const StepType *type = registry.find(step->type);
    return step->param(problem.param) && type && !type->param(problem.param);
}

std::string drawingProblem(const Pipeline &pipeline, const StepRegistry &registry, const std::string &folder)
{
    for (const Problem &problem : checkPipeline(pipeline, registry, folder)) {
        if (!isSerious(problem, pipeline, registry))
            continue;
        const PipelineStep *step = pipeline.step(problem.step);
        std::string text =
            step ? "The step " + inQuotes(step->name.empty() ? step->id : step->name) + ": " : std::string();
        text += problem.text;
        return text.ends_with('.') || text.ends_with('?') ? text : text + '.';
    }
    return {};
}

StepPrototype memorySource()
{
    StepType type;
    type.id = "memory";
    type.kind = StepKind::Source;
    type.family = Family::Source;
    type.make = [] { return std::make_unique<MemorySource>(nullptr); };
    return StepPrototype::own(std::move(type));
}

StepPrototype memorySink()
{
    StepType type;
    type.id = "collect";
    type.kind = StepKind::Sink;
    type.family = Family::Sink;
    type.outputPorts.clear();
    type.make = [] { return std::make_unique<MemorySink>(nullptr); };
    return StepPrototype::own(std::move(type));
}

bool hasStepOfId(std::span<const QueuedStep> steps, const std::string &id)
{
    return std::any_of(steps.begin(), steps.end(), [&id](const QueuedStep &step) {
        return asStepId(step.name) == id || (step.step.pipeline() && hasStepOfId(step.step.pipeline()->steps, id));
    });
}

/// Such that no step has to be called otherwise because of it: what steps have learnt is kept by their names.
std::string sourceName(std::span<const QueuedStep> steps)
{
    std::string name = "data";
    while (hasStepOfId(steps, name))
        name += "-in";
    return name;
}

/// Compiles what can run at once. Problems go to the definition.
class Compiler
{
public:
    explicit Compiler(PipelineDefinition &definition) : m_definition(definition), m_options(definition.options) {}

    void compile()
    {
        const auto isDrawable = [this](const QueuedStep &step) { return canBeDrawnInto(step, m_options); };
        if (m_definition.kind == Kind::Sequence) {
            m_definition.stretches = stretchesOf(m_definition.steps, true);
        } else if (std::all_of(m_definition.steps.begin(), m_definition.steps.end(), isDrawable)) {
            m_definition.stretches.push_back(compileUnion());
        } else {
            for (const QueuedStep &branch : m_definition.steps)
                m_definition.branches.push_back(stretchesOf(std::span(&branch, 1), false));
            m_definition.stretches.push_back(compileJoin());
        }
    }

private:
    std::vector<Stretch> stretchesOf(std::span<const QueuedStep> steps, bool isWhole)
    {
        std::vector<Stretch> stretches;
        for (size_t first = 0; first < steps.size();) {
            if (!canBeDrawnInto(steps[first], m_options)) {
                stretches.emplace_back(steps[first++].step.pipeline());
                continue;
            }
            size_t end = first + 1;
            while (end < steps.size() && canBeDrawnInto(steps[end], m_options))
                ++end;
            stretches.emplace_back(compileSequence(steps.subspan(first, end - first), isWhole && first == 0));
            first = end;
        }
        return stretches;
    }

    CompiledRun compileSequence(std::span<const QueuedStep> steps, bool cuts)
    {
        PipelineDrawing drawing(m_options);
        const auto source = drawing.addEnd(memorySource(), sourceName(steps), {});
        const auto end = drawing.addSequence(steps, m_options, source);
        drawing.addEnd(memorySink(), "result", {end});
        return finish(std::move(drawing), cuts);
    }

    CompiledRun compileUnion()
    {
        PipelineDrawing drawing(m_options);
        const auto source = drawing.addEnd(memorySource(), sourceName(m_definition.steps), {});
        auto ends = drawing.addBranches(m_definition.steps, m_options, source);
        if (m_options.joiner.isFunction()) {
            for (const auto &end : ends)
                drawing.addEnd(memorySink(), "result", {end});
        } else {
            drawing.addEnd(memorySink(), "result", {drawing.addUnion(ends, m_options.joiner.joining())});
        }
        return finish(std::move(drawing), true);
    }

    /// What the branches have returned, brought together.
    CompiledRun compileJoin()
    {
        PipelineDrawing drawing(m_options);
        std::vector<PipelineDrawing::End> sources;
        for (const QueuedStep &branch : m_definition.steps)
            sources.push_back(drawing.addEnd(memorySource(), branch.name, {}));
        drawing.addEnd(memorySink(), "result", {drawing.addUnion(sources, m_options.joiner.joining())});
        return finish(std::move(drawing), false);
    }

    CompiledRun finish(PipelineDrawing drawing, bool cuts)
    {
        CompiledRun run;
        if (m_definition.problem.empty())
            m_definition.problem = drawingProblem(drawing.pipeline, drawing.registry, m_options.folder);
        run.batching = m_options.batching();
        if (!cuts)
            run.batching.incomplete = Incomplete::Keep;
        drawing.pipeline.batching = run.batching;
        run.pipeline = std::move(drawing.pipeline);
        run.registry = std::make_shared<const StepRegistry>(std::move(drawing.registry));
        if (!m_definition.problem.empty())
            return run;
        auto plan = compilePipeline(run.pipeline, *run.registry, m_options.folder);
        if (!plan) {
            m_definition.problem = plan.error().message;
            return run;
        }
        run.plan = *std::move(plan);
        for (size_t i = 0; i < run.plan.steps.size(); ++i) {
            if (run.plan.steps[i].kind == StepKind::Source)
                run.sources.push_back(i);
            else if (run.plan.steps[i].kind == StepKind::Sink)
                run.sinks.push_back(i);
        }
        return run;
    }

    PipelineDefinition &m_definition;
    const QueuedPipelineOptions &m_options;
};

std::string settingsProblem(PipelineDefinition &definition)
{
    if (definition.steps.empty())
        return "The pipeline has no steps; give it at least one.";
    if (std::string problem = optionsProblem(definition.options); !problem.empty())
        return problem;
    if (std::string problem = nameSteps(definition.steps, definition.options.numberEqualNames); !problem.empty())
        return problem;
    for (const QueuedStep &step : definition.steps)
        if (std::string problem = stepProblem(step, definition.options); !problem.empty())
            return problem;
    return {};
}

} // namespace

const StepRegistry &builtInSteps()
{
    static const StepRegistry registry = [] {
        StepRegistry filled;
        registerBuiltInSteps(filled);
        return filled;
    }();
    return registry;
}

std::shared_ptr<const PipelineDefinition> PipelineDefinition::make(Kind kind,
                                                                   std::vector<QueuedStep> steps,
                                                                   QueuedPipelineOptions options)
{
    // Made in time: what needs no memory when there is none.
    static const std::shared_ptr<const PipelineDefinition> withoutMemory = [] {
        auto definition = std::make_shared<PipelineDefinition>();
        definition->problem = "There is not enough memory for the pipeline.";
        return definition;
    }();
    const auto made = caught([&]() -> Result<std::shared_ptr<PipelineDefinition>> {
        auto definition = std::make_shared<PipelineDefinition>();
        definition->kind = kind;
        definition->steps = std::move(steps);
        definition->options = std::move(options);
        const Result<> compiled = caught([&]() -> Result<> {
            definition->problem = settingsProblem(*definition);
            if (definition->problem.empty())
                Compiler(*definition).compile();
            return {};
        });
        if (!compiled)
            definition->problem = "The pipeline can't be made: " + compiled.error().message;
        return definition;
    });
    return made ? *made : withoutMemory;
}

} // namespace millrace
