// SPDX-License-Identifier: MIT
#include "streaming/compile/InverseSteps.h"

#include "steps/InvertibleStep.h"

#include <algorithm>

namespace millrace {

namespace {

/// A step run backwards.
class InverseStep final : public Step
{
public:
    InverseStep(std::unique_ptr<Step> step, InvertibleStep &inverse) : m_step(std::move(step)), m_inverse(inverse) {}
    Result<> open(const StepContext &context) override { return m_step->open(context); }
    Result<> process(Batch &batch) override { return m_inverse.invert(batch); }
    void close() override { m_step->close(); }

private:
    std::unique_ptr<Step> m_step;
    InvertibleStep &m_inverse; ///< the same
};

const std::string &nameOf(const CompiledRun &run, const PlannedStep &planned)
{
    const PipelineStep *step = run.pipeline.step(planned.id);
    return step && !step->name.empty() ? step->name : planned.id;
}

Result<std::unique_ptr<Step>> makeInverse(const PlannedStep &planned, const std::string &name, const Value &learnt)
{
    auto made = planned.make(0);
    if (!made)
        return made.forward();
    auto *inverse = dynamic_cast<InvertibleStep *>(made->get());
    if (!inverse)
        return failure(ErrorKind::Settings,
                       "The step \"" + name + "\" (" + planned.type
                           + ") can't be taken back; scaling and encoding can, and classes that derive from "
                             "InvertibleStep.");
    if (!learnt.isNull())
        if (auto restored = (*made)->setState(learnt); !restored)
            return restored.forward();
    return std::unique_ptr<Step>(new InverseStep(*std::move(made), *inverse));
}

Result<QueuedStep> inverseOf(const CompiledRun &run, const PlannedStep &planned, const Value *learnt)
{
    const std::string &name = nameOf(run, planned);
    if (planned.isFittable && !learnt)
        return failure(ErrorKind::Unfitted,
                       "The step \"" + name + "\" hasn't learnt anything yet; fit the pipeline first.");
    const Value state = learnt ? *learnt : Value();
    if (auto tried = makeInverse(planned, name, state); !tried)
        return tried.forward();
    const auto make = [&planned, name, state] {
        auto made = makeInverse(planned, name, state);
        return made ? *std::move(made) : nullptr; // it was made before
    };
    return QueuedStep(StepPrototype::made(name, make).workers(planned.workers));
}

Result<> addInverse(std::vector<QueuedStep> &steps,
                    const PipelineDefinition &definition,
                    const FittedStates &states,
                    const std::string &prefix)
{
    if (definition.kind == PipelineDefinition::Kind::Union)
        return failure(ErrorKind::Settings,
                       "What branches have made can't be taken back; take the branches' pipelines one by one.");
    for (size_t i = 0; i < definition.stretches.size(); ++i) {
        const std::string own = stretchPrefix(prefix, i);
        if (const auto *inner = std::get_if<std::shared_ptr<const PipelineDefinition>>(&definition.stretches[i])) {
            if (auto added = addInverse(steps, **inner, states, own); !added)
                return added;
            continue;
        }
        const CompiledRun &run = std::get<CompiledRun>(definition.stretches[i]);
        for (const PlannedStep &planned : run.plan.steps) {
            if (planned.kind == StepKind::Combine)
                return failure(ErrorKind::Settings,
                               "What branches have made can't be taken back; take the branches' pipelines one by one.");
            if (planned.kind != StepKind::Transform || planned.type == "identity")
                continue;
            const auto learnt = states.find(own + planned.id);
            auto inverse = inverseOf(run, planned, learnt == states.end() ? nullptr : &learnt->second);
            if (!inverse)
                return inverse.forward();
            steps.push_back(*std::move(inverse));
        }
    }
    return {};
}

} // namespace

std::string stretchPrefix(const std::string &prefix, size_t stretch)
{
    return stretch == 0 ? prefix : prefix + std::to_string(stretch + 1) + '/';
}

Result<std::vector<QueuedStep>> inverseSteps(const PipelineDefinition &definition, const FittedStates &states)
{
    if (!definition.problem.empty())
        return failure(ErrorKind::Settings, definition.problem);
    std::vector<QueuedStep> steps;
    if (auto added = addInverse(steps, definition, states, {}); !added)
        return added.forward();
    std::reverse(steps.begin(), steps.end());
    if (steps.empty())
        steps.emplace_back(StepPrototype::registered("identity"));
    return steps;
}

} // namespace millrace
