// SPDX-License-Identifier: MIT
#include "engine/StartGuard.h"
#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"
#include "millrace/Application.h"
#include "millrace/commands/Commands.h"
#include "millrace/resume/Resuming.h"
#include "millrace/run/PipelineCall.h"
#include "millrace/run/PreparedRun.h"
#include "millrace/run/RunWatch.h"

#include <memory>

namespace millrace {

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
    RunOptions options = prepared->options(call->settings);
    if (const auto added = prepared->addStates(options, fitted, registry); !added)
        return prepared->refuse(added.error());
    const auto agreed = permitted(prepared->input, registry, call->trust);
    if (!agreed)
        return WrongCall;
    guardStarts(prepared->plan, startGuardOf(agreed->needed));
    const ResumeWish wish{call->call.has("resume"), !call->call.has("no-journal"), call->settings.seed};
    if (const auto ready = prepareResume(wish, *prepared, registry, options); !ready)
        return prepared->refuse(ready.error());
    const uint64_t resumedFrom = options.resume ? options.resume->items : 0;
    if (!prepared->input.path.empty())
        options.failedItems = std::make_shared<FailedItemsFile>(failedItemsPlace(prepared->input.path));
    const std::shared_ptr<FailedItemsFile> failedItems = options.failedItems;
    auto run = Run::create(std::move(prepared->plan), std::move(options));
    if (!run)
        return prepared->refuse(run.error());
    RunWatch watch(**run, prepared->input.label, call->settings.watch,
                   {&prepared->input.pipeline, &registry, failedItems.get(), resumedFrom});
    return agreed->concluded(watch.runToEnd(), prepared->input, registry);
}

} // namespace millrace
