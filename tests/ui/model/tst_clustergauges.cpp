// SPDX-License-Identifier: MIT
// What cards say of workers on other machines.
#include "model/ClusterGauges.h"

#include <QTest>

using namespace millrace;

namespace tst_clustergauges {

namespace {

Value process(const char *name, const char *host, int64_t workers, const char *refused = "")
{
    return Members{
        {"process", Value(name)}, {"host", Value(host)}, {"workers", Value(workers)}, {"refused", Value(refused)}};
}

Value clusterOf(List processes, int64_t lost = 0, bool isConnected = true)
{
    return Members{{"server", Value("queue:6379")},
                   {"run", Value("night")},
                   {"isConnected", Value(isConnected)},
                   {"processes", Value(std::move(processes))},
                   {"queues", Members{{"slow", Value(int64_t(3))}}},
                   {"lostProcesses", Value(lost)}};
}

} // namespace

class TestClusterGauges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void workersAndHostsAreCounted()
    {
        QCOMPARE(elsewhereText(clusterOf({})), QStringLiteral("no worker yet"));
        QCOMPARE(elsewhereText(clusterOf({process("a:1", "a", 1)})), QStringLiteral("1 worker on 1 host"));
        QCOMPARE(elsewhereText(clusterOf({process("a:1", "a", 2), process("a:2", "a", 2), process("b:1", "b", 4)}, 1)),
                 QStringLiteral("1 lost, 8 workers on 2 hosts"));
        QCOMPARE(elsewhereText(clusterOf({process("a:1", "a", 1)}, 0, false)), QStringLiteral("waits for the server"));
    }

    void whoDoesNotTakePartSaysWhyAndIsNotCounted()
    {
        const Value cluster = clusterOf({process("a:1", "a", 2), process("b:1", "b", 9, "It is of another build.")});
        QCOMPARE(elsewhereText(cluster), QStringLiteral("2 workers on 1 host"));
        QVERIFY(elsewhereDetails(cluster).contains(QStringLiteral("b:1 doesn't take part: It is of another build.")));
    }

    void onlyStepsWithWorkersElsewhereAreChanged()
    {
        std::map<std::string, StepGauge> gauges;
        gauges["slow"].workers = 18; // batches under way
        gauges["slow"].busyWorkers = 18;
        gauges["here"].workers = 2;
        const auto before = gauges;
        addElsewhere(gauges, {});
        QVERIFY(gauges == before);
        addElsewhere(gauges, clusterOf({process("a:1", "a", 8)}, 2));
        QCOMPARE(gauges["slow"].workers, 8);
        QCOMPARE(gauges["slow"].busyWorkers, 8);
        QVERIFY(gauges["slow"].hasLostWorkers);
        QCOMPARE(gauges["slow"].elsewhere, QStringLiteral("2 lost, 8 workers on 1 host"));
        QVERIFY(gauges["here"] == before.at("here"));
    }
};

} // namespace tst_clustergauges

using tst_clustergauges::TestClusterGauges;
QTEST_GUILESS_MAIN(TestClusterGauges)
#include "tst_clustergauges.moc"
