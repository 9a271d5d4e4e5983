// SPDX-License-Identifier: MIT
// Steps that want their items in order and may hold them back, in whole runs: by all their ports.
#include "CommandLineBench.h"

#include <QTest>

using namespace millrace::test;

namespace tst_ordered_steps {

class OrderedStepsTest : public QObject
{
    Q_OBJECT

private:
    CommandLineBench m_bench{QStringLiteral(MILLRACE_PROGRAM)};

    /// Items of in.jsonl to that step, what leaves by its ports to NAME.jsonl each.
    QByteArray pipelineFor(const QByteArray &step, const QByteArrayList &ports) const
    {
        QByteArray steps =
            R"({"id": "r", "type": "read.jsonl", "params": {"path": "in.jsonl"}}, {"id": "s", )" + step + "}";
        QByteArray links = R"({"from": "r", "to": "s"})";
        for (const QByteArray &port : ports) {
            steps += ", {\"id\": \"" + port + "\", \"type\": \"write.jsonl\", \"params\": {\"path\": \"" + port
                     + ".jsonl\"}}";
            links += ", {\"from\": \"s" + (port == "out" ? QByteArray() : "." + port) + "\", \"to\": \"" + port + "\"}";
        }
        return "{\"millrace\": 1, \"batchSize\": 3, \"steps\": [" + steps + "], \"links\": [" + links + "]}";
    }

private Q_SLOTS:
    void init() { m_bench.empty(); }
    void failedItemsLeaveByError()
    {
        m_bench.write("in.jsonl", "{\"v\":1}\n{\"v\":\"x\"}\n{\"v\":2}\n{\"v\":[]}\n{\"v\":4}\n");
        m_bench.write(
            "p.millrace",
            pipelineFor(R"js("type": "aggregate", "onError": "route", "params": {"values": {"s": "sum(v)"}})js",
                        {"out", "error"}));
        const Ended ended = m_bench.run("p.millrace");
        QCOMPARE(ended.status, 3);
        QCOMPARE(m_bench.content("out.jsonl"), QByteArray("{\"s\":7}\n"));
        const QByteArray failed = m_bench.content("error.jsonl");
        QVERIFY2(failed.count('\n') == 2 && failed.contains("{\"v\":\"x\",") && failed.contains("{\"v\":[],"),
                 failed.constData());
        QVERIFY(failed.contains("\"error.step\":\"s\""));
    }
    void theOthersLeaveByTheirPort_data()
    {
        QTest::addColumn<QByteArray>("keep");
        QTest::addColumn<QByteArray>("out");
        QTest::addColumn<QByteArray>("rejected");
        QTest::newRow("at once") << QByteArray("first") << QByteArray("{\"k\":1,\"i\":0}\n{\"k\":2,\"i\":1}\n")
                                 << QByteArray("{\"k\":1,\"i\":2}\n{\"k\":1,\"i\":3}\n");
        QTest::newRow("at the end") << QByteArray("last") << QByteArray("{\"k\":2,\"i\":1}\n{\"k\":1,\"i\":3}\n")
                                    << QByteArray("{\"k\":1,\"i\":0}\n{\"k\":1,\"i\":2}\n");
    }
    void theOthersLeaveByTheirPort()
    {
        QFETCH(QByteArray, keep);
        QFETCH(QByteArray, out);
        QFETCH(QByteArray, rejected);
        m_bench.write("in.jsonl", "{\"k\":1,\"i\":0}\n{\"k\":2,\"i\":1}\n{\"k\":1,\"i\":2}\n{\"k\":1,\"i\":3}\n");
        const QByteArray step = "\"type\": \"distinct\", \"params\": {\"by\": [\"k\"], \"keep\": \"" + keep + "\"}";
        m_bench.write("p.millrace", pipelineFor(step, {"out", "rejected"}));
        QCOMPARE(m_bench.run("p.millrace").status, 0);
        QCOMPARE(m_bench.content("out.jsonl"), out);
        QCOMPARE(m_bench.content("rejected.jsonl"), rejected);
        m_bench.write("p.millrace", pipelineFor(step, {"out"})); // the others go nowhere
        QCOMPARE(m_bench.run("p.millrace").status, 0);
        QCOMPARE(m_bench.content("out.jsonl"), out);
    }
    void whatIsSpilledIsReported()
    {
        QByteArray items;
        for (int i = 0; i < 5000; ++i)
            items += "{\"v\":" + QByteArray::number((i * 7919) % 5000) + "}\n";
        m_bench.write("in.jsonl", items);
        m_bench.write("p.millrace",
                      pipelineFor(R"("type": "sort", "params": {"by": ["v"], "memory": "16 KiB"})", {"out"}));
        QCOMPARE(m_bench.run("p.millrace", {QStringLiteral("--report"), m_bench.path("report.json")}).status, 0);
        QByteArray expected;
        for (int i = 0; i < 5000; ++i)
            expected += "{\"v\":" + QByteArray::number(i) + "}\n";
        QCOMPARE(m_bench.content("out.jsonl"), expected);
        const QJsonArray steps = m_bench.json("report.json")[QStringLiteral("steps")].toArray();
        QVERIFY(steps[1].toObject()[QStringLiteral("spilledBytes")].toDouble() > 10'000);
    }
};

} // namespace tst_ordered_steps

QTEST_GUILESS_MAIN(tst_ordered_steps::OrderedStepsTest)
#include "tst_ordered_steps.moc"
