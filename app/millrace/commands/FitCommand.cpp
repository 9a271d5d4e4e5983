// SPDX-License-Identifier: MIT
#include "engine/StartGuard.h"
#include "learning/Fit.h"
#include "learning/FittedFolder.h"
#include "millrace/Application.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/PipelineCall.h"
#include "millrace/run/PreparedRun.h"
#include "millrace/run/RunWatch.h"

#include <algorithm>

namespace millrace {

namespace {

/// Fits all there is to fit. Returns what the program ends with; the folder is written only where that is no failure.
int fitAndSave(
    RunPlan plan, RunOptions options, const PipelineInput &input, const PipelineCall &call, const std::string &folder)
{
    Fit fit(std::move(plan), std::move(options));
    if (!fit.isNeeded()) {
        say(stderr, input.label + ": No step of this pipeline learns anything, so there is nothing to fit.\n");
        return WrongCall;
    }
    if (const auto usable = checkFittedFolder(folder); !usable) // a fit may take hours
        return wrongCall("fit", usable.error().message);
    int status = Finished;
    while (const std::unique_ptr<Run> pass = fit.nextPass()) {
        WatchOptions watch = call.settings.watch;
        watch.atTheEnd = "learnt from";
        const int ended = RunWatch(*pass, input.label, std::move(watch)).runToEnd();
        if (ended != Finished && ended != FinishedWithErrors)
            return ended;
        status = std::max(status, ended);
    }
    if (const auto saved = saveFitted({input.pipeline, fit.states()}, folder); !saved) {
        printError(saved.error().message);
        return RunFailed;
    }
    if (!call.settings.watch.isQuiet)
        say(stderr, "What was learnt is in " + folder + "; millrace run --fitted " + folder + " uses it.\n");
    return status;
}

} // namespace

int fitCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = readPipelineCall("fit", arguments);
    if (!call)
        return wrongCall("fit", call.error().message);
    const std::string folder = call->call.value("save").value_or("");
    if (folder.empty())
        return wrongCall("fit", "Name the folder for the fitted pipeline: --save DIR.");
    const Application application;
    auto prepared = prepareRun(call->file, call->settings, registry);
    const auto agreed = prepared ? permitted(prepared->input, registry, call->trust) : std::nullopt;
    if (!agreed)
        return WrongCall;
    guardStarts(prepared->plan, startGuardOf(agreed->needed));
    return fitAndSave(std::move(prepared->plan), prepared->options(call->settings), prepared->input, *call, folder);
}

} // namespace millrace
