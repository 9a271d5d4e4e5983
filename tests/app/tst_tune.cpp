// SPDX-License-Identifier: MIT
// `millrace run --tune`: a run that is made faster while it goes on.
#include "app/CommandLineBench.h"

#include <QRegularExpression>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_tune {

class TestTune : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestTune() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }
    void aSlowStepGetsWorkersAndTheRunSaysHowToKeepThem();
    void theBudgetIsKept();
    void wrongCallsAreNamed_data();
    void wrongCallsAreNamed();

private:
    /// 10 ms a batch of ten: 100 batches a second with one worker.
    void writeSlow(const char *count)
    {
        write("p.millrace", QByteArray(R"({"millrace": 1, "batching": {"size": 10}, "steps": [
            {"id": "in", "type": "generate", "params": {"count": )")
                                + count + R"(}},
            {"id": "slow", "type": "delay", "params": {"milliseconds": 1}},
            {"id": "out", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
            "links": [{"from": "in", "to": "slow"}, {"from": "slow", "to": "out"}]})");
    }
};

void TestTune::aSlowStepGetsWorkersAndTheRunSaysHowToKeepThem()
{
    writeSlow("30000"); // half a minute, if nothing were changed
    const Ended ended =
        run("p.millrace", {L("--tune"), L("throughput"), L("--budget"), L("threads=8"), L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl").count('\n'), 30'000);
    const QJsonObject report = json("r.json"), tuning = report[L("tuning")].toObject();
    QCOMPARE(tuning[L("goal")].toString(), L("throughput"));
    const QString setting = tuning[L("settings")].toArray().first().toString();
    const QRegularExpressionMatch workers = QRegularExpression(L("^slow\\.workers=(\\d+)$")).match(setting);
    QVERIFY2(workers.hasMatch(), qPrintable(setting));
    QVERIFY(workers.captured(1).toInt() > 2 && workers.captured(1).toInt() <= 8);
    QVERIFY(report[L("seconds")].toDouble() < 20);
    QVERIFY(ended.errors.contains("Tuning: \"slow\" gets "));
    QVERIFY2(ended.errors.contains("Tuning: It came to "), ended.errors.constData());
    QVERIFY2(ended.errors.contains("p.millrace --set " + setting.toUtf8()), ended.errors.constData());
}

void TestTune::theBudgetIsKept()
{
    writeSlow("3000");
    const Ended ended =
        run("p.millrace", {L("--tune"), L("throughput"), L("--budget"), L("threads=1"), L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY2(ended.errors.contains("Tuned: nothing was found that would help."), ended.errors.constData());
    QVERIFY(json("r.json")[L("tuning")][L("moves")].toArray().isEmpty());
}

void TestTune::wrongCallsAreNamed_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("no such goal") << QStringList{L("--tune"), L("speed")}
                                  << QByteArray("--tune speed: it has to be throughput or latency");
    QTest::newRow("budget alone") << QStringList{L("--budget"), L("threads=4")} << QByteArray("it is for --tune");
    QTest::newRow("no number") << QStringList{L("--tune"), L("latency"), L("--budget"), L("threads=x")}
                               << QByteArray("threads has to be a number from 1");
    QTest::newRow("no size") << QStringList{L("--tune"), L("latency"), L("--budget"), L("memory=0")}
                             << QByteArray("memory has to be a size");
    QTest::newRow("something else") << QStringList{L("--tune"), L("latency"), L("--budget"), L("cpus=2")}
                                    << QByteArray("threads=N, memory=SIZE, free=CORES");
    QTest::newRow("no cores") << QStringList{L("--tune"), L("latency"), L("--budget"), L("free=-1")}
                              << QByteArray("free has to be a number of cores");
    QTest::newRow("elsewhere") << QStringList{L("--tune"), L("latency"), L("--on"), L("redis://localhost/x")}
                               << QByteArray("start more workers there");
}

void TestTune::wrongCallsAreNamed()
{
    QFETCH(QStringList, options);
    QFETCH(QByteArray, message);
    writeSlow("10");
    const Ended ended = run("p.millrace", options);
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(message), ended.errors.constData());
}

} // namespace tst_tune

QTEST_GUILESS_MAIN(tst_tune::TestTune)
#include "tst_tune.moc"
