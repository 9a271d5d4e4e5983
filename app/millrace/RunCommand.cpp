// SPDX-License-Identifier: MIT
#include "Application.h"
#include "Arguments.h"
#include "Commands.h"
#include "engine/RunPlan.h"
#include "pipeline/Checker.h"
#include "PipelineInput.h"
#include "RunSettings.h"
#include "RunWatch.h"
#include "savers/FittedFolder.h"
#include "steps/FilePath.h"
#include "Trust.h"

#include <cstdio>
#include <random>

namespace millrace {

namespace {

/// What the call says, taken apart and checked.
struct RunCall
{
    std::string file;
    std::string fitted; ///< folder; empty: none
    bool isTrusted = false;
    RunSettings settings;
};

Result<RunCall> readCall(const Arguments &arguments)
{
    const auto call = parseCall(
        arguments, {{"quiet", "trust"}, {"set", "workers", "fitted", "report", "metrics", "progress", "seed"}});
    if (!call)
        return call.forward();
    if (call->words.size() != 1)
        return failure("call", call->words.empty() ? "Name a pipeline file." : "Name one pipeline file, not several.");
    if (call->has("fitted") && call->value("fitted")->empty())
        return failure("call", "--fitted: name the folder of a fitted pipeline.");
    auto settings = readRunSettings(*call);
    if (!settings)
        return settings.forward();
    return RunCall{call->words.front(), call->value("fitted").value_or(""), call->has("trust"), *std::move(settings)};
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

} // namespace

int runCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = readCall(arguments);
    if (!call)
        return wrongCall("run", call.error().message);
    auto input = readPipelineInput(call->file);
    if (!input) {
        std::fprintf(stderr, "%s\n", input.error().message.c_str());
        return WrongCall;
    }
    if (const auto applied = applyRunSettings(call->settings, input->pipeline, registry); !applied)
        return wrongCall({}, applied.error().message);

    const Application application;
    const Problems problems = allProblems(*input, registry);
    printProblems(*input, problems, stderr);
    if (hasErrors(problems))
        return WrongCall;
    const auto refuse = [&input](const Error &error) {
        std::fprintf(stderr, "%s: %s\n", input->label.c_str(), error.message.c_str());
        return WrongCall;
    };
    auto plan = compilePipeline(input->pipeline, registry);
    if (!plan)
        return refuse(plan.error());
    auto states = call->fitted.empty() ? Result<FittedStates>(FittedStates()) : loadStates(call->fitted, *plan);
    if (!states)
        return refuse(states.error());
    if (const auto learnt = checkLearnt(*plan, *states, call->file); !learnt)
        return refuse(learnt.error());
    if (!mayExecute(*input, registry, {call->isTrusted, call->settings.watch.isQuiet}))
        return WrongCall;
    RunOptions options;
    options.folder = input->folder;
    options.seed = call->settings.seed ? *call->settings.seed : std::random_device()();
    options.states = *std::move(states);
    auto run = Run::create(*std::move(plan), std::move(options));
    if (!run)
        return refuse(run.error());
    return RunWatch(**run, input->label, call->settings.watch).runToEnd();
}

} // namespace millrace
