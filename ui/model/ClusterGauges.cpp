// SPDX-License-Identifier: MIT
#include "model/ClusterGauges.h"

#include "data/json/ObjectMembers.h"
#include "model/Format.h"
#include "theme/Text.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace millrace {

namespace {

QString words(const char *english)
{
    return QCoreApplication::translate("ClusterGauges", english);
}

struct WorkersElsewhere
{
    int64_t workers = 0;
    std::set<std::string> hosts;
    QStringList processes; ///< a line each
};

WorkersElsewhere workersOf(const Value &cluster)
{
    WorkersElsewhere found;
    const Value *processes = memberOf(cluster, "processes");
    for (const Value &process : processes && processes->isList() ? processes->toList() : List()) {
        const std::string refused = textOf(process, "refused");
        const QString name = toQString(textOf(process, "process"));
        if (!refused.empty()) {
            found.processes << words("%1 doesn't take part: %2").arg(name, toQString(refused));
            continue;
        }
        const int64_t workers = wholeOf(process, "workers");
        found.workers += workers;
        found.hosts.insert(textOf(process, "host"));
        found.processes << words("%1: %2").arg(name, formatNoun(uint64_t(workers), words("worker")));
    }
    return found;
}

bool isConnected(const Value &cluster)
{
    const Value *connected = memberOf(cluster, "isConnected");
    return connected && *connected == Value(true);
}

} // namespace

QString elsewhereText(const Value &cluster)
{
    if (!isConnected(cluster))
        return words("waits for the server");
    const WorkersElsewhere found = workersOf(cluster);
    QString text = found.workers == 0 ? words("no worker yet")
                                      : words("%1 on %2")
                                            .arg(formatNoun(uint64_t(found.workers), words("worker")),
                                                 formatNoun(found.hosts.size(), words("host")));
    // First, for a narrow card cuts the end.
    if (const int64_t lost = wholeOf(cluster, "lostProcesses"); lost > 0)
        text = words("%1 lost, %2").arg(QString::number(lost), text);
    return text;
}

QString elsewhereDetails(const Value &cluster)
{
    QStringList lines{words("On the cluster %1, as the run “%2”")
                          .arg(toQString(textOf(cluster, "server")), toQString(textOf(cluster, "run")))};
    lines << workersOf(cluster).processes;
    for (const auto &[name, text] :
         {std::pair("lostProcesses", QT_TRANSLATE_NOOP("ClusterGauges", "Processes lost: %1")),
          std::pair("batchesTriedAgain", QT_TRANSLATE_NOOP("ClusterGauges", "Batches tried again: %1")),
          std::pair("batchesSentAgain", QT_TRANSLATE_NOOP("ClusterGauges", "Batches sent again: %1"))})
        if (const int64_t count = wholeOf(cluster, name); count > 0)
            lines << words(text).arg(count);
    return lines.join(QLatin1Char('\n'));
}

void addElsewhere(std::map<std::string, StepGauge> &gauges, const Value &cluster)
{
    const Value *queues = cluster.isObject() ? memberOf(cluster, "queues") : nullptr;
    if (!queues || !queues->isObject())
        return;
    const int workers = int(std::min<int64_t>(workersOf(cluster).workers, INT32_MAX));
    for (const auto &[step, length] : queues->toObject()) {
        const auto found = gauges.find(step);
        if (found == gauges.end())
            continue;
        StepGauge &gauge = found->second;
        gauge.workers = std::max(workers, 1);
        gauge.busyWorkers = std::min(gauge.busyWorkers, workers);
        gauge.elsewhere = elsewhereText(cluster);
        gauge.hasLostWorkers = !isConnected(cluster) || wholeOf(cluster, "lostProcesses") > 0;
        gauge.elsewhereDetails = elsewhereDetails(cluster);
    }
}

} // namespace millrace
