// SPDX-License-Identifier: MIT
// Who looks on at a run from elsewhere sees its figures, and the server holds no more than it may.
#include "cluster/ClusterBench.h"
#include "cluster/ClusterKeys.h"
#include "cluster/RedisConnection.h"
#include "sharing/Scrape.h"

#include <QFile>
#include <QTest>

#include <utility>

using namespace millrace;
using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_cluster_watch {

namespace {

constexpr int Patience = 30'000;       // milliseconds
constexpr qint64 MostBytes = 64 << 20; // of the server, with its queues full

/// All stands still once the first item has come that takes forever: the queues are as full as they get.
constexpr char Stuck[] = "{'millrace': 1, 'batching': {'size': 1000}, 'steps': ["
                         "{'id': 'in', 'type': 'generate', 'params': {'count': 10000000}},"
                         "{'id': 'slow', 'type': 'delay', 'params': {'milliseconds': 'value < 5000 ? 0 : 1000000'}},"
                         "{'id': 'out', 'type': 'write.csv', 'params': {'path': 'out.csv'}}],"
                         "'links': [{'from': 'in', 'to': 'slow'}, {'from': 'slow', 'to': 'out'}]}";

/// Of the line that begins so; -1 where there is none.
qint64 valueOf(const QByteArray &answer, const QByteArray &begin)
{
    for (const QByteArray &line : answer.split('\n'))
        if (line.startsWith(begin))
            return line.mid(line.lastIndexOf(' ') + 1).toLongLong();
    return -1;
}

} // namespace

class TestClusterWatch : public QObject, private ClusterBench
{
    Q_OBJECT

public:
    TestClusterWatch() : ClusterBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        if (!empty())
            QSKIP("There is no redis-server here.");
        write("stuck.millrace", QByteArray(Stuck).replace('\'', '"'));
    }

    void whatIsSeenFromElsewhereIsWhatIsThere()
    {
        startWorker({L("--workers"), L("2")});
        const auto run = startRun("stuck.millrace", {L("--metrics-listen"), L("unix:here")});
        auto redis = RedisConnection::connect(server().address(), 5);
        QVERIFY(redis);
        const ClusterKeys keys("test");
        const auto isTold = [&] {
            const auto told = redis->call({"EXISTS", keys.gauges});
            return told && told->value().number() == 1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isTold(), Patience);
        const auto look = start({L("attach"), server().url(), L("--metrics-listen"), L("unix:there")});
        QByteArray here, there;
        qint64 length = -1;
        // Equal twice in a row, a while apart: it stands still, and what is told is that.
        const auto isStill = [&] {
            const QByteArray before = there;
            here = scrape(path("here").toUtf8());
            there = scrape(path("there").toUtf8());
            const auto told = redis->call({"XLEN", keys.queue("slow")});
            length = told ? told->value().number() : -1;
            return !there.isEmpty() && length > 2
                   && valueOf(there, "millrace_cluster_queue_batches{run=\"test\",step=\"slow\"}") == length
                   && valueOf(before, "millrace_step_in_items_total{run=\"test\",step=\"slow\"")
                          == valueOf(there, "millrace_step_in_items_total{run=\"test\",step=\"slow\"");
        };
        QTRY_VERIFY2_WITH_TIMEOUT(isStill(), there.constData(), Patience);
        for (const QByteArray metric :
             {"step_in_items_total", "step_out_items_total", "queue_depth_batches", "queue_capacity_batches"}) {
            const qint64 seen = valueOf(there, "millrace_" + metric + "{run=\"test\",step=\"slow\"");
            QVERIFY2(seen >= 0, metric.constData());
            QTRY_COMPARE_WITH_TIMEOUT(
                valueOf(scrape(path("there").toUtf8()), "millrace_" + metric + "{run=\"test\",step=\"slow\""),
                valueOf(scrape(path("here").toUtf8()), "millrace_" + metric + "{run=\"stuck\",step=\"slow\""),
                Patience);
        }
        QCOMPARE(valueOf(there, "millrace_cluster_workers{run=\"test\""), 2);
        QCOMPARE(valueOf(there, "millrace_cluster_connected{run=\"test\"}"), 1);
    }

    /// Whoever may write into Redis could tell this terminal anything else.
    void whatIsToldSteersNoTerminal()
    {
        auto redis = RedisConnection::connect(server().address(), 5);
        QVERIFY(redis);
        const std::string told =
            "{\"status\":\"\\u001b[2Jrunning\\nfaked\",\"seconds\":1,\"steps\":[{\"id\":\"\\u009bin\"}],"
            "\"cluster\":{\"run\":\"\\u202etest\",\"processes\":["
            "{\"process\":\"\\u001b]0;\\u0007\",\"refused\":\"why\\u001b\\nfaked\"}]}}";
        QVERIFY(redis->call({"SET", ClusterKeys("test").gauges, told}));
        for (const bool asJson : {false, true}) {
            const QStringList call{L("attach"), server().url()};
            const auto look = start(asJson ? call + QStringList{L("--json")} : call);
            QByteArray shown;
            QTRY_VERIFY_WITH_TIMEOUT((shown += look->readAllStandardOutput()).contains("faked"), Patience);
            for (const char *raw : {"\x1b", "\x07", "\xc2\x9b", "\xe2\x80\xae", "\nfaked"})
                QVERIFY2(!shown.contains(raw), shown.constData());
        }
    }

    void aFullQueueIsWithinTheServersBound()
    {
        startWorker({L("--workers"), L("2")});
        const auto run = startRun("stuck.millrace");
        auto redis = RedisConnection::connect(server().address(), 5);
        QVERIFY(redis);
        const ClusterKeys keys("test");
        const auto length = [&] {
            const auto told = redis->call({"XLEN", keys.queue("slow")});
            return told ? told->value().number() : -1;
        };
        qint64 now = -1;
        int times = 0; // in a row
        const auto isFull = [&] {
            const qint64 before = std::exchange(now, length());
            times = now > 2 && now == before ? times + 1 : 0;
            return times >= 10;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isFull(), Patience);
        QVERIFY2(now <= 64, qPrintable(QString::number(now)));
        const auto told = redis->call({"INFO", "memory"});
        QVERIFY(told);
        const std::string_view text = told->value().text();
        const QByteArray memory = QByteArray(text.data(), qsizetype(text.size()));
        const qint64 used = memory.mid(memory.indexOf("used_memory:") + 12).split('\r').first().toLongLong();
        QVERIFY2(used > 0 && used < MostBytes, qPrintable(QString::number(used)));
    }
};

} // namespace tst_cluster_watch

using tst_cluster_watch::TestClusterWatch;
QTEST_GUILESS_MAIN(TestClusterWatch)
#include "tst_cluster_watch.moc"
