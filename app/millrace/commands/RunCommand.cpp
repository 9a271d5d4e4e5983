// SPDX-License-Identifier: MIT
#include "engine/StartGuard.h"
#include "learning/FittedFolder.h"
#include "millrace/Application.h"
#include "millrace/commands/Commands.h"
#include "millrace/run/PipelineCall.h"
#include "millrace/run/PreparedRun.h"
#include "millrace/run/RunWatch.h"

namespace millrace {

namespace {

/// Empty, or a sentence about the first step that has to learn before it can work, and hasn't.
Result<> checkLearnt(const RunPlan &plan, const FittedStates &states, const std::string &file)
{
    for (const PlannedStep &step : plan.steps) {
        if (!step.isFittable || states.contains(step.id))
            continue;
        const auto fresh = step.makeToFit ? step.makeToFit() : step.make(0);
        if (!fresh)
            return fresh.forward();
        if ((*fresh)->state().isNull())
            return failure(ErrorKind::Unfitted,
                           step.id + ": It hasn't learnt anything yet. Let it learn with \"millrace fit " + file
                               + " --save DIR\", then run with --fitted DIR.");
    }
    return {};
}

/// What the steps know by that folder; nothing where none is named. Warns of what was learnt from another pipeline than this one.
Result<FittedStates> statesFor(const std::string &fitted, const PreparedRun &prepared, const StepRegistry &registry)
{
    if (fitted.empty())
        return FittedStates();
    auto known = loadKnowledge(fitted, prepared.plan, prepared.input.pipeline, registry);
    if (!known)
        return known.forward();
    printProblems(prepared.input, known->stale, stderr);
    return std::move(known->states);
}

} // namespace

int runCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = readPipelineCall("run", arguments);
    if (!call)
        return wrongCall("run", call.error().message);
    const std::string fitted = call->call.value("fitted").value_or("");
    if (call->call.has("fitted") && fitted.empty())
        return wrongCall("run", "--fitted: name the folder of a fitted pipeline.");
    const Application application;
    auto prepared = prepareRun(call->file, call->settings, registry);
    if (!prepared)
        return WrongCall;
    auto states = statesFor(fitted, *prepared, registry);
    if (!states)
        return prepared->refuse(states.error());
    if (const auto learnt = checkLearnt(prepared->plan, *states, call->file); !learnt)
        return prepared->refuse(learnt.error());
    const auto agreed = permitted(prepared->input, registry, call->trust);
    if (!agreed)
        return WrongCall;
    guardStarts(prepared->plan, startGuardOf(agreed->needed));
    RunOptions options = prepared->options(call->settings);
    options.states = *std::move(states);
    auto run = Run::create(std::move(prepared->plan), std::move(options));
    if (!run)
        return prepared->refuse(run.error());
    RunWatch watch(**run, prepared->input.label, call->settings.watch, {&prepared->input.pipeline, &registry});
    return agreed->concluded(watch.runToEnd(), prepared->input, registry);
}

} // namespace millrace
