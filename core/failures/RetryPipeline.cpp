// SPDX-License-Identifier: MIT
#include "failures/RetryPipeline.h"

#include "data/text/Quote.h"
#include "pipeline/Graph.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr const char *RunAgain = " Run the whole pipeline again instead.";

std::string freshId(const Pipeline &pipeline, const std::string &step)
{
    std::string id = "failed items of " + step;
    while (pipeline.step(id))
        id += '\'';
    return id;
}

/// All steps that something from these reaches, themselves included.
std::vector<bool> reachedFrom(const Graph &graph, std::vector<size_t> steps)
{
    std::vector<bool> isReached(graph.stepCount());
    while (!steps.empty()) {
        const size_t step = steps.back();
        steps.pop_back();
        if (isReached[step])
            continue;
        isReached[step] = true;
        for (const size_t edge : graph.edgesOut(step))
            steps.push_back(graph.edges()[edge].to);
    }
    return isReached;
}

/// Whether a few more items give what they would have given among the others.
Result<> checkStep(const PipelineStep &step, const StepType &type, size_t linksIn)
{
    const std::string name = inQuotes(step.id);
    if (step.isBypassed)
        return {};
    if (type.kind == StepKind::Transform && type.isOrdered)
        return failure(ErrorKind::Pipeline, "Failed items would go through " + name + ", and what \"" + type.id
                                                + "\" makes of an item depends on the others." + RunAgain);
    if (type.kind == StepKind::Combine && type.needsAllInputs && linksIn > 1)
        return failure(ErrorKind::Pipeline, "Failed items would go through " + name
                                                + ", which needs their like from its other branches, too." + RunAgain);
    return {};
}

Result<> letAppend(PipelineStep &step, const StepType &type)
{
    if (type.kind != StepKind::Sink)
        return {};
    const bool writesFile = std::ranges::any_of(type.params, [](const Param &param) {
        return param.kind == ParamKind::OutputFile || param.kind == ParamKind::Folder;
    });
    if (!writesFile)
        return {};
    const Param *mode = type.param("mode");
    if (!mode || std::ranges::find(mode->choices, "append") == mode->choices.end())
        return failure(ErrorKind::Pipeline,
                       "Nothing can be added to what " + inQuotes(step.id) + " has written." + std::string(RunAgain));
    step.setParam("mode", "append");
    return {};
}

/// In the order of the failed items, each step once.
std::vector<std::string> stepsOf(const std::vector<LogRecord> &records)
{
    std::vector<std::string> steps;
    for (const LogRecord &record : records)
        if (std::ranges::find(steps, record.step) == steps.end())
            steps.push_back(record.step);
    return steps;
}

} // namespace

Result<RetryPipeline> retryPipelineOf(const Pipeline &pipeline,
                                      const StepRegistry &registry,
                                      const std::vector<LogRecord> &records)
{
    RetryPipeline retry;
    retry.pipeline = pipeline;
    retry.pipeline.steps.clear();
    retry.pipeline.links.clear();
    const Graph graph(pipeline);
    std::vector<size_t> starts;
    std::map<std::string, std::string> sources; // by the step that they lead to
    for (const std::string &step : stepsOf(records)) {
        const auto index = graph.indexOf(step);
        const StepType *type = index ? registry.find(pipeline.steps[*index].type) : nullptr;
        if (!type || !type->hasInput() || !pipeline.steps[*index].isEnabled)
            continue;
        starts.push_back(*index);
        sources.emplace(step, freshId(pipeline, step));
    }
    for (const LogRecord &record : records) {
        const auto source = sources.find(record.step);
        (source == sources.end() ? retry.others : retry.items.bySource[source->second]).push_back(record);
    }
    if (retry.items.bySource.empty())
        return failure(ErrorKind::Call,
                       "None of these items can be tried again: they failed while they were read, or their steps are "
                       "gone. Mend the input or the pipeline, and run it again.");
    const std::vector<bool> isReached = reachedFrom(graph, starts);
    for (const auto &[step, id] : sources) {
        PipelineStep source;
        source.id = id;
        source.type = FailedItemsSource::Type;
        retry.pipeline.steps.push_back(std::move(source));
        retry.pipeline.links.push_back({id, "out", step, "in", {}});
    }
    for (size_t i = 0; i < pipeline.steps.size(); ++i) {
        if (!isReached[i] || !pipeline.steps[i].isEnabled)
            continue;
        PipelineStep step = pipeline.steps[i];
        const StepType *type = registry.find(step.type);
        if (!type)
            return failure(ErrorKind::Pipeline, "There is no type of step " + inQuotes(step.type) + '.');
        if (auto checked = checkStep(step, *type, graph.edgesIn(i).size()); !checked)
            return checked.forward();
        if (auto appends = letAppend(step, *type); !appends)
            return appends.forward();
        retry.pipeline.steps.push_back(std::move(step));
    }
    for (const Graph::Edge &edge : graph.edges())
        if (isReached[edge.from])
            retry.pipeline.links.push_back(pipeline.links[edge.link]);
    return retry;
}

} // namespace millrace
