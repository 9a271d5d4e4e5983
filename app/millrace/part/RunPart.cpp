// SPDX-License-Identifier: MIT
#include "millrace/part/RunPart.h"

#include "data/text/NearestName.h"
#include "millrace/part/FirstItems.h"
#include "pipeline/Graph.h"
#include "pipeline/Parameters.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

namespace millrace {

namespace {

constexpr int64_t MostShownItems = 1'000'000;

Failure noSuchStep(const std::string &option, const std::string &id, const Pipeline &pipeline)
{
    std::vector<std::string> ids;
    std::ranges::transform(pipeline.steps, std::back_inserter(ids), &PipelineStep::id);
    const std::string nearest = nearestName(id, ids);
    return failure(ErrorKind::Call, option + ": there is no step \"" + id + '"'
                                        + (nearest.empty() ? "." : "; did you mean \"" + nearest + "\"?"));
}

/// Leaves out whatever the step doesn't need.
void keepUpTo(size_t step, Pipeline &pipeline)
{
    std::vector<bool> isKept(pipeline.steps.size(), false);
    {
        const Graph graph(pipeline);
        std::vector<size_t> next{step};
        isKept[step] = true;
        while (!next.empty()) {
            const size_t at = next.back();
            next.pop_back();
            for (const size_t edge : graph.edgesIn(at)) {
                const size_t from = graph.edges()[edge].from;
                if (!isKept[from])
                    next.push_back(from);
                isKept[from] = true;
            }
        }
    }
    std::vector<PipelineStep> kept;
    for (size_t i = 0; i < isKept.size(); ++i)
        if (isKept[i])
            kept.push_back(std::move(pipeline.steps[i]));
    pipeline.steps = std::move(kept);
    std::erase_if(pipeline.links,
                  [&](const Link &link) { return !pipeline.step(link.fromStep) || !pipeline.step(link.toStep); });
}

/// In the place of each sink stands one that writes nothing.
void muteSinks(Pipeline &pipeline, const StepRegistry &registry)
{
    for (PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (!type || type->kind != StepKind::Sink)
            continue;
        step.type = "discard";
        step.params.clear();
        step.workerArguments.clear();
    }
}

/// Parameters that only steps which are left out have used: nobody needs their values.
void forgetUnused(Pipeline &pipeline, const StepRegistry &registry)
{
    std::set<std::string> unused;
    const FilledPipeline filled(pipeline, registry);
    for (const PipelineParameter &parameter : pipeline.parameters)
        if (!filled.uses(parameter.name))
            unused.insert(parameter.name);
    std::erase_if(pipeline.parameters, [&](const PipelineParameter &one) { return unused.contains(one.name); });
}

Result<> addShown(RunPart &part, Pipeline &pipeline, const StepRegistry &registry)
{
    const size_t dot = part.show.find('.');
    const std::string id = part.show.substr(0, dot),
                      port = dot == std::string::npos ? "out" : part.show.substr(dot + 1);
    const PipelineStep *step = pipeline.step(id);
    if (!step)
        return noSuchStep("--show " + part.show, id, pipeline);
    const StepType *type = registry.find(step->type);
    if (!type)
        return {}; // the check says so
    if (!type->hasOutput())
        return failure(ErrorKind::Call,
                       "--show " + part.show + ": nothing comes out of a sink; name the step before it.");
    std::vector<std::string> ports = type->portsOf(step->params);
    if (type->hasErrorPort())
        ports.emplace_back("error");
    if (std::ranges::find(ports, port) == ports.end()) {
        std::string text;
        for (const std::string &one : ports)
            text += (text.empty() ? "" : ", ") + one;
        return failure(ErrorKind::Call,
                       "--show " + part.show + ": \"" + id + "\" has no port \"" + port + "\"; it has " + text + '.');
    }
    part.showStep = "show";
    while (pipeline.step(part.showStep))
        part.showStep += "-";
    PipelineStep shown;
    shown.id = part.showStep;
    shown.type = FirstItems::Type;
    shown.params = {{"items", part.items}};
    shown.onError = ErrorPolicy::Stop;
    shown.workers = 1;
    pipeline.steps.push_back(std::move(shown));
    pipeline.links.push_back({id, port, part.showStep, "in", {}});
    return {};
}

} // namespace

Result<RunPart> readRunPart(const Call &call)
{
    RunPart part;
    part.until = call.value("until").value_or("");
    part.show = call.value("show").value_or("");
    if (const auto text = call.value("sample")) {
        const auto items = wholeOption("sample", *text, 1);
        if (!items)
            return items.forward();
        part.sample = uint64_t(*items);
    }
    if (const auto text = call.value("items")) {
        const auto items = wholeOption("items", *text, 1);
        if (!items)
            return items.forward();
        if (part.show.empty())
            return failure(ErrorKind::Call, "--items says how many items --show prints; name a step by --show STEP.");
        part.items = std::min(*items, MostShownItems);
    }
    return part;
}

Result<> applyRunPart(RunPart &part, Pipeline &pipeline, const StepRegistry &registry)
{
    if (!part.until.empty()) {
        const auto found = std::ranges::find(pipeline.steps, part.until, &PipelineStep::id);
        if (found == pipeline.steps.end())
            return noSuchStep("--until " + part.until, part.until, pipeline);
        keepUpTo(size_t(found - pipeline.steps.begin()), pipeline);
    }
    if (part.writesNothing())
        muteSinks(pipeline, registry);
    if (!part.isWhole())
        forgetUnused(pipeline, registry);
    return part.show.empty() ? Result<>() : addShown(part, pipeline, registry);
}

} // namespace millrace
