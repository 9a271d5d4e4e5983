// SPDX-License-Identifier: MIT
// What goes wrong on a cluster is a sentence that says what to do, and nothing is lost.
#include "cluster/ClusterBench.h"
#include "cluster/ClusterKeys.h"
#include "cluster/RedisConnection.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace millrace;
using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_cluster_refusals {

namespace {

QByteArray pipeline(const QByteArray &step, const QByteArray &count = "3000", const QByteArray &size = "10")
{
    return R"({"millrace": 1, "batching": {"size": )" + size + R"(}, "steps": [
    {"id": "in", "type": "generate", "params": {"count": )"
           + count + "}}, " + step + R"(, {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
    "links": [{"from": "in", "to": "s"}, {"from": "s", "to": "out"}]})";
}

QByteArray numbers(int count, int without = -1)
{
    QByteArray text = "value\n";
    for (int i = 0; i < count; ++i)
        if (i != without)
            text += QByteArray::number(i) + '\n';
    return text;
}

constexpr char Slow[] = R"({"id": "s", "type": "delay", "params": {"milliseconds": 1}})";

} // namespace

class TestClusterRefusals : public QObject, private ClusterBench
{
    Q_OBJECT

public:
    TestClusterRefusals() : ClusterBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        if (!empty())
            QSKIP("There is no redis-server here.");
    }

    void withoutAServerNothingIsRun()
    {
        write("p.millrace", pipeline(Slow));
        server().kill();
        const auto run = startRun("p.millrace");
        QCOMPARE(statusOf(*run), 2);
        const QByteArray text = said(*run);
        QVERIFY2(text.contains("No Redis server answers at 127.0.0.1:"), text.constData());
        QVERIFY(!QFile::exists(path("out.csv")));
    }

    void anAddressThatIsNoneIsExplained()
    {
        write("p.millrace", pipeline(Slow));
        const auto run = start({L("run"), path("p.millrace"), L("--on"), L("moon")});
        QCOMPARE(statusOf(*run), 2);
        const QByteArray text = said(*run);
        QVERIFY2(text.contains("There is no cluster \"moon\""), text.constData());
    }

    void aWorkerOfAnotherBuildDoesNotTakePart()
    {
        write("p.millrace", pipeline(Slow));
        const QString other = path("millrace");
        QVERIFY(QFile::copy(L(MILLRACE_PROGRAM), other));
        QFile file(other);
        QVERIFY(file.open(QIODevice::Append) && file.write("x") == 1);
        file.close();
        QProcess &worker = startWorker({}, other);
        const auto run = startRun("p.millrace");
        QCOMPARE(statusOf(worker), 2);
        const QByteArray text = said(worker);
        QVERIFY2(text.contains("Its build of Millrace isn't that of the run"), text.constData());
        startWorker();
        QCOMPARE(statusOf(*run), 0);
        const QByteArray told = said(*run);
        QVERIFY2(told.contains("doesn't take part: Its build"), told.constData());
        QCOMPARE(content("out.csv"), numbers(3000));
    }

    void aFileThatIsMissingOnTheWorkerIsNamed()
    {
        write("t.csv", "value,name\n1,one\n2,two\n");
        write("p.millrace",
              pipeline(R"({"id": "s", "type": "lookup", "params": {"file": "t.csv", "on": {"value": "value"}}})", "5",
                       "2"));
        const QString elsewhere = path("elsewhere");
        QVERIFY(QDir().mkpath(elsewhere));
        QProcess &worker = startWorker({L("--folder"), elsewhere});
        const auto run = startRun("p.millrace");
        QCOMPARE(statusOf(worker), 2);
        const QByteArray text = said(worker);
        QVERIFY2(text.contains("needs a file that isn't on") && text.contains("t.csv"), text.constData());
        QVERIFY(QFile::copy(path("t.csv"), elsewhere + L("/t.csv")));
        startWorker({L("--folder"), elsewhere});
        QVERIFY2(statusOf(*run) == 0, said(*run).constData());
        QVERIFY2(content("out.csv").contains("\n2,two\n"), content("out.csv").constData());
    }

    void codeThatNobodyAgreedToIsNotRun()
    {
        write(
            "p.millrace",
            pipeline(R"({"id": "s", "type": "javascript", "params": {"code": "function transform(i) { return i }"}})"));
        QProcess &worker = startWorker();
        const auto run = startRun("p.millrace", {L("--trust")});
        // The run has agreed for its user; the worker is another one's.
        const int status = statusOf(worker);
        const QByteArray text = said(worker);
        QVERIFY2(status == 2 && text.contains("to which nobody has agreed here"), text.constData());
        const qsizetype at = text.indexOf("--trust ");
        const QString digest = QString::fromUtf8(text.mid(at + 8, 64));
        startWorker({L("--trust"), digest});
        QVERIFY2(statusOf(*run) == 0, said(*run).constData());
        QCOMPARE(content("out.csv"), numbers(3000));
    }

    void anItemThatKillsWorkersIsTheOnlyOneLost()
    {
        write(
            "p.millrace",
            pipeline(R"({"id": "s", "type": "program", "onError": "skip", "params": {"protocol": "lines", "command": )"
                     R"("sh killer.sh"}})",
                     "40", "10"));
        write("killer.sh",
              "while read -r line; do case $line in *17*) kill -9 $(cat worker.pid);; esac; echo \"$line\"; done\n");
        const auto begin = [&](size_t number) { write("worker.pid", QByteArray::number(worker(number).processId())); };
        startWorker({L("--trust")});
        begin(0);
        const auto run = startRun("p.millrace", {L("--trust")});
        int deaths = 0;
        while (!run->waitForFinished(50)) {
            if (!worker(0).waitForFinished(10))
                continue;
            ++deaths;
            killWorker(0);
            begin(0);
        }
        const int status = statusOf(*run);
        const QByteArray text = said(*run);
        QVERIFY2(status == 3, text.constData());
        QVERIFY2(deaths >= 6, qPrintable(QString::number(deaths))); // three by the batch, three by the item
        QVERIFY2(text.contains("3 workers in a row were lost"), text.constData());
        QCOMPARE(content("out.csv").count('\n'), 40);
        QVERIFY(!content("out.csv").contains("17"));
        auto redis = RedisConnection::connect(server().address(), 5);
        QVERIFY(redis);
        QCOMPARE(redis->call({"XLEN", ClusterKeys("test").dead})->value().number(), 1);
    }

    void whatSomebodyDeletesIsSentAgain()
    {
        write("p.millrace", pipeline(Slow));
        startWorker();
        const auto run = startRun("p.millrace");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(".out.csv.journal")), 20'000);
        auto redis = RedisConnection::connect(server().address(), 5);
        QVERIFY(redis && redis->call({"FLUSHALL"}));
        const int status = statusOf(*run);
        const QByteArray text = said(*run);
        QVERIFY2(status == 0, text.constData());
        QVERIFY2(text.contains("sent again"), text.constData());
        QCOMPARE(content("out.csv"), numbers(3000));
    }

    void aFullServerIsWaitedFor()
    {
        write("p.millrace", pipeline(Slow, "20000"));
        startWorker();
        const auto run = startRun("p.millrace");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path(".out.csv.journal")), 20'000);
        auto redis = RedisConnection::connect(server().address(), 5);
        QVERIFY(redis && redis->call({"CONFIG", "SET", "maxmemory", "1"}));
        QTest::qWait(1'000);
        QCOMPARE(run->state(), QProcess::Running);
        QVERIFY(redis->call({"CONFIG", "SET", "maxmemory", "0"}));
        const int status = statusOf(*run);
        const QByteArray text = said(*run);
        QVERIFY2(status == 0, text.constData());
        QVERIFY2(text.contains("is full"), text.constData());
        QCOMPARE(content("out.csv"), numbers(20'000));
    }
};

} // namespace tst_cluster_refusals

using tst_cluster_refusals::TestClusterRefusals;
QTEST_GUILESS_MAIN(TestClusterRefusals)
#include "tst_cluster_refusals.moc"
