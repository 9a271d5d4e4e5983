// SPDX-License-Identifier: MIT
#include "pipeline/check/Checker.h"

#include "pipeline/check/CheckParts.h"
#include "pipeline/check/PipelineIndex.h"
#include "pipeline/file/FileShapeCheck.h"
#include "pipeline/InlinedPipeline.h"
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

/// The settings of the steps that stand for other pipelines; the steps in their place are looked at as any.
void checkNested(const Pipeline &pipeline, const StepRegistry &registry, Problems &problems)
{
    for (const PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (!type || type->nesting != Nesting::Pipeline || !step.isEnabled || step.isBypassed)
            continue;
        for (StepProblem &problem : paramProblems(step.params, *type))
            problems.push_back({Severity::Error, step.id, std::move(problem.param), std::move(problem.text)});
    }
}

} // namespace

Problems checkPipeline(const Pipeline &pipeline,
                       const StepRegistry &registry,
                       const std::string &folder,
                       const std::stop_token &stop)
{
    const FilledPipeline filled(pipeline, registry);
    const InlinedPipeline inlined(filled.pipeline(), registry, folder);
    const PipelineIndex pipelineIndex(inlined.pipeline(), registry);
    Problems problems = structureProblems(pipeline);
    if (pipeline.isFilled) // steps of other files were put in before
        std::erase_if(problems,
                      [](const Problem &one) { return one.param == "id" && one.step.find('/') != one.step.npos; });
    if (inlined.hasParts())
        checkNested(filled.pipeline(), registry, problems);
    checkGraph(pipelineIndex, problems);
    checkStepSettings(pipelineIndex, folder, stop, problems);
    if (!stop.stop_requested())
        checkFiles(pipelineIndex, folder, problems);
    if (pipelineIndex.order.cycles.empty() && !stop.stop_requested())
        checkRejoiningSplits(pipelineIndex, problems);
    std::erase_if(problems, [&](const Problem &problem) { return filled.isOpen(problem.step, problem.param); });
    if (!inlined.problems().empty()) // what is around a file that can't be put in looks odd without it
        std::erase_if(problems,
                      [&](const Problem &one) { return !filled.pipeline().step(one.step) || one.param.empty(); });
    if (inlined.hasParts())
        std::ranges::transform(problems, problems.begin(), [&](const Problem &one) { return inlined.asDrawn(one); });
    for (const Problems *more : {&inlined.problems(), &filled.problems()})
        problems.insert(problems.end(), more->begin(), more->end());
    sortBySteps(problems, inlined.hasParts() ? Graph(filled.pipeline()) : pipelineIndex.graph);
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
