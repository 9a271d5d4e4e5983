// SPDX-License-Identifier: MIT
#include "engine/RunPlan.h"

#include "pipeline/check/Checker.h"
#include "pipeline/InlinedPipeline.h"
#include "pipeline/Parameters.h"
#include "remote/WorkerPlaces.h"

#include <algorithm>
#include <map>

namespace millrace {

namespace {

CombineMode combineModeOf(const StepType &type, const PipelineStep &step)
{
    if (type.kind != StepKind::Combine)
        return CombineMode::None;
    if (type.id == "merge")
        return CombineMode::Merge;
    const Value *given = step.param("mode");
    const Param *declared = type.param("mode");
    const Value mode = given ? *given : declared ? declared->defaultValue : Value("items");
    if (mode == Value("batches"))
        return CombineMode::Batches;
    return mode == Value("fields") ? CombineMode::Fields : CombineMode::Items;
}

/// A step that the drawing bypasses: batches go through unchanged, those of the first input where there are several.
class Bypass final : public Step
{};

PlannedStep planStep(const Pipeline &pipeline,
                     const PipelineStep &step,
                     const StepType &type,
                     const std::string &folder)
{
    PlannedStep planned;
    planned.id = step.id;
    planned.type = type.id;
    planned.kind = type.kind;
    planned.combine = combineModeOf(type, step);
    planned.inputPorts = type.inputPorts;
    planned.outputPorts = type.portsOf(step.params);
    planned.workers = pipeline.workersOf(step);
    planned.mostWorkers = type.mostWorkers;
    planned.queueSize = pipeline.queueSizeOf(step);
    planned.queueBytes = pipeline.queueBytesOf(step);
    planned.onError = pipeline.errorPolicyOf(step);
    planned.retries = pipeline.retriesOf(step);
    planned.batching = pipeline.batchingOf(step);
    planned.isOrdered = type.isOrdered;
    planned.remembers = type.remembers && !step.isBypassed;
    planned.keepsItemsOnError = type.keepsItemsOnError;
    planned.failsApart = type.changesItemCount && !type.keepsItemsOnError;
    planned.isFittable = mustLearn(step, type);
    planned.isMergeable = type.isMergeable;
    WorkerSpec spec{&type, step.params, {}, folder, step.timeLimit, step.memoryLimit};
    const WorkerPlace &here = workerPlaces().front();
    if (planned.isFittable)
        planned.makeToFit = [spec, &here] { return here.make(spec); };
    if (step.isBypassed && type.kind == StepKind::Transform) {
        planned.isOrdered = false;
        planned.keepsItemsOnError = true;
        planned.failsApart = false;
        planned.make = [](int) -> Result<std::unique_ptr<Step>> { return std::unique_ptr<Step>(new Bypass); };
        return planned;
    }
    const WorkerPlace &place = workerPlaceFor(pipeline.runInOf(step), type);
    planned.make = [spec = std::move(spec), &place, arguments = step.workerArguments](int worker) {
        WorkerSpec own = spec;
        if (size_t(worker) < arguments.size())
            own.arguments = arguments[size_t(worker)];
        return place.make(own);
    };
    return planned;
}

/// Whether one link leads to each input of a step that has several, in their order.
Result<> checkInputs(const RunPlan &plan, int step)
{
    const PlannedStep &planned = plan.steps[size_t(step)];
    std::vector<int> inputs;
    for (const PlannedLink &link : plan.links)
        if (link.to == step)
            inputs.push_back(link.input);
    for (int i = 0; i < int(planned.inputPorts.size()); ++i)
        if (const auto count = std::ranges::count(inputs, i); count != 1)
            return failure(ErrorKind::Pipeline, "The input \"" + planned.inputPorts[size_t(i)] + "\" of \"" + planned.id
                                                    + "\" takes one link, and there are " + std::to_string(count)
                                                    + '.');
    if (!std::ranges::is_sorted(inputs))
        return failure(ErrorKind::Pipeline,
                       "The links to \"" + planned.id + "\" aren't in the order of its inputs in the plan.");
    return {};
}

} // namespace

bool mustLearn(const PipelineStep &step, const StepType &type)
{
    return step.isEnabled && !step.isBypassed
           && (type.learns(step.params)
               || std::any_of(step.workerArguments.begin(), step.workerArguments.end(),
                              [&](const Members &own) { return type.learns(laidOver(step.params, own)); }));
}

Result<> checkShape(const RunPlan &plan)
{
    if (plan.steps.empty())
        return failure(ErrorKind::Pipeline, "The pipeline has no steps that could run; add a source and a sink.");
    std::vector<int> missing(plan.steps.size(), 0);
    std::vector<std::vector<int>> next(plan.steps.size());
    for (const PlannedLink &link : plan.links) {
        ++missing[size_t(link.to)];
        next[size_t(link.from)].push_back(link.to);
    }
    std::vector<int> ready;
    for (int i = 0; i < int(plan.steps.size()); ++i) {
        const PlannedStep &step = plan.steps[size_t(i)];
        if (step.kind != StepKind::Source && missing[size_t(i)] == 0)
            return failure(ErrorKind::Pipeline,
                           "Nothing is linked to the input of \"" + step.id + "\"; link a step to it.");
        if (step.inputPorts.size() > 1)
            if (auto inputs = checkInputs(plan, i); !inputs)
                return inputs;
        if (missing[size_t(i)] == 0)
            ready.push_back(i);
    }
    for (size_t at = 0; at < ready.size(); ++at)
        for (const int to : next[size_t(ready[at])])
            if (--missing[size_t(to)] == 0)
                ready.push_back(to);
    const auto stuck = std::find_if(missing.begin(), missing.end(), [](int count) { return count > 0; });
    if (stuck != missing.end())
        return failure(ErrorKind::Pipeline, "The links before \"" + plan.steps[size_t(stuck - missing.begin())].id
                                                + "\" go round in a circle; remove one of them.");
    return {};
}

Result<RunPlan> compilePipeline(const Pipeline &drawn, const StepRegistry &registry, const std::string &folder)
{
    const FilledPipeline filled(drawn, registry);
    if (std::string missing = filled.missing(); !missing.empty())
        return failure(ErrorKind::Pipeline, std::move(missing));
    const InlinedPipeline inlined(filled.pipeline(), registry, folder);
    if (!inlined.problems().empty())
        return failure(ErrorKind::Pipeline, inlined.problems().front().text);
    const Pipeline &pipeline = inlined.pipeline();
    RunPlan plan;
    std::map<std::string, int> index;
    std::map<std::string_view, const PipelineStep *> stepsById;
    for (const PipelineStep &step : pipeline.steps)
        stepsById.emplace(step.id, &step);
    for (const std::string &id : runningSteps(pipeline, registry)) {
        const PipelineStep *step = stepsById.at(id);
        const StepType *type = registry.find(step->type);
        if (!type)
            return failure(ErrorKind::Pipeline, "The step \"" + id + "\" has the unknown type \"" + step->type + "\".");
        index[id] = int(plan.steps.size());
        plan.steps.push_back(planStep(pipeline, *step, *type, folder));
    }
    for (const Link &link : pipeline.links) {
        const auto from = index.find(link.fromStep), to = index.find(link.toStep);
        if (from == index.end() || to == index.end())
            continue;
        const auto &ports = plan.steps[size_t(from->second)].outputPorts;
        const auto port = std::find(ports.begin(), ports.end(), link.fromPort);
        if (port == ports.end() && link.fromPort != "error")
            return failure(ErrorKind::Pipeline,
                           "The step \"" + link.fromStep + "\" has no port \"" + link.fromPort + "\".");
        const int number = port == ports.end() ? PlannedLink::ErrorPort : int(port - ports.begin());
        const auto &inputs = plan.steps[size_t(to->second)].inputPorts;
        const auto input = std::find(inputs.begin(), inputs.end(), link.toPort);
        if (inputs.size() > 1 && input == inputs.end())
            return failure(ErrorKind::Pipeline,
                           "The step \"" + link.toStep + "\" has no input \"" + link.toPort + "\".");
        if (PlannedStep &joiner = plan.steps[size_t(to->second)]; joiner.combine != CombineMode::None)
            joiner.branchNames.emplace_back(drawnId(pipeline, link.fromStep, link.toStep));
        plan.links.push_back(
            {from->second, number, to->second, inputs.size() > 1 ? int(input - inputs.begin()) : 0, link.isKept});
    }
    std::ranges::stable_sort(plan.links, {}, &PlannedLink::input);
    return plan;
}

} // namespace millrace
