// SPDX-License-Identifier: MIT
// What comes through a pipe, little by little.
#include "app/CommandLineBench.h"

#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_live_streams {

class TestLiveStreams : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestLiveStreams() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }

    void whatHasComeIsHandedOnBeforeTheSourceWaits_data()
    {
        QTest::addColumn<int>("batch");
        for (const int batch : {1, 2, 100})
            QTest::addRow("%d a batch", batch) << batch;
    }
    void whatHasComeIsHandedOnBeforeTheSourceWaits()
    {
        QFETCH(int, batch);
        write("p.millrace", R"({"millrace": 1, "batching": {"size": )" + QByteArray::number(batch) + R"(}, "steps": [
            {"id": "r", "type": "read.lines", "params": {"path": "/dev/stdin"}},
            {"id": "t", "type": "identity"},
            {"id": "w", "type": "write.lines", "params": {"path": "/dev/stdout"}}],
            "links": [{"from": "r", "to": "t"}, {"from": "t", "to": "w"}]})");
        const auto process = start({L("run"), path("p.millrace"), L("--quiet")});
        QByteArray sent, come;
        // More rounds than a chunk has batches, the last text of each cut within a line.
        for (int round = 0; round < 30; ++round) {
            const QByteArray line = "line " + QByteArray::number(round) + '\n';
            process->write(line.left(round % 3));
            QVERIFY(process->waitForBytesWritten(30'000) || round % 3 == 0);
            process->write(line.mid(round % 3));
            sent += line;
            QVERIFY(QTest::qWaitFor([&] { return (come += process->readAllStandardOutput()) == sent; }, 30'000));
        }
        process->closeWriteChannel();
        QCOMPARE(end(*process).status, 0);
    }
};

} // namespace tst_live_streams

QTEST_GUILESS_MAIN(tst_live_streams::TestLiveStreams)
#include "tst_live_streams.moc"
