// SPDX-License-Identifier: MIT
#include "millrace/errors/RetryItems.h"

#include "data/text/Counted.h"
#include "engine/StartGuard.h"
#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"
#include "failures/RetryEnd.h"
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

int retryItems(const ChosenItems &chosen, const Call &call, const StepRegistry &registry)
{
    if (const auto may = mayRetry(chosen.folder); !may)
        return refuseItems(may.error().message);
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
        return made.error().kind == ErrorKind::Call ? refuseItems(made.error().message)
                                                    : prepared->refuse(made.error());
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
    const std::string again = placeOfFailedAgain(chosen.folder);
    options.failedItems = std::make_shared<FailedItemsFile>(again);
    auto run = Run::create(std::move(prepared->plan), std::move(options));
    if (!run)
        return prepared->refuse(run.error());
    RunWatch watch(**run, prepared->input.label, settings.watch);
    const int status = agreed->concluded(watch.runToEnd(), prepared->input, registry);
    if ((*run)->state() == RunState::Finished) {
        if (const auto settled = settleRetry(chosen.folder, *made, chosen.others()); !settled)
            printError(printable(settled.error().message));
        if (!made->others.empty())
            printError(counted(made->others.size(), "item")
                       + " failed while being read, or at steps that are gone, and were not tried again.");
    } else {
        discardFailedItems(again);
    }
    return status;
}

} // namespace millrace
