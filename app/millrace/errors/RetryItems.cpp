// SPDX-License-Identifier: MIT
#include "millrace/errors/RetryItems.h"

#include "engine/StartGuard.h"
#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"
#include "failures/RetryPipeline.h"
#include "millrace/Application.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/PreparedRun.h"
#include "millrace/run/RunWatch.h"
#include "millrace/run/Trust.h"

#include <memory>
#include <utility>

namespace millrace {

namespace {

/// What failed again, as what it was before: where it came from, and how often it was tried in all.
std::vector<LogRecord> failedAgain(const std::string &folder, const ItemsToRetry &tried)
{
    auto records = readFailedItems(folder);
    std::vector<LogRecord> again = records ? *std::move(records) : std::vector<LogRecord>();
    for (LogRecord &record : again)
        if (const LogRecord *before = tried.find(record.origin)) {
            record.attempts += before->attempts;
            record.origin = before->origin;
            record.batch = before->batch;
        }
    return again;
}

} // namespace

int retryItems(const ChosenItems &chosen, const Call &call, const StepRegistry &registry)
{
    if (isFailedItemsFolderInUse(chosen.folder))
        return refuseItems("A run of this pipeline is under way; its failed items can be tried again once it is over.");
    if (const EndOfFailedItems end = readEndOfFailedItems(chosen.folder); end.status != "finished")
        return refuseItems(
            "The last run did not finish, so its results aren't complete, and there is nothing that more could be "
            "added to. Run the whole pipeline again: millrace run "
            + chosen.label);
    auto trust = readTrustSettings(call);
    if (!trust)
        return wrongCall("errors", trust.error().message);
    const Application application;
    RunSettings settings;
    settings.watch.isQuiet = call.has("quiet");
    settings.watch.atTheEnd = "added";
    auto prepared = prepareRun(chosen.label, settings, registry);
    if (!prepared)
        return WrongCall;
    const auto agreed = permitted(prepared->input, registry, *trust);
    if (!agreed)
        return WrongCall;
    auto made = retryPipelineOf(prepared->input.pipeline, registry, chosen.records());
    if (!made)
        return prepared->refuse(made.error());
    if (made->items.bySource.empty())
        return refuseItems(
            "None of these items can be tried again: they failed while they were read, or their steps are "
            "gone. Mend the "
            "input or the pipeline, and run it again.");
    StepRegistry withItems = registry;
    withItems.add<FailedItemsSource>();
    auto plan = compilePipeline(made->pipeline, withItems, prepared->input.folder);
    if (!plan)
        return prepared->refuse(plan.error());
    prepared->plan = *std::move(plan);
    guardStarts(prepared->plan, startGuardOf(agreed->needed));
    RunOptions options = prepared->options(settings);
    if (const auto added = prepared->addStates(options, call.value("fitted").value_or(""), registry); !added)
        return prepared->refuse(added.error());
    const auto items = std::make_shared<ItemsToRetry>(made->items);
    options.services.add(items);
    const std::string again = chosen.folder + "-again";
    options.failedItems = std::make_shared<FailedItemsFile>(again);
    auto run = Run::create(std::move(prepared->plan), std::move(options));
    if (!run)
        return prepared->refuse(run.error());
    RunWatch watch(**run, prepared->input.label, settings.watch);
    const int status = agreed->concluded(watch.runToEnd(), prepared->input, registry);
    if ((*run)->state() == RunState::Finished) {
        std::vector<LogRecord> left = chosen.others();
        left.insert(left.end(), made->others.begin(), made->others.end());
        const std::vector<LogRecord> failed = failedAgain(again, *items);
        left.insert(left.end(), failed.begin(), failed.end());
        if (const auto replaced = replaceFailedItems(chosen.folder, left); !replaced)
            printError(printable(replaced.error().message));
        if (!made->others.empty())
            printError(counted(made->others.size(), "item")
                       + " failed while being read, or at steps that are gone, and were "
                         "not tried again.");
    }
    discardFailedItems(again);
    return status;
}

} // namespace millrace
