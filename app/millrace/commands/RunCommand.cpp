// SPDX-License-Identifier: MIT
#include "engine/scheduling/StartGuard.h"
#include "learning/FittedFolder.h"
#include "millrace/Application.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/run/PreparedRun.h"
#include "millrace/run/RunSettings.h"
#include "millrace/run/RunWatch.h"
#include "millrace/run/Trust.h"

namespace millrace {

namespace {

/// What the call says, taken apart and checked.
struct RunCall
{
    std::string file;
    std::string fitted; ///< folder; empty: none
    TrustSettings trust;
    RunSettings settings;
};

Result<RunCall> readRunCall(const Arguments &arguments)
{
    const auto call = parseCall("run", arguments);
    if (!call)
        return call.forward();
    if (call->words.size() != 1)
        return failure("call", call->words.empty() ? "Name a pipeline file." : "Name one pipeline file, not several.");
    if (call->has("fitted") && call->value("fitted")->empty())
        return failure("call", "--fitted: name the folder of a fitted pipeline.");
    auto settings = readRunSettings(*call);
    if (!settings)
        return settings.forward();
    auto trust = readTrustSettings(*call);
    if (!trust)
        return trust.forward();
    return RunCall{call->words.front(), call->value("fitted").value_or(""), *std::move(trust), *std::move(settings)};
}

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
            return failure("unfitted", step.id + ": It hasn't learnt anything yet. Let it learn with \"millrace fit "
                                           + file + " --save DIR\", then run with --fitted DIR.");
    }
    return {};
}

/// What the steps know by the call's folder. Warns of what was learnt from another pipeline than this one.
Result<FittedStates> statesFor(const RunCall &call, const PreparedRun &prepared, const StepRegistry &registry)
{
    if (call.fitted.empty())
        return FittedStates();
    auto known = loadKnowledge(call.fitted, prepared.plan, prepared.input.pipeline, registry);
    if (!known)
        return known.forward();
    printProblems(prepared.input, known->stale, stderr);
    return std::move(known->states);
}

} // namespace

int runCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = readRunCall(arguments);
    if (!call)
        return wrongCall("run", call.error().message);
    const Application application;
    auto prepared = prepareRun(call->file, call->settings, registry);
    if (!prepared)
        return WrongCall;
    auto states = statesFor(*call, *prepared, registry);
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
    return agreed->concluded(RunWatch(**run, prepared->input.label, call->settings.watch).runToEnd(), prepared->input,
                             registry);
}

} // namespace millrace
