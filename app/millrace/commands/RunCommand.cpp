// SPDX-License-Identifier: MIT
#include "engine/StartGuard.h"
#include "learning/FittedFolder.h"
#include "millrace/Application.h"
#include "millrace/commands/Commands.h"
#include "millrace/commands/ItemTable.h"
#include "millrace/Console.h"
#include "millrace/history/Record.h"
#include "millrace/part/FirstItems.h"
#include "millrace/run/PipelineCall.h"
#include "millrace/run/PreparedRun.h"
#include "millrace/run/RunWatch.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

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

Pipeline withoutStep(Pipeline pipeline, const std::string &id)
{
    std::erase_if(pipeline.steps, [&](const PipelineStep &step) { return step.id == id; });
    std::erase_if(pipeline.links, [&](const Link &link) { return link.toStep == id; });
    return pipeline;
}

/// What --show asked for: a table on a terminal, JSON Lines elsewhere. Returns the status that the program ends with.
int printShown(const Run &run, const RunPart &part, int status)
{
    const std::vector<Value> items = run.viewedItems(part.showStep);
    std::string text;
    if (isTerminal(STDOUT_FILENO)) {
        text = items.empty() ? "No items came out of " + part.show + ".\n"
                             : itemTable(columnsOf(items), items, textColumns());
    } else {
        for (const Value &item : items)
            text += toJson(item) + '\n';
    }
    say(stdout, text);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0)
        return status;
    printError("What came out of " + part.show + " could not be written to standard output.");
    return std::max(status, int(RunFailed));
}

} // namespace

int runCommand(const Arguments &arguments, const StepRegistry &builtIn)
{
    StepRegistry registry = builtIn;
    registry.add<FirstItems>();
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
    WatchOptions watched = call->settings.watch;
    watched.hiddenStep = prepared->part.showStep;
    watched.writesNothing = prepared->part.writesNothing();
    const Pipeline pipeline = withoutStep(prepared->input.pipeline, watched.hiddenStep);
    RunWatch watch(**run, prepared->input.label, std::move(watched), {&pipeline, &registry});
    int status = watch.runToEnd();
    if (!prepared->input.path.empty() && prepared->part.isWhole())
        keepOnRecord(prepared->input.path, pipeline, watch.ended());
    if (!prepared->part.show.empty())
        status = printShown(**run, prepared->part, status);
    return agreed->concluded(status, prepared->input, registry);
}

} // namespace millrace
