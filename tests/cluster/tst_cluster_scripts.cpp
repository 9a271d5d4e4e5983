// SPDX-License-Identifier: MIT
// The scripts, on a real Redis server: each bound holds, and each batch is in one place.
#include "cluster/ClusterKeys.h"
#include "cluster/ClusterScripts.h"
#include "cluster/PrivateRedis.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_cluster_scripts {

class TestClusterScripts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_server.start())
            QSKIP("There is no redis-server here.");
    }
    void init()
    {
        auto made = RedisConnection::connect(m_server.address(), 5);
        QVERIFY(made);
        m_redis.emplace(*std::move(made));
        QVERIFY(m_redis->checkServer());
        QVERIFY(m_redis->call({"FLUSHALL"}));
        QVERIFY(loadScripts(*m_redis));
        m_epoch = std::to_string(begin("me").at(0).number());
        QVERIFY(run(ClusterScript::Declare, {m_keys.epoch, m_keys.plan, m_queue}, {m_epoch, "s", "{}"}).number() == 1);
    }

    void aQueueTakesNoMoreThanItsCapacity()
    {
        QCOMPARE(push("0", "2", "100"), 0);
        QCOMPARE(push("1", "2", "100"), 1);
        QCOMPARE(push("2", "2", "100"), ClusterRefusal::Full);
        QCOMPARE(m_redis->call({"XLEN", m_queue})->value().number(), 2);
    }
    void noMoreAreUnderWayThanTheWindow()
    {
        QCOMPARE(push("0", "100", "1"), 0);
        QCOMPARE(push("1", "100", "1"), ClusterRefusal::TooMany);
        take("w");
        QCOMPARE(handOver("w"), 1);
        QCOMPARE(push("1", "100", "1"), ClusterRefusal::TooMany); // the result isn't taken yet
        const std::string entry = takeResult();
        QCOMPARE(run(ClusterScript::Join, {m_keys.epoch, m_keys.joined, m_keys.results}, {m_epoch, entry}).number(), 1);
        QCOMPARE(push("1", "100", "1"), 1);
    }
    void aNumberComesOnceAndInOrder()
    {
        QCOMPARE(push("1", "9", "9"), ClusterRefusal::OtherNumber);
        QCOMPARE(push("0", "9", "9"), 0);
        QCOMPARE(push("0", "9", "9"), ClusterRefusal::OtherNumber);
    }
    void whoLostABatchCannotHandItOver()
    {
        QCOMPARE(push("0", "9", "9"), 0);
        take("slow");
        QVERIFY(m_redis->call({"XAUTOCLAIM", m_queue, "g", "quick", "0", "0"}));
        QCOMPARE(handOver("slow"), ClusterRefusal::Late);
        QCOMPARE(handOver("quick"), 1);
        QCOMPARE(handOver("quick"), ClusterRefusal::Late);
        QCOMPARE(m_redis->call({"XLEN", m_keys.results})->value().number(), 1);
        QCOMPARE(m_redis->call({"XLEN", m_queue})->value().number(), 0);
        QCOMPARE(m_redis->call({"HGET", m_keys.counts, "refused"})->value().number(), 2);
    }
    void aBeatKeepsWhatIsInHandAndNothingElse()
    {
        QCOMPARE(push("0", "9", "9"), 0);
        take("w");
        QTest::qWait(60);
        const auto beat = [&](const char *worker) {
            return run(ClusterScript::Beat, {m_keys.epoch, m_keys.workers}, {"p", "{}", worker, m_queue, m_entry});
        };
        QCOMPARE(beat("other").text(), std::string_view(m_epoch));
        QVERIFY(idle() >= 50);
        beat("w");
        QVERIFY(idle() < 50);
        QCOMPARE(deliveries(), 1); // it isn't counted as another try
    }
    void anOlderCoordinatorIsRefused()
    {
        QCOMPARE(push("0", "9", "9"), 0);
        take("w");
        const RedisReply second = eval(ClusterScript::Init, initKeys(), {"other", "5000", "0"});
        QCOMPARE(second.value().at(0).number(), ClusterRefusal::Owned);
        QVERIFY(m_redis->call({"DEL", m_keys.owner})); // as when it has been silent for long
        QCOMPARE(eval(ClusterScript::Init, initKeys(), {"other", "5000", "0"}).value().at(0).number(), 2);
        QCOMPARE(push("1", "9", "9"), ClusterRefusal::OtherEpoch);
        QCOMPARE(handOver("w"), ClusterRefusal::OtherEpoch);
        QCOMPARE(m_redis->call({"EXISTS", m_queue})->value().number(), 0);
    }
    void aDeletedQueueIsNoticed()
    {
        QVERIFY(m_redis->call({"DEL", m_queue}));
        QCOMPARE(push("0", "9", "9"), ClusterRefusal::KeyGone);
    }

    void whatTheServerRefusesIsASentence()
    {
        PrivateRedis locked({QStringLiteral("--requirepass"), QStringLiteral("right")});
        QVERIFY(locked.start());
        ClusterAddress address = locked.address();
        const auto said = [&] {
            const auto connection = RedisConnection::connect(address, 5);
            return connection ? std::string("nothing") : connection.error().kind + ": " + connection.error().message;
        };
        QVERIFY2(said().find("refuses the login (NOAUTH") != std::string::npos, said().c_str());
        address.secret = "wrong";
        QVERIFY2(said().find("refuses the login (WRONGPASS") != std::string::npos, said().c_str());
        QVERIFY(said().find("wrong)") == std::string::npos);
        address.secret = "right";
        QCOMPARE(said(), std::string("nothing"));
        locked.kill();
        QVERIFY2(said().starts_with("network: No Redis server answers at 127.0.0.1:"), said().c_str());
    }
    void aServerWithoutStreamsIsTooOld()
    {
        PrivateRedis old({QStringLiteral("--rename-command"), QStringLiteral("XAUTOCLAIM"), QString()});
        QVERIFY(old.start());
        auto connection = RedisConnection::connect(old.address(), 5);
        QVERIFY(connection);
        const auto checked = connection->checkServer();
        QVERIFY(!checked);
        QVERIFY2(checked.error().message.find("Use Redis 6.2 or newer") != std::string::npos,
                 checked.error().message.c_str());
    }

private:
    RedisReply eval(ClusterScript script, const RedisConnection::Words &keys, const RedisConnection::Words &arguments)
    {
        auto answer = m_redis->call(scriptCall(script, keys, arguments));
        if (!answer)
            qWarning("%s", answer.error().message.c_str());
        return answer ? *std::move(answer) : RedisReply();
    }
    RedisValue run(ClusterScript script, const RedisConnection::Words &keys, const RedisConnection::Words &arguments)
    {
        m_answer = eval(script, keys, arguments);
        return m_answer.value();
    }
    RedisConnection::Words initKeys() const
    {
        return {m_keys.epoch,  m_keys.owner,   m_keys.pushed, m_keys.joined, m_keys.plan,
                m_keys.counts, m_keys.results, m_keys.gauges, m_prefix,      m_keys.dead};
    }
    RedisValue begin(const char *coordinator)
    {
        return run(ClusterScript::Init, initKeys(), {coordinator, "5000", "0"});
    }
    int64_t push(const char *number, const char *capacity, const char *window)
    {
        return run(ClusterScript::Push, {m_keys.epoch, m_keys.pushed, m_keys.joined, m_queue},
                   {m_epoch, number, capacity, window, "7", "bytes"})
            .number();
    }
    void take(const char *worker)
    {
        m_answer = *m_redis->call({"XREADGROUP", "GROUP", "g", worker, "STREAMS", m_queue, ">"});
        m_entry = m_answer.value().at(0).at(1).at(0).at(0).text();
        QVERIFY(!m_entry.empty());
    }
    std::string takeResult()
    {
        m_answer = *m_redis->call({"XREADGROUP", "GROUP", "g", "c", "STREAMS", m_keys.results, ">"});
        return std::string(m_answer.value().at(0).at(1).at(0).at(0).text());
    }
    int64_t handOver(const char *worker)
    {
        return run(ClusterScript::Handover, {m_keys.epoch, m_queue, m_keys.results, m_keys.counts},
                   {m_epoch, m_entry, worker, "7", "done", "answer"})
            .number();
    }
    RedisValue pending()
    {
        m_answer = *m_redis->call({"XPENDING", m_queue, "g", "-", "+", "1"});
        return m_answer.value().at(0);
    }
    int64_t idle() { return pending().at(2).number(); }
    int64_t deliveries() { return pending().at(3).number(); }

    PrivateRedis m_server;
    const ClusterKeys m_keys{"test"};
    const std::string m_queue = m_keys.queue("s"), m_prefix = m_keys.queue("");
    std::optional<RedisConnection> m_redis;
    RedisReply m_answer;
    std::string m_epoch, m_entry;
};

} // namespace tst_cluster_scripts

using tst_cluster_scripts::TestClusterScripts;
QTEST_GUILESS_MAIN(TestClusterScripts)
#include "tst_cluster_scripts.moc"
