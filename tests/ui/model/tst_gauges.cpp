// SPDX-License-Identifier: MIT
// What cards show of the samples of a run.
#include "model/Gauges.h"

#include <QTest>

#include <string>
#include <utility>
#include <vector>

namespace millrace::tst_gauges {

namespace {

RunSample sampleOf(RunState state, std::vector<std::pair<std::string, StepState>> steps)
{
    RunSample sample;
    sample.state = state;
    for (auto &[id, now] : steps) {
        StepSample step;
        step.id = std::move(id);
        step.state = now;
        step.isSink = step.id == "sink";
        sample.steps.push_back(std::move(step));
    }
    return sample;
}

/// What the cards say after these samples, one after the other.
QString told(const std::vector<RunSample> &samples)
{
    GaugeReader reader;
    for (const RunSample &sample : samples)
        reader.add(sample);
    QStringList words;
    for (const auto &[id, gauge] : reader.stepGauges())
        words << QString::fromStdString(id) + QLatin1Char(' ') + stateText(gauge);
    return words.join(QLatin1String(", "));
}

} // namespace

class TestGauges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasTriedIsSaidInWords()
    {
        StepSample step;
        step.itemsIn = 200;
        step.itemsOut = 107;
        QCOMPARE(triedText(step), QStringLiteral("tried 200 \u2192 107"));
        step.isSource = true;
        QCOMPARE(triedText(step), QStringLiteral("tried 107"));
    }

    void whatAStoppedRunDidNotLetEndIsStopped()
    {
        const auto running = sampleOf(
            RunState::Running,
            {{"a", StepState::Done}, {"b", StepState::Busy}, {"c", StepState::Starved}, {"sink", StepState::Done}});
        const auto stopping = sampleOf(
            RunState::Stopping,
            {{"a", StepState::Done}, {"b", StepState::Done}, {"c", StepState::Busy}, {"sink", StepState::Busy}});
        const auto stopped = sampleOf(
            RunState::Stopped,
            {{"a", StepState::Done}, {"b", StepState::Done}, {"c", StepState::Starved}, {"sink", StepState::Done}});
        QCOMPARE(told({running}), QStringLiteral("a done, b busy, c waiting for input, sink done"));
        QCOMPARE(told({running, stopping}), QStringLiteral("a done, b stopped, c busy, sink busy"));
        // Its result has no name: that is never done.
        QCOMPARE(told({running, stopping, stopped}), QStringLiteral("a done, b stopped, c stopped, sink stopped"));
    }

    void whatAFailedRunDroppedIsStopped()
    {
        const auto running =
            sampleOf(RunState::Running, {{"a", StepState::Done}, {"b", StepState::Busy}, {"sink", StepState::Starved}});
        const auto failed =
            sampleOf(RunState::Failed, {{"a", StepState::Done}, {"b", StepState::Failed}, {"sink", StepState::Done}});
        QCOMPARE(told({running, failed}), QStringLiteral("a stopped, b failed, sink stopped"));
    }

    void whatHasFinishedIsDone()
    {
        QCOMPARE(told({sampleOf(RunState::Finished, {{"a", StepState::Done}, {"sink", StepState::Done}})}),
                 QStringLiteral("a done, sink done"));
    }

    void whatFailedIsSaidOfWhatIsDone()
    {
        RunSample sample =
            sampleOf(RunState::Finished, {{"a", StepState::Done}, {"b", StepState::Done}, {"sink", StepState::Done}});
        sample.steps[0].isSource = true;
        sample.itemsRead = sample.steps[0].itemsOut = 3'376;
        sample.steps[1].itemsIn = 3'376;
        sample.errors = sample.steps[1].errors = 3'376;
        QCOMPARE(told({sample}), QStringLiteral("a done, b done, 3.4 k failed, sink done, no items came"));
        GaugeReader reader;
        reader.add(sample);
        QVERIFY(reader.runFigures().end == RunEnd::WithErrors);
        QVERIFY(reader.runFigures().hasAllFailed);
        QVERIFY(reader.stepGauges().at("b").isDoneWithErrors());
        QVERIFY(!reader.stepGauges().at("a").isDoneWithErrors());
        sample.itemsWritten = sample.steps[1].itemsOut = 1;
        sample.errors = sample.steps[1].errors = 3'375;
        reader.add(sample);
        QVERIFY(!reader.runFigures().hasAllFailed);
    }

    void afterARunTheCardsCountItems()
    {
        RunSample sample =
            sampleOf(RunState::Running, {{"a", StepState::Busy}, {"b", StepState::Busy}, {"sink", StepState::Busy}});
        sample.steps[0].isSource = true;
        sample.steps[0].itemsOut = sample.steps[1].itemsIn = 3'376;
        sample.steps[1].itemsOut = sample.steps[2].itemsIn = 263;
        sample.activeSeconds = 2;
        GaugeReader reader;
        reader.add(sample);
        QVERIFY(!reader.stepGauges().at("b").isTotal);
        sample.state = RunState::Finished;
        reader.add(sample);
        QCOMPARE(reader.stepGauges().at("a").rate, QStringLiteral("3,376"));
        QCOMPARE(reader.stepGauges().at("b").rate, QStringLiteral("3,376 → 263"));
        QCOMPARE(reader.stepGauges().at("sink").rate, QStringLiteral("263"));
        QVERIFY(reader.stepGauges().at("b").isTotal);
        sample.steps[1].itemsIn = 5'000'000;
        sample.steps[1].itemsOut = 1'234'567;
        reader.add(sample);
        QCOMPARE(reader.stepGauges().at("b").rate, QStringLiteral("5 M → 1.2 M")); // a card is no wider
    }

    void aPauseStopsTheGauges()
    {
        RunSample sample = sampleOf(RunState::Running, {{"a", StepState::Busy}, {"b", StepState::Busy}});
        GaugeReader reader;
        for (int tenth = 1; tenth <= 30; ++tenth) {
            sample.seconds = sample.activeSeconds = tenth / 10.0;
            sample.cpuSeconds = sample.childCpuSeconds = tenth / 10.0;
            for (StepSample &step : sample.steps) {
                step.workers = 2;
                step.activeWorkers = 2;
                step.itemsIn = step.itemsOut = uint64_t(tenth * 100);
                step.busy = uint64_t(tenth) * 190'000'000;
            }
            reader.add(sample);
        }
        QCOMPARE(reader.stepGauges().at("a").rate, QStringLiteral("1 k"));
        QCOMPARE(reader.stepGauges().at("a").busyWorkers, 2);
        QVERIFY(qAbs(reader.runFigures().busyCores - 2) < 1e-6); // the children's core is one of them
        QVERIFY(reader.figuresOf("a")->valueOf("items out") > 900);
        QVERIFY(reader.figuresOf("a")->valueOf("busy") > 0.9);
        QCOMPARE(reader.figuresOf("a")->figures.front().gauge->look.tile, std::string_view("items out"));
        QCOMPARE(reader.figuresOf("a")->figures.back().gauge->look.tile, std::string_view("errors"));
        sample.state = RunState::Paused;
        for (StepSample &step : sample.steps) {
            step.state = StepState::Paused;
            step.activeWorkers = 0;
        }
        for (int tenth = 31; tenth <= 80; ++tenth) {
            sample.seconds = tenth / 10.0;
            reader.add(sample);
        }
        const StepGauge paused = reader.stepGauges().at("a");
        QCOMPARE(stateText(paused), QStringLiteral("paused"));
        QVERIFY(paused.rate.isEmpty());
        QCOMPARE(paused.busyWorkers, 0);
        QCOMPARE(reader.figuresOf("a")->valueOf("items out"), 0.0);
        QCOMPARE(reader.runFigures().busyCores, 0.0);
        Drawing drawing;
        drawing.links.resize(1);
        drawing.links[0].fromStep = "a";
        drawing.links[0].toStep = "b";
        QCOMPARE(reader.linkGauges(drawing).at(0).width, 0);
    }

    void theBadgeIsOfTheVerdict()
    {
        GaugeReader reader;
        reader.add(
            sampleOf(RunState::Running, {{"a", StepState::Busy}, {"b", StepState::Busy}, {"c", StepState::Busy}}));
        Limit limit;
        limit.step = "a";
        limit.share = 0.97;
        QCOMPARE(reader.stepGauges(&limit).at("a").limit, QStringLiteral("limits the run · 97 % busy"));
        QVERIFY(reader.stepGauges(&limit).at("b").limit.isEmpty());
        limit.sharedWith = {{"b", 0.95}};
        QCOMPARE(reader.stepGauges(&limit).at("a").limit, QStringLiteral("shares the limit · 97 % busy"));
        QCOMPARE(reader.stepGauges(&limit).at("b").limit, QStringLiteral("shares the limit · 95 % busy"));
        QVERIFY(reader.stepGauges(&limit).at("c").limit.isEmpty());
        limit.sharedWith.clear();
        limit.kind = Limit::Kind::Cores;
        QCOMPARE(reader.stepGauges(&limit).at("a").limit, QStringLiteral("cores are full · uses most"));
        limit.isClear = false;
        QVERIFY(reader.stepGauges(&limit).at("a").limit.isEmpty());
    }

    void errorsOfAllPassesCount()
    {
        GaugeReader reader;
        RunSample sample = sampleOf(RunState::Finished, {{"a", StepState::Done}});
        sample.errors = sample.steps[0].errors = 5;
        reader.add(sample);
        reader.beginPass();
        sample.errors = sample.steps[0].errors = 0;
        reader.add(sample);
        QCOMPARE(reader.runFigures().errors, uint64_t(5));
        QVERIFY(reader.runFigures().end == RunEnd::WithErrors);
    }

    void aFurtherPassForgetsWhatHasEnded()
    {
        GaugeReader reader;
        reader.add(sampleOf(RunState::Running, {{"a", StepState::Done}}));
        reader.beginPass();
        reader.add(sampleOf(RunState::Stopped, {{"a", StepState::Done}}));
        QVERIFY(reader.stepGauges().at("a").wasStopped);
    }
};

} // namespace millrace::tst_gauges

QTEST_APPLESS_MAIN(millrace::tst_gauges::TestGauges)
#include "tst_gauges.moc"
