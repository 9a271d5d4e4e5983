// SPDX-License-Identifier: MIT
#include "pipeline/Checker.h"

#include "pipeline/Structure.h"
#include "pipeline/Survey.h"

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
    const Survey survey(pipeline, registry);
    Problems problems = structureProblems(pipeline);
    checkGraph(survey, problems);
    checkStepSettings(survey, folder, stop, problems);
    if (!stop.stop_requested())
        checkFiles(survey, folder, problems);
    if (survey.order.cycles.empty() && !stop.stop_requested())
        checkRejoiningSplits(survey, problems);
    sortBySteps(problems, survey.graph);
    return problems;
}

bool hasErrors(const Problems &problems)
{
    return std::ranges::find(problems, Severity::Error, &Problem::severity) != problems.end();
}

std::vector<std::string> runningSteps(const Pipeline &pipeline, const StepRegistry &registry)
{
    const Survey survey(pipeline, registry);
    std::vector<std::string> ids;
    for (size_t i = 0; i < pipeline.steps.size(); ++i) {
        if (survey.isRunning[i])
            ids.push_back(pipeline.steps[i].id);
    }
    return ids;
}

} // namespace millrace
