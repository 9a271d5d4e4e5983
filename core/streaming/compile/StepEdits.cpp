// SPDX-License-Identifier: MIT
#include "streaming/compile/StepEdits.h"

#include "data/text/Quote.h"

#include <algorithm>
#include <optional>
#include <span>

namespace millrace {

namespace {

std::string listed(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "" : ", ") + inQuotes(name);
    return text.empty() ? "none" : text;
}

Failure noStep(const PipelineDefinition &definition, std::string_view name)
{
    std::vector<std::string> names;
    for (const QueuedStep &step : definition.steps)
        names.push_back(step.name);
    return failure(ErrorKind::Settings, "There is no step " + inQuotes(name) + "; there are: " + listed(names) + '.');
}

Failure noPipeline(const QueuedStep &step, std::string_view name)
{
    return failure(ErrorKind::Settings,
                   "The step " + inQuotes(step.name) + " is no pipeline, so it has no step " + inQuotes(name) + '.');
}

std::optional<size_t> find(const PipelineDefinition &definition, std::string_view name)
{
    for (size_t i = 0; i < definition.steps.size(); ++i)
        if (definition.steps[i].name == name)
            return i;
    return {};
}

/// The step with the longest name that the text begins with, before a dot.
std::optional<size_t> findFirst(const PipelineDefinition &definition, std::string_view text)
{
    std::optional<size_t> found;
    for (size_t i = 0; i < definition.steps.size(); ++i) {
        const std::string &name = definition.steps[i].name;
        if (text.starts_with(name) && text.substr(name.size()).starts_with('.')
            && (!found || name.size() > definition.steps[*found].name.size()))
            found = i;
    }
    return found;
}

Result<std::shared_ptr<const PipelineDefinition>> replaced(const PipelineDefinition &definition,
                                                           std::span<const std::string> path,
                                                           QueuedStep step)
{
    const auto place = find(definition, path.front());
    if (!place)
        return noStep(definition, path.front());
    std::vector<QueuedStep> steps = definition.steps;
    if (path.size() > 1) {
        const auto &inner = steps[*place].step.pipeline();
        if (!inner)
            return noPipeline(steps[*place], path[1]);
        auto changed = replaced(*inner, path.subspan(1), std::move(step));
        if (!changed)
            return changed;
        steps[*place].step = steps[*place].step.withPipeline(*std::move(changed));
    } else {
        steps[*place] = std::move(step);
    }
    auto made = PipelineDefinition::make(definition.kind, std::move(steps), definition.options);
    if (!made->problem.empty())
        return failure(ErrorKind::Settings, made->problem);
    return made;
}

const StepType *typeOf(const StepPrototype &prototype, const StepRegistry *further)
{
    if (prototype.ownType())
        return prototype.ownType().get();
    const StepType *type = further ? further->find(prototype.type()) : nullptr;
    return type ? type : builtInSteps().find(prototype.type());
}

Result<const Param *> declared(const QueuedStep &step, const std::string &parameter, const StepRegistry *further)
{
    if (step.step.pipeline())
        return failure(ErrorKind::Settings, "The step " + inQuotes(step.name) + " is a pipeline and has no parameter "
                                                + inQuotes(parameter) + "; set those of its steps.");
    const StepType *type = typeOf(step.step, further);
    std::vector<std::string> names;
    for (const Param &param : type ? type->params : std::vector<Param>()) {
        if (param.name == parameter)
            return type->param(parameter);
        names.push_back(param.name);
    }
    return failure(ErrorKind::Settings, "The step " + inQuotes(step.name) + " has no parameter " + inQuotes(parameter)
                                            + (names.empty() ? "; it has none." : "; it has: " + listed(names) + '.'));
}

} // namespace

Result<StepPath> stepPathOf(const PipelineDefinition &definition, std::string_view text)
{
    if (find(definition, text))
        return StepPath{std::string(text)};
    const auto first = findFirst(definition, text);
    if (!first)
        return noStep(definition, text);
    const QueuedStep &step = definition.steps[*first];
    text.remove_prefix(step.name.size() + 1);
    if (!step.step.pipeline())
        return noPipeline(step, text);
    auto path = stepPathOf(*step.step.pipeline(), text);
    if (path)
        path->insert(path->begin(), step.name);
    return path;
}

Result<ParameterPath> parameterPathOf(const PipelineDefinition &definition, std::string_view text)
{
    const auto first = findFirst(definition, text);
    if (!first) {
        const size_t dot = text.find('.');
        if (dot != std::string_view::npos || !find(definition, text))
            return noStep(definition, text.substr(0, dot));
        return failure(ErrorKind::Settings, "Which parameter of the step " + inQuotes(text) + "? Write it as "
                                                + inQuotes(std::string(text) + ".by") + '.');
    }
    const QueuedStep &step = definition.steps[*first];
    text.remove_prefix(step.name.size() + 1);
    if (!step.step.pipeline())
        return ParameterPath{{step.name}, std::string(text)};
    auto path = parameterPathOf(*step.step.pipeline(), text);
    if (path)
        path->step.insert(path->step.begin(), step.name);
    return path;
}

Result<QueuedStep> stepAt(const PipelineDefinition &definition, const StepPath &path)
{
    const PipelineDefinition *within = &definition;
    for (size_t i = 0; i < path.size(); ++i) {
        const auto place = find(*within, path[i]);
        if (!place)
            return noStep(*within, path[i]);
        const QueuedStep &step = within->steps[*place];
        if (i + 1 == path.size())
            return step;
        within = step.step.pipeline().get();
        if (!within)
            return noPipeline(step, path[i + 1]);
    }
    return noStep(definition, {});
}

Result<std::shared_ptr<const PipelineDefinition>> withStepAt(const PipelineDefinition &definition,
                                                             const StepPath &path,
                                                             QueuedStep step)
{
    return path.empty() ? noStep(definition, {}) : replaced(definition, path, std::move(step));
}

Result<Value> parameterOf(const QueuedStep &step, const std::string &parameter, const StepRegistry *further)
{
    const auto param = declared(step, parameter, further);
    if (!param)
        return param.forward();
    for (const auto &[name, value] : step.step.params())
        if (name == parameter)
            return value;
    if (step.step.ownType())
        return failure(ErrorKind::Settings, "The parameter " + inQuotes(parameter) + " of the step "
                                                + inQuotes(step.name)
                                                + " is as its object was made; it is known here once it was set here.");
    return (*param)->defaultValue;
}

Result<QueuedStep> withParameter(const QueuedStep &step,
                                 const std::string &parameter,
                                 Value value,
                                 const StepRegistry *further)
{
    const auto param = declared(step, parameter, further);
    if (!param)
        return param.forward();
    QueuedStep changed = step;
    changed.step = step.step.withParameter(parameter, std::move(value));
    return changed;
}

} // namespace millrace
