// SPDX-License-Identifier: MIT
#include "run/RunScope.h"

#include "engine/RunPlan.h"
#include "theme/Text.h"

#include <QCoreApplication>

#include <algorithm>
#include <iterator>

namespace millrace {

namespace {

StepIds idsOf(const Pipeline &pipeline)
{
    StepIds ids;
    for (const PipelineStep &step : pipeline.steps)
        ids.insert(step.id);
    return ids;
}

StepIds wrongSteps(const Problems &problems)
{
    StepIds wrong;
    for (const Problem &problem : problems)
        if (problem.severity == Severity::Error && !problem.step.empty())
            wrong.insert(problem.step);
    return wrong;
}

StepIds allButWrongStrays(const Pipeline &pipeline, const Problems &problems, const StepRegistry &registry)
{
    const StepIds wrong = wrongSteps(problems), strays = strayIn(pipeline, registry);
    StepIds left;
    for (const std::string &stray : strays)
        if (wrong.contains(stray))
            left.merge(upstreamOf(pipeline, downstreamOf(pipeline, {stray})));
    const StepIds all = idsOf(pipeline);
    StepIds kept;
    std::ranges::set_difference(all, left, std::inserter(kept, kept.end()));
    // Where nothing else is drawn, what is wrong with it is what there is to say.
    return std::ranges::includes(strays, kept) ? all : kept;
}

Problem leftOut(const PipelineStep &step, const StepRegistry &registry)
{
    const StepType *type = registry.find(step.type);
    const bool isSource = type && !type->hasInput();
    const char *sentence = isSource ? QT_TRANSLATE_NOOP("RunScope", "Left out of this run: nothing is linked to it.")
                                    : QT_TRANSLATE_NOOP("RunScope", "Left out of this run: no source leads to it.");
    return {Severity::Warning, step.id, {}, toUtf8(QCoreApplication::translate("RunScope", sentence))};
}

} // namespace

RunScope scopeOf(const Pipeline &pipeline,
                 const Problems &problems,
                 const StepRegistry &registry,
                 const std::string &upTo)
{
    RunScope scope;
    scope.steps = upTo.empty() ? allButWrongStrays(pipeline, problems, registry) : upstreamOf(pipeline, {upTo});
    scope.pipeline = pipeline;
    StepIds others;
    for (const PipelineStep &step : pipeline.steps)
        if (!scope.steps.contains(step.id)) {
            others.insert(step.id);
            if (upTo.empty())
                scope.remarks.push_back(leftOut(step, registry));
        }
    removeSteps(scope.pipeline, others);
    return scope;
}

StepIds learnersIn(const Pipeline &pipeline, const StepRegistry &registry)
{
    StepIds found;
    for (const PipelineStep &step : pipeline.steps)
        if (const StepType *type = registry.find(step.type); type && mustLearn(step, *type))
            found.insert(step.id);
    return found;
}

} // namespace millrace
