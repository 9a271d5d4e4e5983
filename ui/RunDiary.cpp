// SPDX-License-Identifier: MIT
#include "RunDiary.h"

#include "model/Format.h"
#include "model/Text.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

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
    const QString how = state == RunState::Failed    ? tr("Failed after %1: %2 read, %3 written, %4.")
                        : state == RunState::Stopped ? tr("Stopped after %1: %2 read, %3 written, %4.")
                                                     : tr("Finished after %1: %2 read, %3 written, %4.");
    const QString errors = last.errors == 0 ? tr("no errors") : formatNoun(last.errors, tr("error"));
    return toUtf8(how.arg(formatElapsed(last.seconds), items(last.itemsRead), formatCount(last.itemsWritten), errors));
}

std::string workersText(int now, int before)
{
    return toUtf8(tr("%1, %2 before.").arg(formatNoun(uint64_t(now), tr("worker")), formatCount(uint64_t(before))));
}

std::string queueText(int now, int before)
{
    return toUtf8(tr("The queue holds %1, %2 before.").arg(bound(now), bound(before)));
}

std::string policyText(ErrorPolicy policy, int retries)
{
    const QString word = toQString(errorPolicyName(policy));
    const QString again = retries == 1 ? tr("1 retry") : tr("%1 retries").arg(retries);
    return toUtf8(retries == 0 ? tr("On an error: %1.").arg(word) : tr("On an error: %1, after %2.").arg(word, again));
}

} // namespace millrace
