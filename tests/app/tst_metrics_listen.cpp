// SPDX-License-Identifier: MIT
// Whoever asks a run for its gauges gets the numbers that its report has.
#include "app/CommandLineBench.h"
#include "sharing/Scrape.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <signal.h>
#include <utility>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_metrics_listen {

namespace {

constexpr int Patience = 30'000; // milliseconds

/// Of a metric of a step; -1 where there is none.
double valueOf(const QByteArray &answer, const char *metric, const char *step)
{
    const QRegularExpression line(L("^millrace_%1\\{run=\"p\",step=\"%2\",type=\"[^\"]*\"\\} (.*)$")
                                      .arg(QString::fromUtf8(metric), QString::fromUtf8(step)),
                                  QRegularExpression::MultilineOption);
    const QRegularExpressionMatch found = line.match(QString::fromUtf8(answer));
    return found.hasMatch() ? found.captured(1).toDouble() : -1;
}

} // namespace

class TestMetricsListen : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestMetricsListen() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }

    void whatIsAnsweredIsWhatTheReportSays()
    {
        // All stands still once the first item has come that takes forever.
        write("p.millrace", R"({"millrace": 1, "batching": {"size": 10}, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 1000}},
            {"id": "odd", "type": "fail", "params": {"expression": "value % 4 == 0"}, "onError": "skip"},
            {"id": "wait", "type": "delay", "params": {"milliseconds": "value < 300 ? 0 : 1000000"}},
            {"id": "out", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
            "links": [{"from": "in", "to": "odd"}, {"from": "odd", "to": "wait"}, {"from": "wait", "to": "out"}]})");
        const auto running =
            start({L("run"), L("p.millrace"), L("--metrics-listen"), L("unix:gauges"), L("--report"), L("r.json")});
        QByteArray answer, before;
        const auto isStill = [&] {
            before = std::exchange(answer, scrape(path("gauges").toUtf8()));
            return valueOf(answer, "step_out_items_total", "out") >= 0
                   && valueOf(answer, "step_in_items_total", "out") == 225
                   && valueOf(before, "step_in_items_total", "odd") == valueOf(answer, "step_in_items_total", "odd");
        };
        QTRY_VERIFY2_WITH_TIMEOUT(isStill(), answer.constData(), Patience);
        QVERIFY2(answer.startsWith("HTTP/1.1 200 OK\r\n") && answer.endsWith("\n# EOF\n"), answer.constData());
        QVERIFY(answer.contains("{run=\"p\",millrace_run_state=\"running\"} 1\n"));
        ::kill(pid_t(running->processId()), SIGINT);
        QVERIFY(QTest::qWaitFor([&] { return running->readAllStandardError().contains("Stopping:"); }, Patience));
        ::kill(pid_t(running->processId()), SIGINT);
        QCOMPARE(end(*running).status, 130);
        const QJsonArray steps = json("r.json").value(L("steps")).toArray();
        QCOMPARE(steps.size(), 4);
        QCOMPARE(valueOf(answer, "step_workers", "odd"), steps[1][L("workers")].toDouble());
        QCOMPARE(valueOf(answer, "queue_capacity_batches", "odd"), steps[1][L("queue")][L("capacity")].toDouble());
        QCOMPARE(valueOf(answer, "queue_peak_batches", "wait"), steps[2][L("queue")][L("peak")].toDouble());
        for (const auto &[metric, key] :
             {std::pair("step_in_items_total", L("itemsIn")), std::pair("step_out_items_total", L("itemsOut")),
              std::pair("step_in_batches_total", L("batchesIn")), std::pair("step_failed_items_total", L("errors"))})
            QCOMPARE(valueOf(answer, metric, "odd"), steps[1][key].toDouble());
        QVERIFY(!QFile::exists(path("gauges")));
    }

    void anAddressThatIsNoneIsExplained()
    {
        write("p.millrace", pipelineOf("{}"));
        for (const QString &wrong : {L("x"), L("99999"), L("unix:")}) {
            const Ended ended = run("p.millrace", {L("--metrics-listen"), wrong});
            QCOMPARE(ended.status, 2);
            QVERIFY2(ended.errors.contains("--metrics-listen"), ended.errors.constData());
        }
    }
};

} // namespace tst_metrics_listen

using tst_metrics_listen::TestMetricsListen;
QTEST_GUILESS_MAIN(TestMetricsListen)
#include "tst_metrics_listen.moc"
