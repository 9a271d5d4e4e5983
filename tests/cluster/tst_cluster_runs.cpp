// SPDX-License-Identifier: MIT
// Runs whose workers are other processes, by a real Redis server: the result is that of a local run, whatever is killed.
#include "cluster/ClusterBench.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTest>

#include <csignal>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_cluster_runs {

namespace {

/// Numbers through steps that split, drop and fail items, to three results.
constexpr char Mixed[] = R"({"millrace": 1, "batching": {"size": 100}, "steps": [
    {"id": "in", "type": "generate", "params": {"count": 30000}},
    {"id": "price", "type": "formula", "params": {"expression": "value * 3 + 1", "field": "price"}},
    {"id": "odd", "type": "filter", "params": {"expression": "price % 2 == 1"}},
    {"id": "bad", "type": "fail", "params": {"expression": "value % 1000 == 0", "message": "no"}, "onError": "route"},
    {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}},
    {"id": "even", "type": "write.csv", "params": {"path": "even.csv"}},
    {"id": "failed", "type": "write.csv", "params": {"path": "failed.csv"}}],
    "links": [{"from": "in", "to": "price"}, {"from": "price", "to": "odd"}, {"from": "odd", "to": "bad"},
              {"from": "odd.rejected", "to": "even"}, {"from": "bad", "to": "out"}, {"from": "bad.error", "to": "failed"}]})";

/// Numbers that take two milliseconds a batch, to one result: some six seconds with two workers.
constexpr char Slow[] = R"({"millrace": 1, "batching": {"size": 10}, "steps": [
    {"id": "in", "type": "generate", "params": {"count": 60000}},
    {"id": "slow", "type": "delay", "params": {"milliseconds": 0.2}},
    {"id": "twice", "type": "multiply", "params": {"by": 2}, "runIn": "threads"},
    {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
    "links": [{"from": "in", "to": "slow"}, {"from": "slow", "to": "twice"}, {"from": "twice", "to": "out"}]})";
constexpr int SlowItems = 60'000;

QByteArray doubled(int items)
{
    QByteArray text = "value\n";
    for (int i = 0; i < items; ++i)
        text += QByteArray::number(2 * i) + '\n';
    return text;
}

} // namespace

class TestClusterRuns : public QObject, private ClusterBench
{
    Q_OBJECT

public:
    TestClusterRuns() : ClusterBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        if (!empty())
            QSKIP("There is no redis-server here.");
        write("mixed.millrace", Mixed);
        write("slow.millrace", Slow);
    }

    void theResultIsThatOfALocalRun()
    {
        const auto local = start({L("run"), path("mixed.millrace")});
        QCOMPARE(statusOf(*local), 3);
        const QByteArray out = content("out.csv"), even = content("even.csv"), failed = content("failed.csv");
        for (const char *name : {"out.csv", "even.csv", "failed.csv"})
            QVERIFY(QFile::remove(path(name)));
        startWorker({L("--workers"), L("2")});
        startWorker();
        const auto run = startRun("mixed.millrace");
        const int status = statusOf(*run);
        const QByteArray text = said(*run);
        QVERIFY2(status == 3, text.constData());
        QCOMPARE(content("out.csv"), out);
        QCOMPARE(content("even.csv"), even);
        QCOMPARE(content("failed.csv"), failed);
        QCOMPARE(figure("workers"), 3);
        QVERIFY2(text.contains("3 workers on 1 host"), text.constData());
    }

    void workersThatAreKilledCostNothing()
    {
        startWorker();
        startWorker();
        const auto run = startRun("slow.millrace");
        int kills = 0;
        while (kills < 8 && !run->waitForFinished(500 + QRandomGenerator::global()->bounded(1'000))) {
            killWorker(size_t(kills % 2));
            ++kills;
        }
        QVERIFY2(statusOf(*run) == 0, said(*run).constData());
        QVERIFY2(kills > 2, qPrintable(QString::number(kills)));
        QCOMPARE(content("out.csv"), doubled(SlowItems));
        QVERIFY(figure("lostProcesses") > 0);
        QVERIFY(figure("batchesTriedAgain") > 0);
    }

    void whatAWorkerSaysTooLateIsRefused()
    {
        startWorker();
        startWorker();
        const auto run = startRun("slow.millrace");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(".out.csv.journal")), 20'000); // it is under way
        // More than once: it might just have had no batch.
        for (int times = 0; times < 4 && !run->waitForFinished(50); ++times) {
            QCOMPARE(::kill(pid_t(worker(0).processId()), SIGSTOP), 0);
            run->waitForFinished(1'200); // six heartbeats
            QCOMPARE(::kill(pid_t(worker(0).processId()), SIGCONT), 0);
        }
        QVERIFY2(statusOf(*run) == 0, said(*run).constData());
        QCOMPARE(content("out.csv"), doubled(SlowItems));
        QVERIFY(figure("batchesTriedAgain") > 0);
        QVERIFY(figure("answersRefused") > 0);
        QCOMPARE(figure("answersRepeated"), 0);
    }

    void aServerThatIsKilledIsWaitedFor()
    {
        startWorker();
        startWorker();
        const auto run = startRun("slow.millrace");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(".out.csv.journal")), 20'000); // it is under way
        int kills = 0;
        while (kills < 6 && !run->waitForFinished(600)) {
            server().kill();
            if (++kills % 2 == 0) // a crash of the machine: what was written last isn't there
                if (QFile log(server().logFile()); log.exists())
                    log.resize(qMax<qint64>(0, log.size() - QRandomGenerator::global()->bounded(1, 100'000)));
            QVERIFY(server().start());
        }
        QVERIFY2(statusOf(*run) == 0, said(*run).constData());
        QVERIFY(kills > 1);
        QCOMPARE(content("out.csv"), doubled(SlowItems));
        QVERIFY(figure("reconnections") > 0);
    }

    void aCoordinatorThatIsKilledGoesOnWhereItWas()
    {
        startWorker();
        startWorker();
        constexpr int Kills = 4;
        for (int kills = 0; kills < Kills; ++kills) {
            const auto killed = startRun("slow.millrace", {L("--resume")});
            QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(".out.csv.journal")), 20'000); // it is under way, or was
            killed->waitForFinished(QRandomGenerator::global()->bounded(100, 1'500));
            killed->kill();
            QVERIFY2(statusOf(*killed) <= 0, said(*killed).constData());
        }
        const auto run = startRun("slow.millrace", {L("--resume")});
        QVERIFY2(statusOf(*run) == 0, said(*run).constData());
        QCOMPARE(content("out.csv"), doubled(SlowItems));
        QVERIFY(json("r.json").value(L("resumedFrom")).toInt() > 0);
    }

    void aSecondCoordinatorIsRefused()
    {
        startWorker();
        const auto first = startRun("slow.millrace");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(".out.csv.journal")), 10'000);
        const auto second = startRun("slow.millrace");
        QCOMPARE(statusOf(*second), 2);
        const QByteArray text = said(*second);
        QVERIFY2(text.contains("Another run with the name \"test\" is under way"), text.constData());
        first->terminate();
        QCOMPARE(statusOf(*first), 130);
    }

    void whenTheServerStaysAwayTheRunFailsAndCanGoOnWithAnother()
    {
        startWorker();
        auto run = startRun("slow.millrace", {L("--patience"), L("1")});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(".out.csv.journal")), 10'000);
        server().kill();
        QCOMPARE(statusOf(*run), 1);
        const QByteArray text = said(*run);
        QVERIFY2(text.contains("The run can go on with --resume"), text.constData());
        server().clear();
        QVERIFY(server().start());
        run = startRun("slow.millrace", {L("--resume")});
        QVERIFY2(statusOf(*run) == 0, said(*run).constData());
        QCOMPARE(content("out.csv"), doubled(SlowItems));
        QVERIFY(json("r.json").value(L("resumedFrom")).toInt() > 0);
    }
};

} // namespace tst_cluster_runs

using tst_cluster_runs::TestClusterRuns;
QTEST_GUILESS_MAIN(TestClusterRuns)
#include "tst_cluster_runs.moc"
