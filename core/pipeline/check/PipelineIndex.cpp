// SPDX-License-Identifier: MIT
#include "pipeline/check/PipelineIndex.h"

#include <algorithm>
#include <unordered_map>

namespace millrace {

namespace {

std::vector<const StepType *> findTypes(const Pipeline &pipeline, const StepRegistry &registry)
{
    std::unordered_map<std::string_view, const StepType *> known;
    std::vector<const StepType *> types;
    types.reserve(pipeline.steps.size());
    for (const PipelineStep &step : pipeline.steps) {
        const auto [found, isNew] = known.try_emplace(step.type, nullptr);
        if (isNew)
            found->second = registry.find(step.type);
        types.push_back(found->second);
    }
    return types;
}

/// A step runs when it is enabled and something that runs feeds it; or nothing feeds it at all, for then it is a source,
/// or wrong by itself.
std::vector<bool> findRunning(const Pipeline &pipeline, const Graph &graph)
{
    std::vector<bool> isRunning(graph.stepCount(), false);
    std::vector<size_t> next;
    const auto run = [&](size_t step) {
        if (!isRunning[step] && pipeline.steps[step].isEnabled) {
            isRunning[step] = true;
            next.push_back(step);
        }
    };
    for (size_t i = 0; i < graph.stepCount(); ++i) {
        if (graph.edgesIn(i).empty())
            run(i);
    }
    while (!next.empty()) {
        const size_t step = next.back();
        next.pop_back();
        for (const size_t edge : graph.edgesOut(step))
            run(graph.edges()[edge].to);
    }
    return isRunning;
}

/// Enabled steps that go round in a circle are never reached from outside, and still have to be named.
std::vector<bool> withCircles(std::vector<bool> isRunning, const Pipeline &pipeline, const Graph &graph)
{
    std::vector<bool> isEnabled;
    for (const PipelineStep &step : pipeline.steps)
        isEnabled.push_back(step.isEnabled);
    for (const auto &cycle : graph.order(isEnabled).cycles) {
        for (const size_t step : cycle)
            isRunning[step] = true;
    }
    return isRunning;
}

} // namespace

PipelineIndex::PipelineIndex(const Pipeline &drawn, const StepRegistry &known)
    : pipeline(drawn)
    , registry(known)
    , graph(drawn)
    , types(findTypes(drawn, known))
    , isRunning(withCircles(findRunning(drawn, graph), drawn, graph))
    , order(graph.order(isRunning))
{}

bool PipelineIndex::isInRun(size_t edge) const
{
    return isRunning[graph.edges()[edge].from] && isRunning[graph.edges()[edge].to];
}

std::vector<size_t> PipelineIndex::runningIn(size_t step) const
{
    std::vector<size_t> edges;
    std::ranges::copy_if(graph.edgesIn(step), std::back_inserter(edges), [this](size_t edge) { return isInRun(edge); });
    return edges;
}

std::vector<size_t> PipelineIndex::runningOut(size_t step) const
{
    std::vector<size_t> edges;
    std::ranges::copy_if(graph.edgesOut(step), std::back_inserter(edges),
                         [this](size_t edge) { return isInRun(edge); });
    return edges;
}

} // namespace millrace
