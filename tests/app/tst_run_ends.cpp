// SPDX-License-Identifier: MIT
// How a run ends that is interrupted, or killed.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_run_ends {

namespace {

/// The state and the parent of a process, as the system shows them: "S", 17. Nothing where there is none.
QList<QByteArray> statusOf(qint64 id)
{
    QFile file(L("/proc/%1/stat").arg(id));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray text = file.readAll();
    return text.mid(text.lastIndexOf(')') + 2).split(' ').mid(0, 2);
}

/// Not if it has ended and only waits to be asked how.
bool isAlive(qint64 id)
{
    const QList<QByteArray> status = statusOf(id);
    return !status.isEmpty() && status[0] != "Z" && status[0] != "X";
}

QList<qint64> childrenOf(qint64 id)
{
    QList<qint64> children;
    for (const QString &name : QDir(L("/proc")).entryList(QDir::Dirs)) {
        const QList<QByteArray> status = statusOf(name.toLongLong());
        if (status.size() == 2 && status[1].toLongLong() == id)
            children << name.toLongLong();
    }
    return children;
}

} // namespace

class TestRunEnds : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestRunEnds() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }
    void ctrlCStopsAndTheStatusSaysSo();
    void aSourceThatWaitsForAPipeEndsWithTheFirstCtrlC_data();
    void aSourceThatWaitsForAPipeEndsWithTheFirstCtrlC();
    void ctrlCTwiceEndsAtOnce();
    void ctrlCTwiceEndsADeafProgramAndAllItStarted();
    void aStepThatWaitsLongDoesNotOutliveTheSecondCtrlC();
    void nothingOutlivesAProgramThatWasKilled();
};

void TestRunEnds::ctrlCStopsAndTheStatusSaysSo()
{
    write("out.jsonl", "old");
    write("p.millrace", pipelineOf(R"({"id": "wait", "type": "delay", "params": {"milliseconds": 1}})", "1000000"));
    for (const int signal : {SIGINT, SIGTERM}) {
        const auto process =
            start({L("run"), path("p.millrace"), L("--progress=always"), L("--report"), path("r.json")});
        QVERIFY(QTest::qWaitFor([&] { return process->readAllStandardError().contains(" items"); }, 30'000));
        QCOMPARE(::kill(pid_t(process->processId()), signal), 0);
        const Ended ended = end(*process);
        QVERIFY2(ended.status == 130, ended.errors.constData());
        QCOMPARE(json("r.json")[L("status")].toString(), L("stopped"));
        QCOMPARE(content("out.jsonl"), QByteArray("old"));
    }
}

void TestRunEnds::aSourceThatWaitsForAPipeEndsWithTheFirstCtrlC_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("text");
    for (const char *type : {"read.lines", "read.csv", "read.jsonl"})
        QTest::addRow("%s: nobody writes", type) << QByteArray(type) << QByteArray();
    QTest::addRow("read.lines: some was written") << QByteArray("read.lines") << QByteArray("one\ntwo\nthr");
    QTest::addRow("read.csv: some was written") << QByteArray("read.csv") << QByteArray("a,b\n1,2\n3,");
}

void TestRunEnds::aSourceThatWaitsForAPipeEndsWithTheFirstCtrlC()
{
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, text);
    const QByteArray pipe = path("pipe").toUtf8();
    QCOMPARE(::mkfifo(pipe.constData(), 0600), 0);
    write("p.millrace", R"({"millrace": 1, "steps": [{"id": "r", "type": ")" + type
                            + R"(", "params": {"path": "pipe"}}, {"id": "w", "type": "write.jsonl", "params": {"path":
        "out.jsonl"}}], "links": [{"from": "r", "to": "w"}]})");
    const auto process = start({L("run"), path("p.millrace"), L("--progress=always")});
    int writer = -1;
    if (!text.isEmpty()) {
        writer = ::open(pipe.constData(), O_WRONLY | O_CLOEXEC); // waits for the reader
        QCOMPARE(::write(writer, text.constData(), size_t(text.size())), ssize_t(text.size()));
    }
    QByteArray said;
    QVERIFY(QTest::qWaitFor([&] { return (said += process->readAllStandardError()).contains("items"); }, 30'000));
    QTest::qWait(200); // until what was written was read
    QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
    const Ended ended = end(*process);
    if (writer >= 0)
        ::close(writer);
    QVERIFY2(ended.status == 130, ended.errors.constData());
    if (type == "read.lines" && !text.isEmpty())
        QCOMPARE(content("out.jsonl.partial"), QByteArray("{\"text\":\"one\"}\n{\"text\":\"two\"}\n"));
}

void TestRunEnds::ctrlCTwiceEndsAtOnce()
{
    write(
        "p.millrace",
        pipelineOf(R"({"id": "wait", "type": "delay", "queueSize": 1000, "params": {"milliseconds": 20}})", "1000000"));
    const auto process = start({L("run"), path("p.millrace"), L("--progress=always")});
    QVERIFY(QTest::qWaitFor([&] { return process->readAllStandardError().contains(" items"); }, 30'000));
    QElapsedTimer timer;
    timer.start();
    for (const char *answer : {"Stopping:", "Ending:"}) {
        QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
        QByteArray said;
        QVERIFY(QTest::qWaitFor([&] { return (said += process->readAllStandardError()).contains(answer); }, 30'000));
    }
    QCOMPARE(end(*process).status, 130);
    QVERIFY2(timer.elapsed() < 20'000, "a thousand batches of 0.2 s were waited for");
}

void TestRunEnds::ctrlCTwiceEndsADeafProgramAndAllItStarted()
{
    write("p.millrace",
          pipelineOf(R"({"id": "deaf", "type": "program", "params": {"protocol": "lines", "timeLimit": 0, "command":
        "sh -c 'trap \"\" TERM INT HUP; sleep 1000 & echo $! > started; while :; do sleep 1000; done'"}})"));
    const auto process = start({L("run"), path("p.millrace"), L("--trust")});
    QTRY_VERIFY(content("started").endsWith('\n'));
    const pid_t child = content("started").trimmed().toInt();
    QVERIFY(child > 0 && ::kill(child, 0) == 0);
    QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
    QByteArray said;
    QVERIFY(QTest::qWaitFor([&] { return (said += process->readAllStandardError()).contains("Stopping:"); }, 30'000));
    QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
    const Ended ended = end(*process);
    QVERIFY2(ended.status == 130, ended.errors.constData());
    QTRY_VERIFY(::kill(child, 0) != 0);
}

void TestRunEnds::aStepThatWaitsLongDoesNotOutliveTheSecondCtrlC()
{
    for (const char *step : {R"({"id": "slow", "type": "delay", "params": {"milliseconds": 3600000}})",
                             R"({"id": "slow", "type": "work", "params": {"microseconds": 60000000}})"}) {
        write("p.millrace", pipelineOf(step, "1000"));
        const auto process = start({L("run"), path("p.millrace"), L("--metrics"), L("-")});
        // until the queue is full, and a batch with the step
        QVERIFY(QTest::qWaitFor([&] { return process->readAllStandardOutput().contains("\"depth\":10"); }, 30'000));
        for (const char *answer : {"Stopping:", "Ending:"}) {
            QCOMPARE(::kill(pid_t(process->processId()), SIGINT), 0);
            QByteArray said;
            QVERIFY(
                QTest::qWaitFor([&] { return (said += process->readAllStandardError()).contains(answer); }, 30'000));
        }
        const Ended ended = end(*process);
        QVERIFY2(ended.status == 130, ended.errors.constData());
        QVERIFY(!QFile::exists(path("out.jsonl")));
    }
}

void TestRunEnds::nothingOutlivesAProgramThatWasKilled()
{
    // One that reads no input, ignores what can be ignored, and has started others, one in a session of its own; and a worker process that computes for an hour.
    write("p.millrace",
          pipelineOf(R"({"id": "deaf", "type": "program", "params": {"protocol": "lines", "timeLimit": 0, "command":
        "sh -c 'trap \"\" TERM INT HUP; sleep 1000 & a=$!; setsid sleep 1000 & echo $a $! $$ > started; while :; do sleep 1000; done'"}})"));
    write(
        "q.millrace",
        pipelineOf(R"({"id": "busy", "type": "work", "runIn": "processes", "params": {"microseconds": 6e7}})", "1000"));
    const auto program = start({L("run"), path("p.millrace"), L("--trust")});
    const auto worker = start({L("run"), path("q.millrace")});
    QTRY_VERIFY_WITH_TIMEOUT(content("started").endsWith('\n'), 30'000);
    QTRY_VERIFY_WITH_TIMEOUT(childrenOf(worker->processId()).size() == 1, 30'000);
    QList<qint64> started = childrenOf(worker->processId());
    for (const QByteArray &number : content("started").simplified().split(' '))
        started << number.toLongLong();
    QCOMPARE(started.size(), 4);
    for (const qint64 id : started)
        QVERIFY2(isAlive(id), QByteArray::number(id).constData());
    for (const auto &process : {program.get(), worker.get()}) {
        process->kill();
        QVERIFY(process->waitForFinished(30'000));
    }
    for (const qint64 id : started)
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(id), 30'000);
}

} // namespace tst_run_ends

QTEST_GUILESS_MAIN(tst_run_ends::TestRunEnds)
#include "tst_run_ends.moc"
