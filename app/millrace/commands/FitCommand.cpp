// SPDX-License-Identifier: MIT
#include "engine/scheduling/StartGuard.h"
#include "learning/Fit.h"
#include "learning/FittedFolder.h"
#include "millrace/Application.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/PreparedRun.h"
#include "millrace/run/RunSettings.h"
#include "millrace/run/RunWatch.h"
#include "millrace/run/Trust.h"

#include <algorithm>

namespace millrace {

namespace {

struct FitCall
{
    std::string file, folder;
    TrustSettings trust;
    RunSettings settings;
};

Result<FitCall> readFitCall(const Arguments &arguments)
{
    const auto call = parseCall("fit", arguments);
    if (!call)
        return call.forward();
    if (call->words.size() != 1)
        return failure("call", call->words.empty() ? "Name a pipeline file." : "Name one pipeline file, not several.");
    if (call->value("save").value_or("").empty())
        return failure("call", "Name the folder for the fitted pipeline: --save DIR.");
    auto settings = readRunSettings(*call);
    if (!settings)
        return settings.forward();
    auto trust = readTrustSettings(*call);
    if (!trust)
        return trust.forward();
    return FitCall{call->words.front(), *call->value("save"), *std::move(trust), *std::move(settings)};
}

/// Fits all there is to fit. Returns what the program ends with; the folder is written only where that is no failure.
int fitAndSave(RunPlan plan, RunOptions options, const PipelineInput &input, const FitCall &call)
{
    Fit fit(std::move(plan), std::move(options));
    if (!fit.isNeeded()) {
        say(stderr, input.label + ": No step of this pipeline learns anything, so there is nothing to fit.\n");
        return WrongCall;
    }
    if (const auto folder = checkFittedFolder(call.folder); !folder) // a fit may take hours
        return wrongCall("fit", folder.error().message);
    int status = Finished;
    while (const std::unique_ptr<Run> pass = fit.nextPass()) {
        WatchOptions watch = call.settings.watch;
        watch.atTheEnd = "learnt from";
        const int ended = RunWatch(*pass, input.label, std::move(watch)).runToEnd();
        if (ended != Finished && ended != FinishedWithErrors)
            return ended;
        status = std::max(status, ended);
    }
    if (const auto saved = saveFitted({input.pipeline, fit.states()}, call.folder); !saved) {
        printError(saved.error().message);
        return RunFailed;
    }
    if (!call.settings.watch.isQuiet)
        say(stderr, "What was learnt is in " + call.folder + "; millrace run --fitted " + call.folder + " uses it.\n");
    return status;
}

} // namespace

int fitCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = readFitCall(arguments);
    if (!call)
        return wrongCall("fit", call.error().message);
    const Application application;
    auto prepared = prepareRun(call->file, call->settings, registry);
    const auto agreed = prepared ? permitted(prepared->input, registry, call->trust) : std::nullopt;
    if (!agreed)
        return WrongCall;
    guardStarts(prepared->plan, startGuardOf(agreed->needed));
    return fitAndSave(std::move(prepared->plan), prepared->options(call->settings), prepared->input, *call);
}

} // namespace millrace
