// SPDX-License-Identifier: MIT
// Steps that any number of workers may run, in whole runs: the same leaves by each port, in the same order, however many there are and
// wherever they run.
#include "CommandLineBench.h"

#include <QTest>

#include <random>

using namespace millrace::test;

namespace tst_parallel_steps {

class ParallelStepsTest : public QObject
{
    Q_OBJECT

private:
    CommandLineBench m_bench{QStringLiteral(MILLRACE_PROGRAM)};

    /// Items of in.jsonl to that step, what leaves by its ports to NAME.jsonl each.
    static QByteArray pipelineFor(const QByteArray &step, const QByteArrayList &ports)
    {
        QByteArray steps = R"({"id": "r", "type": "read.jsonl", "params": {"path": "in.jsonl"}}, )" + step;
        QByteArray links = R"({"from": "r", "to": "s"})";
        for (const QByteArray &port : ports) {
            steps += ", {\"id\": \"" + port + "\", \"type\": \"write.jsonl\", \"params\": {\"path\": \"" + port
                     + ".jsonl\"}}";
            links += ", {\"from\": \"s." + port + "\", \"to\": \"" + port + "\"}";
        }
        return "{\"millrace\": 1, \"batching\": {\"size\": 7}, \"steps\": [" + steps + "], \"links\": [" + links + "]}";
    }

private Q_SLOTS:
    void init() { m_bench.empty(); }
    void workersChangeNothing_data()
    {
        QTest::addColumn<QByteArray>("settings");
        QTest::addColumn<QByteArrayList>("ports");
        const auto row = [](const char *name, const char *settings, const QByteArrayList &ports) {
            QTest::newRow(name) << QByteArray(settings).replace('\'', '"') << ports;
        };
        row("route to the first",
            "'type': 'route', 'params': {'rules': [{'port': 'a', 'when': 'n % 2 == 0'}, {'port': 'b', 'when': '1 / n > "
            "0.1'}], 'otherwise': 'a'}",
            {"a", "b", "error"});
        row("route to all",
            "'type': 'route', 'params': {'rules': [{'port': 'a', 'when': 'n % 2 == 0'}, {'port': 'b', 'when': '1 / n < "
            "0.1'}], 'match': 'all'}",
            {"a", "b", "other", "error"});
        row("look up", "'type': 'lookup', 'params': {'file': 't.csv', 'on': {'n': 'id'}, 'missing': 'reject'}",
            {"out", "rejected", "error"});
        row("look up a prefix",
            "'type': 'lookup', 'params': {'file': 't.csv', 'on': {'t': 'word'}, 'match': 'prefix', 'missing': 'fail'}",
            {"out", "error"});
        row("replace", "'type': 'replace', 'params': {'fields': ['t'], 'find': '[ab]+', 'with': '<$&>', 'regex': true}",
            {"out", "error"});
        row("extract",
            "'type': 'extract', 'params': {'field': 't', 'pattern': '(?<first>a+)(?<then>b)?', 'missing': "
            "'reject'}",
            {"out", "rejected", "error"});
        row("hash", "'type': 'hash', 'params': {'fields': ['t', 'n'], 'algorithm': 'xxh3'}", {"out", "error"});
        row("validate",
            "'type': 'validate', 'params': {'rules': [{'field': 'n', 'range': [3, 17]}, {'field': 't', 'type': 'text', "
            "'required': true}, {'expression': 'n % 5 > 0'}]}",
            {"out", "error"});
        row("throttle", "'type': 'throttle', 'params': {'rate': 100000, 'by': ['n']}", {"out", "error"});
    }
    void workersChangeNothing()
    {
        QFETCH(QByteArray, settings);
        QFETCH(QByteArrayList, ports);
        std::mt19937 random(1);
        const auto draw = [&random](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        QByteArray items;
        for (int i = 0; i < 500; ++i) {
            QByteArray text;
            for (int j = draw(0, 4); j > 0; --j)
                text += "abc"[draw(0, 2)];
            items += "{\"i\":" + QByteArray::number(i) + ",\"n\":" + QByteArray::number(draw(0, 20))
                     + ",\"t\":" + (draw(0, 9) == 0 ? QByteArray("5") : '"' + text + '"') + "}\n";
        }
        m_bench.write("in.jsonl", items);
        m_bench.write("t.csv", "id,word,say\n1,a,one\n2,ab,two\n3,c,three\n3,cab,again\n14,bb,fourteen\n");
        QList<QByteArrayList> all;
        for (const char *workers : {R"("workers": 1)", R"("workers": 3)", R"("workers": 2, "runIn": "processes")"}) {
            m_bench.write("p.millrace", pipelineFor("{\"id\": \"s\", \"onError\": \"route\", " + QByteArray(workers)
                                                        + ", " + settings + '}',
                                                    ports));
            const Ended ended = m_bench.run("p.millrace");
            QVERIFY2(ended.status == 0 || ended.status == 3, ended.errors.constData());
            QByteArrayList contents;
            int lines = 0;
            for (const QByteArray &port : ports) {
                contents.push_back(m_bench.content((port + ".jsonl").constData()));
                lines += int(contents.back().count('\n'));
            }
            QVERIFY(lines >= 500);
            all.push_back(contents);
        }
        for (qsizetype i = 0; i < ports.size(); ++i) {
            QCOMPARE(all[1][i], all[0][i]);
            QCOMPARE(all[2][i], all[0][i]);
        }
    }
};

} // namespace tst_parallel_steps

QTEST_GUILESS_MAIN(tst_parallel_steps::ParallelStepsTest)
#include "tst_parallel_steps.moc"
