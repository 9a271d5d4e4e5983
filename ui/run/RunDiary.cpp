// SPDX-License-Identifier: MIT
#include "run/RunDiary.h"

#include "metrics/RunEnd.h"
#include "model/Format.h"
#include "theme/Text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStringList>

#include <algorithm>
#include <utility>
#include <vector>

namespace millrace {

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("RunDiary", text);
}

QString items(uint64_t count)
{
    return count == 1 ? tr("1 item") : tr("%1 items").arg(formatCount(count));
}

QString bound(int batches)
{
    return batches <= 0   ? tr("any number of batches")
           : batches == 1 ? tr("1 batch")
                          : tr("%1 batches").arg(formatCount(uint64_t(batches)));
}

/// Whether the error that ended the run was logged with its item. What a step can't begin or end with has none.
bool isLogged(const RunLog &log, const RunOutcome &outcome)
{
    const auto isOfTheEnd = [&](const LogRecord &record) {
        return record.level == LogLevel::Error && record.step == outcome.step
               && record.message == outcome.error.message;
    };
    const std::vector<LogRecord> groups = log.errorGroups();
    if (std::ranges::none_of(groups, [&](const LogRecord &group) { return group.step == outcome.step; }))
        return false;
    if (std::ranges::any_of(groups, isOfTheEnd))
        return true;
    // A group has the words of its first error; those of others may differ in their numbers.
    std::vector<LogRecord> part;
    for (uint64_t seen = 0; !(part = log.after(seen)).empty(); seen = part.back().number)
        if (std::ranges::any_of(part, isOfTheEnd))
            return true;
    return false;
}

} // namespace

std::string startText(const Pipeline &pipeline)
{
    uint64_t steps = 0, workers = 0;
    for (const PipelineStep &step : pipeline.steps)
        if (step.isEnabled) {
            ++steps;
            workers += uint64_t(std::max(1, pipeline.workersOf(step)));
        }
    return toUtf8(tr("Started with %1 and %2.").arg(formatNoun(steps, tr("step")), formatNoun(workers, tr("worker"))));
}

std::string passText(int number, int count)
{
    return toUtf8(count > 1 ? tr("Fitting, pass %1 of %2: the steps that learn see the data.").arg(number).arg(count)
                            : tr("Fitting: the steps that learn see the data."));
}

std::string savedText(const QString &folder)
{
    return toUtf8(tr("What was learnt is kept in “%1”.").arg(QFileInfo(folder).fileName()));
}

std::string endText(const RunSample &last, RunState state)
{
    if (runEnd(state, last.errors) == RunEnd::WithErrors) {
        const bool haveAllFailed = last.itemsWritten == 0 && last.errors >= last.itemsRead;
        const QString failed = haveAllFailed ? tr("all items failed") : formatNoun(last.errors, tr("failed item"));
        return toUtf8(
            (haveAllFailed ? tr("Finished after %1, but %2: %3 read, %4 written.")
                           : tr("Finished after %1 with %2: %3 read, %4 written."))
                .arg(formatElapsed(last.seconds), failed, items(last.itemsRead), formatCount(last.itemsWritten)));
    }
    const QString how = state == RunState::Failed    ? tr("Failed after %1: %2 read, %3 written, %4.")
                        : state == RunState::Stopped ? tr("Stopped after %1: %2 read, %3 written, %4.")
                                                     : tr("Finished after %1: %2 read, %3 written, %4.");
    // What failed had one, though it needn't be an item's.
    const uint64_t count = state == RunState::Failed ? std::max<uint64_t>(last.errors, 1) : last.errors;
    const QString errors = count == 0 ? tr("no errors") : formatNoun(count, tr("error"));
    return toUtf8(how.arg(formatElapsed(last.seconds), items(last.itemsRead), formatCount(last.itemsWritten), errors));
}

std::string writtenText(const QString &path, uint64_t bytes)
{
    return toUtf8(tr("Written: %1 (%2).").arg(QDir::toNativeSeparators(path), formatBytes(bytes)));
}

QString keptText(const std::vector<std::string> &files)
{
    QStringList names;
    for (const std::string &file : files)
        names << tr("“%1”").arg(QDir::toNativeSeparators(toQString(file)));
    if (names.isEmpty())
        return {};
    const QString last = names.takeLast();
    return tr("What was finished until then is in %1.")
        .arg(names.isEmpty() ? last : tr("%1 and %2").arg(names.join(QStringLiteral(", ")), last));
}

uint64_t logEnd(RunLog &log, RunSample last, const RunOutcome &outcome)
{
    const bool isNews = outcome.state == RunState::Failed && !isLogged(log, outcome);
    if (isNews) {
        LogRecord record;
        record.level = LogLevel::Error;
        record.step = outcome.step;
        record.kind = outcome.error.kind;
        record.message = outcome.error.message;
        log.append(std::move(record));
        ++last.errors;
    }
    if (runEnd(outcome.state, last.errors) == RunEnd::WithErrors)
        log.warn({}, endText(last, outcome.state));
    else
        log.info({}, endText(last, outcome.state));
    for (const std::string &file : outcome.keptFiles)
        log.info({}, toUtf8(keptText({file})));
    return isNews ? 1 : 0;
}

std::string workersText(int now, int before)
{
    return toUtf8(tr("%1, %2 before.").arg(formatNoun(uint64_t(now), tr("worker")), formatCount(uint64_t(before))));
}

std::string queueText(int now, int before)
{
    return toUtf8(tr("The queue holds %1, %2 before.").arg(bound(now), bound(before)));
}

std::string queueBytesText(uint64_t now)
{
    return toUtf8(now > 0 ? tr("The queue may hold %1 of memory.").arg(formatBytes(now))
                          : tr("The queue may hold its share of the run’s memory."));
}

std::string policyText(ErrorPolicy policy, int retries)
{
    const QString word = toQString(errorPolicyName(policy));
    const QString again = retries == 1 ? tr("1 retry") : tr("%1 retries").arg(retries);
    return toUtf8(retries == 0 ? tr("On an error: %1.").arg(word) : tr("On an error: %1, after %2.").arg(word, again));
}

RunChange workersChange(const std::string &step, int now, int before)
{
    return {0, step, RunChange::Kind::Workers, formatCount(uint64_t(before)), formatCount(uint64_t(now))};
}

RunChange queueChange(const std::string &step, int now, int before)
{
    const auto text = [](int batches) { return batches > 0 ? formatCount(uint64_t(batches)) : tr("any number of"); };
    return {0, step, RunChange::Kind::QueueSize, text(before), text(now)};
}

RunChange queueBytesChange(const std::string &step, uint64_t now, uint64_t before)
{
    const auto text = [](uint64_t bytes) { return bytes > 0 ? formatBytes(bytes) : tr("its share"); };
    return {0, step, RunChange::Kind::QueueBytes, text(before), text(now)};
}

RunChange policyChange(const std::string &step, GivenPolicy now, GivenPolicy before)
{
    const auto text = [&now, &before](const GivenPolicy &given) {
        const QString word = toQString(errorPolicyName(given.policy));
        return now.retries == before.retries ? word
               : given.retries == 1          ? tr("%1 (1 retry)").arg(word)
                                             : tr("%1 (%2 retries)").arg(word).arg(given.retries);
    };
    return {0, step, RunChange::Kind::ErrorPolicy, text(before), text(now)};
}

} // namespace millrace
