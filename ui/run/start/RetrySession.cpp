// SPDX-License-Identifier: MIT
#include "run/start/RetrySession.h"

#include "failures/FailedItemsFile.h"
#include "failures/FailedItemsFolder.h"
#include "failures/RetryEnd.h"
#include "model/Format.h"
#include "theme/Text.h"

#include <QCoreApplication>

#include <memory>
#include <utility>

namespace millrace {

namespace {

QString said(const char *text)
{
    return QCoreApplication::translate("RetrySession", text);
}

StartedRun refusedWith(const QString &sentence)
{
    StartedRun refused;
    refused.error = sentence;
    return refused;
}

QString endText(const RetryEnd &end)
{
    const QString tried = formatNoun(end.tried, said("item"));
    QString text;
    if (end.failedAgain == end.tried)
        text = said("%1 tried again; failed again.").arg(tried);
    else if (end.failedAgain > 0)
        text = said("%1 tried again: %2 went through and were added to the results, %3 failed again.")
                   .arg(tried, formatCount(end.tried - end.failedAgain), formatCount(end.failedAgain));
    else if (end.tried == 1)
        text = said("The item went through and was added to the results.");
    else
        text = said("%1 tried again; all went through and were added to the results.").arg(tried);
    if (end.left > 0)
        text += QLatin1Char(' ') + said("Left: %1.").arg(formatNoun(end.left, said("failed item")));
    if (end.notTried > 0)
        text += QLatin1Char(' ')
                + said("%1 could not be tried: they failed while they were read, or their step is gone.")
                      .arg(formatNoun(end.notTried, said("item")));
    return text;
}

} // namespace

RetrySession::RetrySession(const QString &file, RetryChoice choice) : m_file(file), m_choice(std::move(choice)) {}

StartedRun RetrySession::start(RunStart how)
{
    m_folder = failedItemsPlace(toUtf8(m_file));
    auto records = readFailedItems(m_folder);
    if (!records)
        return refusedRun(records.error());
    std::vector<LogRecord> chosen;
    for (LogRecord &record : *records) {
        const bool isChosen = m_choice.includes(record) && !(m_choice.item && !chosen.empty());
        if (isChosen && m_choice.change)
            m_choice.change->applyTo(record.item);
        (isChosen ? chosen : m_untouched).push_back(std::move(record));
    }
    if (chosen.empty())
        return refusedWith(
            said("Of the last run's failed items, none like this is kept any more; run the pipeline again."));
    if (const auto may = mayRetry(m_folder); !may)
        return refusedRun(may.error());
    auto made = retryPipelineOf(how.pipeline, how.registry, chosen);
    if (!made)
        return refusedRun(made.error());
    m_retry = *std::move(made);
    // The plan points to what it knows of the steps, so it lives as long as the run.
    const auto withItems = std::make_shared<StepRegistry>(how.registry);
    withItems->add<FailedItemsSource>();
    how.options.services.add(withItems);
    auto plan = compilePipeline(m_retry.pipeline, *withItems, how.options.folder);
    if (!plan)
        return refusedRun(plan.error());
    how.options.services.add(std::make_shared<ItemsToRetry>(m_retry.items));
    how.options.failedItems = std::make_shared<FailedItemsFile>(placeOfFailedAgain(m_folder));
    Pipeline shown = m_retry.pipeline; // as it is drawn: that results are added to is no change of a step
    for (PipelineStep &step : shown.steps)
        if (const PipelineStep *drawn = how.pipeline.step(step.id))
            step = *drawn;
    const QString text = said("Trying %1 again; what comes out is added to the results.")
                             .arg(formatNoun(chosen.size(), said("failed item")));
    StartedRun started = startPlan(*std::move(plan), std::move(how), toUtf8(text));
    started.pipeline = std::move(shown);
    return started;
}

StartedRun RetrySession::settle(bool hasFinished)
{
    StartedRun over;
    if (!hasFinished) {
        discardFailedItems(placeOfFailedAgain(m_folder));
        return over;
    }
    const auto end = settleRetry(m_folder, m_retry, std::move(m_untouched));
    over.told = end ? endText(*end) : toQString(end.error().message);
    return over;
}

} // namespace millrace
