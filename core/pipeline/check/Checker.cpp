// SPDX-License-Identifier: MIT
#include "pipeline/check/Checker.h"

#include "pipeline/check/CheckParts.h"
#include "pipeline/check/PipelineIndex.h"
#include "pipeline/file/FileShapeCheck.h"
#include "pipeline/Parameters.h"

#include <algorithm>

namespace millrace {

namespace {

/// In the order of the steps, what concerns the whole pipeline first.
void sortBySteps(Problems &problems, const Graph &graph)
{
    const auto place = [&graph](const Problem &problem) {
        const auto index = problem.step.empty() ? std::nullopt : graph.indexOf(problem.step);
        return index ? *index + 1 : 0;
    };
    std::ranges::stable_sort(problems, {}, place);
}

} // namespace

Problems checkPipeline(const Pipeline &pipeline,
                       const StepRegistry &registry,
                       const std::string &folder,
                       const std::stop_token &stop)
{
    const FilledPipeline filled(pipeline, registry);
    const PipelineIndex pipelineIndex(filled.pipeline(), registry);
    Problems problems = structureProblems(pipeline);
    checkGraph(pipelineIndex, problems);
    checkStepSettings(pipelineIndex, folder, stop, problems);
    if (!stop.stop_requested())
        checkFiles(pipelineIndex, folder, problems);
    if (pipelineIndex.order.cycles.empty() && !stop.stop_requested())
        checkRejoiningSplits(pipelineIndex, problems);
    std::erase_if(problems, [&](const Problem &problem) { return filled.isOpen(problem.step, problem.param); });
    problems.insert(problems.end(), filled.problems().begin(), filled.problems().end());
    sortBySteps(problems, pipelineIndex.graph);
    return problems;
}

bool hasErrors(const Problems &problems)
{
    return std::ranges::find(problems, Severity::Error, &Problem::severity) != problems.end();
}

std::vector<std::string> runningSteps(const Pipeline &pipeline, const StepRegistry &registry)
{
    const PipelineIndex pipelineIndex(pipeline, registry);
    std::vector<std::string> ids;
    for (size_t i = 0; i < pipeline.steps.size(); ++i) {
        if (pipelineIndex.isRunning[i])
            ids.push_back(pipeline.steps[i].id);
    }
    return ids;
}

} // namespace millrace
