// SPDX-License-Identifier: MIT
#include "millrace/errors/ExportItems.h"

#include "data/text/Counted.h"
#include "engine/Run.h"
#include "failures/FailedItemsSource.h"
#include "millrace/Application.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace millrace {

namespace {

/// The item with what is known of its failure, as the fields that routed items have.
Value withErrorFields(const LogRecord &record)
{
    Members members;
    if (record.item.isObject())
        members = record.item.toObject();
    else if (!record.item.isNull())
        members.emplace_back(ValueField, record.item);
    std::erase_if(members, [](const auto &member) { return member.first.starts_with("error."); });
    members.emplace_back("error.step", record.step);
    members.emplace_back("error.message", record.message);
    members.emplace_back("error.kind", record.kind);
    members.emplace_back("error.attempts", int64_t(record.attempts));
    members.emplace_back("error.origin", record.origin);
    members.emplace_back("error.item", record.itemId);
    return members;
}

/// By the name's ending; null: none that such items are written to.
const char *sinkFor(const std::string &path)
{
    constexpr std::array<std::pair<std::string_view, const char *>, 5> Sinks{{{".csv", "write.csv"},
                                                                              {".tsv", "write.csv"},
                                                                              {".jsonl", "write.jsonl"},
                                                                              {".ndjson", "write.jsonl"},
                                                                              {".json", "write.json"}}};
    for (const auto &[ending, type] : Sinks)
        if (path.ends_with(ending))
            return type;
    return nullptr;
}

} // namespace

int exportItems(const ChosenItems &chosen, const std::string &path, const StepRegistry &registry)
{
    const char *type = sinkFor(path);
    if (!type)
        return refuseItems(
            "Name a file that ends in .csv, .jsonl or .json, so that it is known how the items are to be written.");
    const auto items = std::make_shared<ItemsToRetry>();
    std::vector<LogRecord> &records = items->bySource["failed"];
    for (LogRecord &record : chosen.records()) {
        record.item = withErrorFields(record);
        records.push_back(std::move(record));
    }
    Pipeline pipeline;
    pipeline.steps.resize(2);
    pipeline.steps[0].id = "failed";
    pipeline.steps[0].type = FailedItemsSource::Type;
    pipeline.steps[1].id = "export";
    pipeline.steps[1].type = type;
    pipeline.steps[1].setParam("path", path);
    if (path.ends_with(".tsv"))
        pipeline.steps[1].setParam("delimiter", "\t");
    pipeline.links.push_back({"failed", "out", "export", "in", {}});
    const Application application;
    StepRegistry withItems = registry;
    withItems.add<FailedItemsSource>();
    RunOptions options;
    options.services.add(items);
    auto run = Run::create(pipeline, withItems, std::move(options));
    if (!run)
        return refuseItems(run.error().message);
    (*run)->start();
    (*run)->waitForDone();
    const RunOutcome outcome = (*run)->outcome();
    if (outcome.state != RunState::Finished) {
        printError(printable(outcome.error.message));
        return RunFailed;
    }
    const RunSample sample = (*run)->sample();
    say(stdout, "Wrote " + counted(sample.itemsWritten, "failed item") + " to " + printable(path) + ".\n");
    for (const LogRecord &error : (*run)->log().errorGroups())
        printError(printable(error.message));
    return sample.errors > 0 ? FinishedWithErrors : Finished;
}

} // namespace millrace
