// SPDX-License-Identifier: MIT
// However a run ends: exit status, report and words say the same. And what its children compute is counted.
#include "app/CommandLineBench.h"

#include <QFile>
#include <QTest>

#include <csignal>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_honest_ends {

class TestHonestEnds : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestHonestEnds() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }

    void statusReportAndWordsAgree_data()
    {
        QTest::addColumn<QByteArray>("fails");
        QTest::addColumn<int>("exitStatus");
        QTest::addColumn<QString>("status");
        QTest::addColumn<int>("errors");
        QTest::addColumn<QByteArray>("words");
        const auto failing = [](const char *expression, const char *policy) {
            return QByteArray(R"({"id": "fails", "type": "fail", "onError": "POLICY", "params": {"message": "no",
                "expression": "EXPRESSION"}})")
                .replace("POLICY", policy)
                .replace("EXPRESSION", expression);
        };
        QTest::newRow("well") << failing("false", "skip") << 0 << L("finished") << 0
                              << QByteArray(": 100 items read, 100 written, 0 errors.");
        QTest::newRow("some failed") << failing("value % 10 == 3", "skip") << 3 << L("finished") << 10
                                     << QByteArray(" with 10 failed items: 100 items read, 90 written.");
        QTest::newRow("one failed") << failing("value == 3", "skip") << 3 << L("finished") << 1
                                    << QByteArray(" with 1 failed item: 100 items read, 99 written.");
        QTest::newRow("all failed") << failing("true", "skip") << 3 << L("finished") << 100
                                    << QByteArray(", but all items failed: 100 items read, 0 written.");
        QTest::newRow("failed") << failing("value == 3", "stop") << 1 << L("failed") << 1
                                << QByteArray("Failed after ");
    }

    void statusReportAndWordsAgree()
    {
        QFETCH(QByteArray, fails);
        QFETCH(int, exitStatus);
        QFETCH(QString, status);
        QFETCH(int, errors);
        QFETCH(QByteArray, words);
        write("p.millrace", pipelineOf(fails));
        const Ended ended = run("p.millrace", {L("--report"), path("r.json"), L("--progress=never")});
        QCOMPARE(ended.status, exitStatus);
        const QJsonObject report = json("r.json");
        QCOMPARE(report[L("exitStatus")].toInt(-1), exitStatus);
        QCOMPARE(report[L("status")].toString(), status);
        QCOMPARE(report[L("items")][L("errors")].toInt(-1), errors);
        QVERIFY2(ended.errors.contains(words), ended.errors.constData());
    }

    void aStoppedRunSaysSoInItsReport()
    {
        write("p.millrace", pipelineOf(R"({"id": "wait", "type": "delay", "params": {"milliseconds": 1}})", "1000000"));
        const auto process =
            start({L("run"), path("p.millrace"), L("--progress=always"), L("--report"), path("r.json")});
        QVERIFY(QTest::qWaitFor([&] { return process->readAllStandardError().contains(" items"); }, 30'000));
        QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
        QCOMPARE(end(*process).status, 130);
        QCOMPARE(json("r.json")[L("exitStatus")].toInt(-1), 130);
        QCOMPARE(json("r.json")[L("status")].toString(), L("stopped"));
    }

    void lostMetricsAreInTheReportsStatusToo()
    {
        if (!QFile::exists(L("/dev/full")))
            QSKIP("There is no /dev/full here.");
        write("p.millrace", pipelineOf({}));
        const Ended ended = run("p.millrace", {L("--report"), path("r.json"), L("--metrics"), L("/dev/full")});
        QCOMPARE(ended.status, 1);
        QCOMPARE(json("r.json")[L("exitStatus")].toInt(-1), 1);
    }

    void whatChildrenComputeIsInReportAndMetrics_data()
    {
        QTest::addColumn<QByteArray>("step");
        QTest::newRow("program") << QByteArray(R"({"id": "child", "type": "program", "params": {"protocol": "lines",
            "command": ["sh", "-c", "while read -r x; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $x; done"]}})");
        QTest::newRow("processes") << QByteArray(
            R"({"id": "child", "type": "work", "runIn": "processes", "params": {"microseconds": 5000}})");
    }

    void whatChildrenComputeIsInReportAndMetrics()
    {
        QFETCH(QByteArray, step);
        write("p.millrace", pipelineOf(step));
        const Ended ended = run("p.millrace", {L("--trust"), L("--progress=never"), L("--report"), path("r.json"),
                                               L("--metrics"), path("m.jsonl")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        const QJsonArray steps = json("r.json")[L("steps")].toArray();
        QCOMPARE(steps[0][L("childCpuSeconds")].toDouble(-1), 0.0);
        const double computed = steps[1][L("childCpuSeconds")].toDouble(-1), own = steps[1][L("cpuSeconds")].toDouble();
        QVERIFY2(computed > 0.2, ended.errors.constData());
        QVERIFY2(own < computed / 2, ended.errors.constData());
        const QByteArray metrics = content("m.jsonl");
        QCOMPARE(metrics.count("\"childCpuSeconds\":"), 3 * metrics.count('\n'));
    }
};

} // namespace tst_honest_ends

QTEST_GUILESS_MAIN(tst_honest_ends::TestHonestEnds)
#include "tst_honest_ends.moc"
