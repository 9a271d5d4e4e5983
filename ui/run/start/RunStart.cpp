// SPDX-License-Identifier: MIT
#include "run/start/RunStart.h"

#include "engine/StartGuard.h"
#include "history/BrokenOffRun.h"
#include "kept/KeptLinks.h"
#include "learning/FittedFolder.h"
#include "model/Drawing.h"
#include "model/Format.h"
#include "run/RunDiary.h"
#include "sharing/ClusterRun.h"
#include "theme/Text.h"

#include <QCoreApplication>

#include <memory>
#include <utility>

namespace millrace {

namespace {

/// Has the run keep a journal, and go on where one ends. `text`, that its log begins with, says so then. Once it is known what the steps
/// have learnt.
Result<> setUpJournal(RunStart &how, std::string &text)
{
    RunOptions &options = how.options;
    options.journal = digestForResume(how.pipeline, options.folder, how.registry, options.states,
                                      toUtf8(QCoreApplication::applicationVersion()));
    if (!how.goesOn)
        return {};
    const auto results = resultsWithJournal(how.pipeline, options.folder, how.registry);
    auto entry = oldestEntryOf(results);
    if (!entry)
        return entry.forward();
    if (!*entry)
        return failure(ErrorKind::Call, "There is no run of this pipeline that was broken off, to go on with.");
    if (auto checked = checkResume(**entry, options.journal); !checked)
        return checked;
    text = toUtf8(QCoreApplication::translate("RunStart", "Going on where it was broken off, after %1.")
                      .arg(formatNoun((*entry)->items, QCoreApplication::translate("RunStart", "item"))));
    options.seed = (*entry)->seed;
    options.resume = std::make_shared<const JournalEntry>(**std::move(entry));
    return {};
}

/// Has a run of a file keep what goes over links that are marked, or start behind them.
std::shared_ptr<KeptLinks> keepLinks(RunPlan &plan, RunStart &how)
{
    if (how.file.empty() || how.goesOn || !how.cluster.empty())
        return {};
    auto kept = std::make_shared<KeptLinks>(KeptLinksSettings{.folder = keptPlace(how.file),
                                                              .version = toUtf8(QCoreApplication::applicationVersion()),
                                                              .isFresh = how.isFresh});
    kept->applyTo(plan, how.pipeline, how.options.folder, how.registry, how.options.states);
    if (kept->startsBehind())
        how.options.journal.clear();
    return kept;
}

} // namespace

StartedRun startRun(RunStart how)
{
    placeOnCluster({.on = how.cluster}, how.pipeline, how.registry);
    auto plan = compilePipeline(how.pipeline, how.registry, how.options.folder);
    if (!plan)
        return refusedRun(plan.error());
    const std::string text = startText(how.pipeline);
    return startPlan(*std::move(plan), std::move(how), text);
}

StartedRun startPlan(RunPlan plan, RunStart how, std::string text)
{
    guardStarts(plan, how.mayStart);
    if (!how.fitted.empty()) {
        const auto nameOf = [&how](const std::string &id) {
            const PipelineStep *step = how.pipeline.step(id);
            return step ? toUtf8(shownName(*step, how.registry)) : id;
        };
        auto known = loadKnowledge(how.fitted, plan, how.pipeline, how.registry, nameOf);
        if (!known)
            return refusedRun(known.error());
        how.options.states = std::move(known->states);
        how.remarks.insert(how.remarks.end(), known->stale.begin(), known->stale.end());
    }
    if (how.keepsJournal)
        if (const auto set = setUpJournal(how, text); !set)
            return refusedRun(set.error());
    auto kept = keepLinks(plan, how);
    const uint64_t resumedFrom = how.options.resume ? how.options.resume->items : 0;
    auto cluster = ClusterRun::begin({.on = how.cluster}, how.pipeline, how.registry, how.file);
    if (!cluster)
        return refusedRun(cluster.error());
    if (*cluster)
        how.options.services.add((*cluster)->session());
    auto run = Run::create(std::move(plan), std::move(how.options));
    if (!run)
        return refusedRun(run.error());
    RunLog &log = (*run)->log();
    StartedRun started = startLogged(std::move(*run), text, how.remarks);
    if (kept)
        for (const KeptNote &told : kept->told())
            log.info(told.step, told.text);
    started.kept = std::move(kept);
    started.resumedFrom = resumedFrom;
    started.cluster = *std::move(cluster);
    return started;
}

} // namespace millrace
