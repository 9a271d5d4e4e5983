// SPDX-License-Identifier: MIT
#include "engine/StartGuard.h"
#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"
#include "history/KeptRun.h"
#include "millrace/Application.h"
#include "millrace/commands/Commands.h"
#include "millrace/commands/ItemTable.h"
#include "millrace/Console.h"
#include "millrace/part/FirstItems.h"
#include "millrace/resume/KeepLinks.h"
#include "millrace/resume/Resuming.h"
#include "millrace/run/PipelineCall.h"
#include "millrace/run/PreparedRun.h"
#include "millrace/run/RunWatch.h"
#include "millrace/run/ScrapeListener.h"
#include "sharing/ClusterRun.h"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <unistd.h>

namespace millrace {

namespace {

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
    const auto listener = listenForScrapes(call->call);
    if (!listener)
        return wrongCall("run", listener.error().message);
    const Application application;
    auto prepared = prepareRun(call->file, call->settings, registry);
    if (!prepared)
        return WrongCall;
    RunOptions options = prepared->options(call->settings);
    if (const auto added = prepared->addStates(options, fitted, registry); !added)
        return prepared->refuse(added.error());
    const auto agreed = permitted(prepared->input, registry, call->trust);
    if (!agreed)
        return WrongCall;
    guardStarts(prepared->plan, startGuardOf(agreed->needed));
    const bool isWhole = prepared->part.isWhole() && prepared->part.show.empty(); // else results stay as they were
    if (call->call.has("fresh") && call->call.has("resume"))
        return wrongCall("run", "--fresh starts over and --resume goes on: use one of them.");
    const ResumeWish wish{call->call.has("resume"), isWhole && !call->call.has("no-journal"), call->settings.seed};
    if (wish.resumes && !isWhole)
        return wrongCall("run",
                         "--resume: only a whole run can be gone on with, without --until, --sample and --show.");
    if (const auto ready = prepareResume(wish, *prepared, registry, options); !ready)
        return prepared->refuse(ready.error());
    auto kept = keepLinks(
        {isWhole && !options.resume && call->settings.cluster.on.empty(), call->call.has("fresh"), call->settings.seed},
        *prepared, registry, options);
    const uint64_t resumedFrom = options.resume ? options.resume->items : 0;
    if (isWhole && !prepared->input.path.empty())
        options.failedItems = std::make_shared<FailedItemsFile>(failedItemsPlace(prepared->input.path));
    const std::shared_ptr<FailedItemsFile> failedItems = options.failedItems;
    auto cluster = ClusterRun::begin(call->settings.cluster, prepared->input.pipeline, registry, prepared->input.path);
    if (!cluster)
        return prepared->refuse(cluster.error());
    if (*cluster)
        options.services.add((*cluster)->session());
    auto run = Run::create(std::move(prepared->plan), std::move(options));
    if (!run)
        return prepared->refuse(run.error());
    WatchOptions watched = call->settings.watch;
    watched.hiddenStep = prepared->part.showStep;
    watched.writesNothing = prepared->part.writesNothing();
    const Pipeline pipeline = withoutStep(prepared->input.pipeline, watched.hiddenStep);
    RunWatch watch(**run, prepared->input.label, std::move(watched),
                   {&pipeline, &registry, failedItems.get(), resumedFrom, cluster->get(), listener->get()});
    int status = watch.runToEnd();
    if (kept && (*run)->state() == RunState::Finished)
        for (const KeptNote &told : kept->conclude((*run)->sample()))
            say(stderr, printable(prepared->input.label + ": " + told.text) + '\n');
    if (!prepared->input.path.empty() && prepared->part.isWhole())
        if (const auto recorded = keepOnRecord(prepared->input.path, pipeline, watch.ended()); !recorded)
            printError(printable(recorded.error().message));
    if (!prepared->part.show.empty())
        status = printShown(**run, prepared->part, status);
    return agreed->concluded(status, prepared->input, registry);
}

} // namespace millrace
