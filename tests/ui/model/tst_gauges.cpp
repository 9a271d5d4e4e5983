// SPDX-License-Identifier: MIT
// What cards show of the samples of a run.
#include "model/Gauges.h"

#include <QTest>

#include <string>
#include <utility>
#include <vector>

namespace millrace {

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

    void aFurtherPassForgetsWhatHasEnded()
    {
        GaugeReader reader;
        reader.add(sampleOf(RunState::Running, {{"a", StepState::Done}}));
        reader.beginPass();
        reader.add(sampleOf(RunState::Stopped, {{"a", StepState::Done}}));
        QVERIFY(reader.stepGauges().at("a").wasStopped);
    }
};

} // namespace millrace

QTEST_APPLESS_MAIN(millrace::TestGauges)
#include "tst_gauges.moc"
