// SPDX-License-Identifier: MIT
#include "streaming/files/PipelineStructure.h"

#include "streaming/compile/InverseSteps.h"
#include "streaming/compile/PipelineDrawing.h"
#include "streaming/ParallelQueuedFeatureUnion.h"
#include "streaming/SequentialQueuedPipeline.h"

#include <array>
#include <optional>
#include <utility>

namespace millrace {

namespace {

using Stretches = std::vector<PipelineDefinition::Stretch>;

constexpr std::array<std::pair<Joining, const char *>, 3> JoiningNames{
    {{Joining::Items, "items"}, {Joining::Batches, "batches"}, {Joining::Fields, "fields"}}};
constexpr std::array IncompleteKinds{Incomplete::Keep, Incomplete::Drop, Incomplete::Pad};

void findSteps(const Stretches &stretches, const std::string &prefix, std::vector<WholeDrawing::Place> &to);

void findSteps(const PipelineDefinition &definition, const std::string &prefix, std::vector<WholeDrawing::Place> &to)
{
    for (size_t i = 0; i < definition.branches.size(); ++i)
        findSteps(definition.branches[i], prefix + definition.steps[i].name + '/', to);
    if (definition.branches.empty())
        findSteps(definition.stretches, prefix, to);
}

/// In the order of the data's way, which is that of every drawing.
void findSteps(const Stretches &stretches, const std::string &prefix, std::vector<WholeDrawing::Place> &to)
{
    for (size_t i = 0; i < stretches.size(); ++i) {
        const std::string own = stretchPrefix(prefix, i);
        if (const auto *inner = std::get_if<std::shared_ptr<const PipelineDefinition>>(&stretches[i])) {
            findSteps(**inner, own, to);
            continue;
        }
        for (const PlannedStep &planned : std::get<CompiledRun>(stretches[i]).plan.steps)
            if (planned.kind == StepKind::Transform)
                to.push_back({{}, own + planned.id, &planned});
    }
}

std::string functionProblem(const PipelineDefinition &definition)
{
    if (definition.options.joiner.isFunction())
        return "A data joiner that is a function of this program can't be saved; use items, batches or fields.";
    for (const QueuedStep &step : definition.steps)
        if (step.step.pipeline())
            if (std::string problem = functionProblem(*step.step.pipeline()); !problem.empty())
                return problem;
    return {};
}

class Describer
{
public:
    explicit Describer(const WholeDrawing &drawing) : m_drawing(drawing) {}

    Value describe(const PipelineDefinition &definition)
    {
        List steps;
        for (const QueuedStep &step : definition.steps)
            steps.push_back(describe(step));
        const QueuedPipelineOptions &options = definition.options;
        Members members{{"kind", isUnion(definition) ? "union" : "sequence"},
                        {"incomplete", std::string(incompleteName(options.incomplete))},
                        {"padDataInputs", options.padDataInputs},
                        {"padExpectedOutputs", options.padExpectedOutputs},
                        {"workersPerStep", options.workersPerStep},
                        {"queueSize", options.queueSize}};
        for (const auto &[joining, name] : JoiningNames)
            if (options.joiner.joining() == joining)
                members.emplace_back("joining", name);
        if (options.batchSize)
            members.emplace_back("batchSize", *options.batchSize);
        members.emplace_back("steps", Value(std::move(steps)));
        return Value(std::move(members));
    }

private:
    Value describe(const QueuedStep &step)
    {
        Members members{{"name", step.name}, {"isNamed", step.isNamed}};
        if (step.workers)
            members.emplace_back("workers", *step.workers);
        if (step.queueSize)
            members.emplace_back("queueSize", *step.queueSize);
        if (step.step.pipeline())
            members.emplace_back("pipeline", describe(*step.step.pipeline()));
        else
            members.emplace_back("id", m_drawing.steps[m_next++].id);
        return Value(std::move(members));
    }

    const WholeDrawing &m_drawing;
    size_t m_next = 0; ///< step of the drawing
};

Failure noStructure()
{
    return failure(ErrorKind::Damaged, std::string("What the file says under \"") + StructureKey
                                           + "\" isn't what a queued pipeline is saved as; save it again.");
}

const Value *textOf(const Value &of, const char *name)
{
    const Value *member = of.member(name);
    return member && member->isText() ? member : nullptr;
}

std::optional<int64_t> numberOf(const Value &of, const char *name)
{
    const Value *member = of.member(name);
    return member && member->isInteger() ? std::optional(member->toInteger()) : std::nullopt;
}

class Builder
{
public:
    using StepOf = std::function<Result<QueuedStep>(const std::string &id)>;
    Builder(const StepOf &stepOf, const StepRegistry *registry) : m_stepOf(stepOf), m_registry(registry) {}

    Result<QueuedStep> pipeline(const Value &described)
    {
        auto inner = steps(described);
        if (!inner)
            return inner.forward();
        const Value *kind = textOf(described, "kind");
        if (kind && kind->toText() == "union")
            return QueuedStep(ParallelQueuedFeatureUnion(*std::move(inner), options(described)));
        return QueuedStep(SequentialQueuedPipeline(*std::move(inner), options(described)));
    }

private:
    Result<std::vector<QueuedStep>> steps(const Value &described)
    {
        const Value *list = described.member("steps");
        if (!list || !list->isList())
            return noStructure();
        std::vector<QueuedStep> steps;
        for (const Value &one : list->toList()) {
            auto step = this->step(one);
            if (!step)
                return step.forward();
            steps.push_back(*std::move(step));
        }
        return steps;
    }
    Result<QueuedStep> step(const Value &described)
    {
        const Value *name = textOf(described, "name"), *id = textOf(described, "id");
        const Value *inner = described.member("pipeline");
        if (!name || (!id && !inner))
            return noStructure();
        auto step = inner ? pipeline(*inner) : m_stepOf(std::string(id->toText()));
        if (!step)
            return step;
        step->name = name->toText();
        step->isNamed = described.member("isNamed") && *described.member("isNamed") == Value(true);
        step->workers = numberOf(described, "workers");
        step->queueSize = numberOf(described, "queueSize");
        return step;
    }
    QueuedPipelineOptions options(const Value &described) const
    {
        QueuedPipelineOptions options;
        options.registry = m_registry;
        options.batchSize = numberOf(described, "batchSize");
        options.workersPerStep = int(numberOf(described, "workersPerStep").value_or(options.workersPerStep));
        options.queueSize = int(numberOf(described, "queueSize").value_or(options.queueSize));
        for (const Incomplete kind : IncompleteKinds)
            if (const Value *word = textOf(described, "incomplete"); word && word->toText() == incompleteName(kind))
                options.incomplete = kind;
        for (const auto &[joining, name] : JoiningNames)
            if (const Value *word = textOf(described, "joining"); word && word->toText() == name)
                options.joiner = joining;
        if (const Value *pad = described.member("padDataInputs"))
            options.padDataInputs = *pad;
        if (const Value *pad = described.member("padExpectedOutputs"))
            options.padExpectedOutputs = *pad;
        return options;
    }

    const StepOf &m_stepOf;
    const StepRegistry *m_registry;
};

} // namespace

Result<WholeDrawing> drawWhole(const PipelineDefinition &definition)
{
    if (!definition.problem.empty())
        return failure(ErrorKind::Settings, definition.problem);
    if (std::string problem = functionProblem(definition); !problem.empty())
        return failure(ErrorKind::Settings, std::move(problem));
    PipelineDrawing drawing(definition.options);
    if (isUnion(definition))
        drawing.addUnion(drawing.addBranches(definition.steps, definition.options, {}),
                         definition.options.joiner.joining());
    else
        drawing.addSequence(definition.steps, definition.options, {});
    WholeDrawing whole;
    findSteps(definition, {}, whole.steps);
    size_t next = 0;
    for (const PipelineStep &step : drawing.pipeline.steps) {
        const StepType *type = drawing.registry.find(step.type);
        if (type && type->kind == StepKind::Transform && next < whole.steps.size())
            whole.steps[next++].id = step.id;
    }
    whole.pipeline = std::move(drawing.pipeline);
    whole.registry = std::make_shared<const StepRegistry>(std::move(drawing.registry));
    return whole;
}

Value structureOf(const PipelineDefinition &definition, const WholeDrawing &drawing)
{
    return Describer(drawing).describe(definition);
}

Result<QueuedStep> pipelineOf(const Value &structure,
                              const std::function<Result<QueuedStep>(const std::string &id)> &stepOf,
                              const StepRegistry *registry)
{
    return Builder(stepOf, registry).pipeline(structure);
}

} // namespace millrace
