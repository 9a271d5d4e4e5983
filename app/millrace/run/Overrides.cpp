// SPDX-License-Identifier: MIT
#include "millrace/run/Overrides.h"

#include "data/json/JsonReader.h"
#include "data/text/NearestName.h"
#include "pipeline/check/Checker.h"
#include "pipeline/file/FileKeys.h"
#include "pipeline/Parameters.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr std::string_view StepSettings[] = {"workers", "queueSize", "queueBytes",  "runIn",   "onError",
                                             "retries", "timeLimit", "memoryLimit", "enabled", "bypass"};

std::string didYouMean(std::string_view name, const std::vector<std::string> &names)
{
    const std::string nearest = nearestName(name, names);
    return nearest.empty() ? "." : "; did you mean \"" + nearest + "\"?";
}

Value jsonOrText(const std::string &text)
{
    auto value = parseJson(text);
    return value ? *std::move(value) : Value(text);
}

/// Puts one key of the file into an object, as if the file had it.
template <class T>
Result<> setKey(T &object, const std::string &name, const std::string &text, const std::string &assignment)
{
    const std::string_view expected = fileKey<T>(name)->read(object, jsonOrText(text));
    if (!expected.empty())
        return failure(ErrorKind::Call,
                       "--set " + assignment + ": " + wrongValueText(name, jsonOrText(text), expected));
    std::erase_if(object.unknown, [&name](const auto &member) { return member.first == name; });
    return {};
}

Result<> setParam(PipelineStep &step,
                  const StepType *type,
                  const std::string &name,
                  const std::string &text,
                  const std::string &assignment)
{
    if (!type) {
        step.setParam(name, jsonOrText(text));
        return {};
    }
    const Param *param = type->param(name);
    if (!param) {
        std::vector<std::string> names(std::begin(StepSettings), std::end(StepSettings));
        std::ranges::transform(type->params, std::back_inserter(names), &Param::name);
        return failure(ErrorKind::Call, "--set " + assignment + ": \"" + type->id + "\" has no parameter \"" + name
                                            + '"' + didYouMean(name, names));
    }
    Value value = param->fromText(text);
    if (!param->problemOf(value).empty() && param->problemOf(Value(text)).empty())
        value = Value(text);
    if (const std::string problem = param->problemOf(value); !problem.empty())
        return failure(ErrorKind::Call,
                       "--set " + (param->isSecret || param->isCredential ? step.id + '.' + name : assignment) + ": "
                           + problem);
    step.setParam(name, std::move(value));
    return {};
}

} // namespace

std::span<const std::string_view> stepSettings()
{
    return StepSettings;
}

Result<> applyOverride(Pipeline &pipeline, const StepRegistry &registry, const std::string &assignment)
{
    const size_t equals = assignment.find('=');
    const size_t dot = assignment.find('.');
    if (equals == std::string::npos || dot == std::string::npos || dot > equals)
        return failure(ErrorKind::Call, "--set " + assignment + ": it has to be STEP.PARAM=VALUE.");
    const std::string id = assignment.substr(0, dot);
    const std::string name = assignment.substr(dot + 1, equals - dot - 1);
    const std::string text = assignment.substr(equals + 1);
    if (id == "batching" && fileKey<Batching>(name)) {
        pipeline.hasBatching = true;
        return setKey(pipeline.batching, name, text, assignment);
    }
    PipelineStep *step = pipeline.step(id);
    if (!step) {
        std::vector<std::string> ids;
        std::ranges::transform(pipeline.steps, std::back_inserter(ids), &PipelineStep::id);
        return failure(ErrorKind::Call,
                       "--set " + assignment + ": there is no step \"" + id + '"' + didYouMean(id, ids));
    }
    if (std::ranges::find(StepSettings, name) != std::end(StepSettings))
        return setKey(*step, name, text, assignment);
    return setParam(*step, registry.find(step->type), name, text, assignment);
}

Result<> giveParameters(Pipeline &pipeline, const std::vector<std::string> &assignments)
{
    for (const std::string &assignment : assignments)
        if (auto given = giveParameter(pipeline, assignment); !given)
            return given;
    return {};
}

void setAllWorkers(Pipeline &pipeline, const StepRegistry &registry, int workers)
{
    for (PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        const int most = type ? mostWorkersOf(*type) : 0;
        const int allowed = most > 0 ? std::min(workers, most) : workers;
        step.workers = std::max(allowed, int(step.workerArguments.size()));
    }
}

} // namespace millrace
