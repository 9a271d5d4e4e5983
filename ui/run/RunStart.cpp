// SPDX-License-Identifier: MIT
#include "run/RunStart.h"

#include "engine/StartGuard.h"
#include "learning/FittedFolder.h"
#include "model/Drawing.h"
#include "run/RunDiary.h"
#include "theme/Text.h"

#include <utility>

namespace millrace {

StartedRun startRun(RunStart how)
{
    auto plan = compilePipeline(how.pipeline, how.registry, how.options.folder);
    if (!plan)
        return refusedRun(plan.error());
    const std::string text = startText(how.pipeline);
    return startPlan(*std::move(plan), std::move(how), text);
}

StartedRun startPlan(RunPlan plan, RunStart how, const std::string &text)
{
    guardStarts(plan, how.mayStart);
    if (!how.fitted.empty()) {
        const auto nameOf = [&how](const std::string &id) {
            const PipelineStep *step = how.pipeline.step(id);
            return step ? toUtf8(shownName(*step, how.registry)) : id;
        };
        auto known = loadKnowledge(how.fitted, plan, how.pipeline, how.registry, nameOf);
        if (!known)
            return refusedRun(known.error());
        how.options.states = std::move(known->states);
        how.remarks.insert(how.remarks.end(), known->stale.begin(), known->stale.end());
    }
    auto run = Run::create(std::move(plan), std::move(how.options));
    return run ? startLogged(std::move(*run), text, how.remarks) : refusedRun(run.error());
}

} // namespace millrace
