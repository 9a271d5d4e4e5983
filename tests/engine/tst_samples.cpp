// SPDX-License-Identifier: MIT
// What is looked at of a run's data: the first items of each port and the newest, whether batches go through queues or through a fused
// chain, and what a source that is to end early gives.
#include "engine/Run.h"
#include "pipeline/PipelineFile.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace millrace;

namespace tst_samples {

namespace {

constexpr int Patience = 30'000;

const StepRegistry &builtIn()
{
    static const StepRegistry all = [] {
        StepRegistry filled;
        registerBuiltInSteps(filled);
        return filled;
    }();
    return all;
}

std::unique_ptr<Run> started(const std::string &steps, const std::string &links, RunOptions options)
{
    auto loaded = parsePipeline(R"({"millrace": 1, "batching": {"size": 30}, "steps": [)" + steps + R"(], "links": [)"
                                + links + "]}");
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    auto run = Run::create(loaded->pipeline, builtIn(), std::move(options));
    if (!run)
        qFatal("%s", run.error().message.c_str());
    (*run)->start();
    return *std::move(run);
}

RunOptions sampling(int most, std::string folder = {}, uint64_t itemsPerSource = 0)
{
    RunOptions options;
    options.folder = std::move(folder);
    options.samples = most;
    options.itemsPerSource = itemsPerSource;
    return options;
}

std::string numbersOf(const std::vector<SampledItem> &items)
{
    std::string text;
    for (const SampledItem &sampled : items)
        text += toJson(sampled.item) + ' ';
    return text;
}

const std::string Discard = R"({"id": "out", "type": "discard"})";

} // namespace

class SamplesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepingToARateCountsAsPausedNotAsBusy()
    {
        const auto run = started(
            R"({"id": "in", "type": "generate", "params": {"count": 61}, "batching": {"size": 1}},
               {"id": "slow", "type": "throttle", "params": {"rate": 100}}, )"
                + Discard,
            R"({"from": "in", "to": "slow"}, {"from": "slow", "to": "out"})", {});
        QTRY_COMPARE_WITH_TIMEOUT(run->sample().steps[1].state, StepState::Paused, Patience);
        QVERIFY(run->waitForDone(Patience));
        const StepSample slow = run->sample().steps[1];
        QCOMPARE(slow.itemsOut, uint64_t(61));
        QVERIFY2(slow.paced > 400'000'000,
                 qPrintable(QString::number(slow.paced))); // of 600 ms, whatever the machine does
        QVERIFY(slow.paused >= slow.paced);
        QVERIFY2(slow.busy < slow.paced / 2, qPrintable(QString::number(slow.busy)));
        QVERIFY(slow.perWorker[0].busy < slow.paced / 2);
    }
    void theFirstItemsOfEachPortAreKept()
    {
        const auto run = started(
            R"({"id": "in", "type": "generate", "params": {"count": 100000}},
               {"id": "odd", "type": "filter", "params": {"expression": "value % 2 == 1"}},
               {"id": "fails", "type": "formula", "onError": "route",
                "params": {"expression": "value < 4 ? 1 / 0 : value", "field": "value"}},
               {"id": "even", "type": "discard"}, {"id": "failed", "type": "discard"}, )"
                + Discard,
            R"({"from": "in", "to": "odd"}, {"from": "odd", "to": "fails"}, {"from": "fails", "to": "out"},
               {"from": "fails.error", "to": "failed"}, {"from": "odd.rejected", "to": "even"})",
            sampling(3));
        QVERIFY(run->waitForDone(Patience));
        auto of = run->samples("in");
        QCOMPARE(numbersOf(of[0].first), std::string(R"({"value":0} {"value":1} {"value":2} )"));
        QCOMPARE(of[0].first[2].id, Value(2));
        of = run->samples("odd");
        QCOMPARE(numbersOf(of[0].first), std::string(R"({"value":1} {"value":3} {"value":5} )"));
        QCOMPARE(numbersOf(of[1].first), std::string(R"({"value":0} {"value":2} {"value":4} )"));
        QVERIFY(run->samples("out").empty() && run->samples("nobody").empty());
    }

    /// As many as their parameters say.
    void theOutputsOfRulesAreLookedAtEach()
    {
        const auto run = started(
            R"({"id": "in", "type": "generate", "params": {"count": 100000}},
               {"id": "by", "type": "route", "workers": 3, "params": {"match": "all", "rules": [
                   {"port": "two", "when": "value % 2 == 0"}, {"port": "three", "when": "value % 3 == 0"}]}},
               {"id": "threes", "type": "discard"}, {"id": "others", "type": "discard"})",
            R"({"from": "in", "to": "by"}, {"from": "by.three", "to": "threes"}, {"from": "by.other", "to": "others"})",
            sampling(3));
        QVERIFY(run->waitForDone(Patience));
        const RunSample sample = run->sample();
        QCOMPARE(numbersOf(run->samples("by")[1].first), std::string(R"({"value":0} {"value":3} {"value":6} )"));
        QCOMPARE(numbersOf(run->samples("by")[2].first), std::string(R"({"value":1} {"value":5} {"value":7} )"));
        std::map<std::string, uint64_t> counts;
        for (const StepSample &step : sample.steps)
            counts[step.id] = step.itemsIn;
        QCOMPARE(counts["threes"], uint64_t(33334));
        QCOMPARE(counts["others"], uint64_t(33333));
    }

    /// As where one runs up to a step.
    void whatNobodyTakesIsLookedAtToo()
    {
        const auto run = started(R"({"id": "in", "type": "generate", "params": {"count": 1000}},
                                    {"id": "odd", "type": "filter", "params": {"expression": "value % 2 == 1"}})",
                                 R"({"from": "in", "to": "odd"})", sampling(3));
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(numbersOf(run->samples("odd")[0].first), std::string(R"({"value":1} {"value":3} {"value":5} )"));
        const auto alone = started(R"({"id": "in", "type": "generate", "params": {"count": 1000}})", "", sampling(2));
        QVERIFY(alone->waitForDone(Patience));
        QCOMPARE(numbersOf(alone->samples("in")[0].first), std::string(R"({"value":0} {"value":1} )"));
    }

    void theNewestComeWhenTheyAreAskedFor()
    {
        const auto run = started(R"({"id": "in", "type": "generate", "params": {"count": 1000000000000}}, )" + Discard,
                                 R"({"from": "in", "to": "out"})", sampling(4));
        int64_t before = -1;
        for (int i = 0; i < 3; ++i) {
            run->askForSamples("in");
            const auto newest = [&] {
                auto samples = run->samples("in");
                return samples[0].latest.size() == 4 ? samples[0].latest.back().item.member("value")->toInteger() : -1;
            };
            QTRY_VERIFY_WITH_TIMEOUT(newest() > before, Patience);
            before = newest();
        }
        run->cancel();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(numbersOf(run->samples("in")[0].first),
                 std::string(R"({"value":0} {"value":1} {"value":2} {"value":3} )"));
    }

    void longTextsAreCutBetweenCharacters()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("long.txt")).toStdString();
        std::string text;
        for (int i = 0; i < 100'000; ++i)
            text += "\u00e4";
        std::ofstream(path) << 'x' << text << '\n';
        const auto run =
            started(R"({"id": "in", "type": "read.lines", "params": {"path": ")" + path + R"("}}, )" + Discard,
                    R"({"from": "in", "to": "out"})", sampling(2));
        QVERIFY(run->waitForDone(Patience));
        auto samples = run->samples("in");
        QCOMPARE(samples[0].first.size(), size_t(1));
        const std::string_view seen = samples[0].first[0].item.member("text")->toText();
        QVERIFY(seen.size() < 20'000 && seen.ends_with("\u00e4\u2026 (200001 bytes)"));
    }

    void sourcesEndAfterTheirItems_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::newRow("quick") << QByteArray(R"({"id": "in", "type": "generate", "params": {"count": 1000}}, )");
        QTest::newRow("text") << QByteArray(R"({"id": "in", "type": "read.lines", "params": {"path": "lines"}}, )");
    }
    void sourcesEndAfterTheirItems()
    {
        QFETCH(QByteArray, source);
        const QTemporaryDir folder;
        std::ofstream lines(folder.filePath(QStringLiteral("lines")).toStdString());
        for (int i = 0; i < 1'000; ++i)
            lines << i << '\n';
        lines.close();
        for (const uint64_t most : {1, 30, 70, 2000}) {
            const auto run = started(source.toStdString() + Discard, R"({"from": "in", "to": "out"})",
                                     sampling(5000, folder.path().toStdString(), most));
            QVERIFY(run->waitForDone(Patience));
            QCOMPARE(run->state(), RunState::Finished);
            QCOMPARE(run->samples("in")[0].first.size(), size_t(std::min<uint64_t>(most, 1'000)));
        }
    }
};

} // namespace tst_samples

QTEST_GUILESS_MAIN(tst_samples::SamplesTest)
#include "tst_samples.moc"
