// SPDX-License-Identifier: MIT
// What is kept of a run to be shown again: bounded, and at each moment what was shown then.
#include "model/Format.h"
#include "model/Gauges.h"
#include "model/recording/RunRecording.h"

#include <QTest>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace millrace::tst_runrecording {

namespace {

/// A run of three steps, or so many, at that second: a source of 1,000 items a second whose queue fills, and two workers.
RunSample sampleAt(double seconds, size_t steps = 3, RunState state = RunState::Running)
{
    RunSample sample;
    sample.seconds = sample.activeSeconds = seconds;
    sample.state = state;
    sample.itemsRead = uint64_t(seconds * 1000);
    for (size_t i = 0; i < steps; ++i) {
        StepSample step;
        step.id = "step" + std::to_string(i);
        step.isSource = i == 0;
        step.isSink = i + 1 == steps;
        step.itemsIn = i == 0 ? 0 : sample.itemsRead;
        step.itemsOut = step.isSink ? 0 : sample.itemsRead + uint64_t(seconds * seconds);
        step.errors = i == 1 ? uint64_t(seconds / 3) : 0;
        step.busy = uint64_t(seconds * 1.5e9);
        step.workers = seconds < 5 ? 2 : 3;
        step.activeWorkers = int(seconds * 10) % 3;
        step.queue.depth = uint32_t(seconds) % 11;
        step.queue.capacity = i == 0 ? 0 : 10;
        step.state = i == 0 ? StepState::Blocked : i == 1 ? StepState::Busy : StepState::Starved;
        sample.steps.push_back(std::move(step));
    }
    return sample;
}

Limit limitAt(const char *step, double share)
{
    Limit limit;
    limit.step = step;
    limit.share = share;
    limit.why = "A reason that no card gives.";
    return limit;
}

Drawing drawnChain()
{
    Drawing drawing;
    for (int i = 1; i < 3; ++i) {
        LinkView link;
        link.fromStep = "step" + std::to_string(i - 1);
        link.toStep = "step" + std::to_string(i);
        drawing.links.push_back(std::move(link));
    }
    return drawing;
}

} // namespace

class TestRunRecording : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachMomentIsShownAsItWas()
    {
        const Drawing drawing = drawnChain();
        GaugeReader live;
        RunRecording recording;
        std::map<size_t, std::pair<std::map<std::string, StepGauge>, std::vector<LinkGauge>>> shown;
        for (int tenth = 0; tenth <= 300; ++tenth) {
            const RunSample sample = sampleAt(tenth / 10.0);
            const auto limit = tenth < 100 ? std::nullopt : std::optional(limitAt(tenth < 200 ? "step1" : "step2", .9));
            live.add(sample);
            recording.add(sample, limit);
            shown[size_t(tenth)] = {live.stepGauges(limit ? &*limit : nullptr), live.linkGauges(drawing)};
        }
        QCOMPARE(recording.size(), shown.size());
        for (const auto &[moment, was] : shown) {
            const GaugeReader then = live.during(recording.samplesOf(moment));
            QVERIFY2(then.stepGauges(recording.limitOf(moment)) == was.first, qPrintable(QString::number(moment)));
            QVERIFY2(then.linkGauges(drawing) == was.second, qPrintable(QString::number(moment)));
        }
        // They differ: workers, rates, queues, errors and what limits.
        const auto early = live.during(recording.samplesOf(30)).stepGauges(recording.limitOf(30));
        const auto late = live.during(recording.samplesOf(290)).stepGauges(recording.limitOf(290));
        QCOMPARE(early.at("step1").workers, 2);
        QCOMPARE(late.at("step1").workers, 3);
        QVERIFY(early.at("step1").rate != late.at("step1").rate && early.at("step1").depth != late.at("step1").depth);
        QVERIFY(early.at("step1").errors != late.at("step1").errors);
        QVERIFY(early.at("step2").limit.isEmpty() && !late.at("step2").limit.isEmpty());
    }

    void whatWasStoppedIsToldFromWhatHadEnded()
    {
        GaugeReader live;
        RunRecording recording;
        std::vector<std::map<std::string, StepGauge>> shown;
        const auto add = [&](double seconds, RunState state, StepState first, StepState second) {
            RunSample sample = sampleAt(seconds, 3, state);
            sample.steps[0].state = first;
            sample.steps[1].state = second;
            live.add(sample);
            recording.add(sample, {});
            shown.push_back(live.stepGauges());
        };
        for (double at = 0; at < 3; at += 0.5)
            add(at, RunState::Running, at < 1 ? StepState::Busy : StepState::Done, StepState::Busy);
        for (double at = 3; at < 6; at += 0.5)
            add(at, RunState::Stopping, StepState::Done, at < 4 ? StepState::Busy : StepState::Done);
        add(6.01, RunState::Stopped, StepState::Done, StepState::Done);
        QCOMPARE(recording.size(), shown.size());
        for (size_t i = 0; i < shown.size(); ++i)
            QVERIFY2(live.during(recording.samplesOf(i)).stepGauges() == shown[i], qPrintable(QString::number(i)));
        QVERIFY(!shown.back().at("step0").wasStopped && shown.back().at("step1").wasStopped);
    }

    void memoryIsBoundedHoweverLongTheRunIs()
    {
        RunRecording recording;
        for (int tenth = 0; tenth < 18'000; ++tenth) {
            const auto limit = limitAt("step1", tenth / 18'000.0); // it changes with each sample
            recording.add(sampleAt(tenth / 10.0), limit);
        }
        QVERIFY(recording.size() <= RunRecording::MostMoments && recording.size() >= RunRecording::MostMoments / 2);
        QVERIFY(recording.bytes() <= RunRecording::MostBytes);
        // All of it is there, at equal distances.
        QCOMPARE(recording.secondsOf(0), 0.0);
        QVERIFY(1799.9 - recording.length() <= recording.resolution());
        for (size_t i = 1; i < recording.size(); ++i)
            QVERIFY(std::abs(recording.secondsOf(i) - recording.secondsOf(i - 1) - recording.resolution()) < 0.01);
        // What limited then is still known of each, to what the resolution allows.
        for (size_t i = 0; i < recording.size(); ++i)
            QVERIFY(recording.limitOf(i)
                    && std::abs(recording.limitOf(i)->share - recording.secondsOf(i) / 1800) <= 1e-4);
        // Rates are of the time between two moments where that is more than a second.
        QCOMPARE(std::lround(recording.itemsPerSecond(recording.size() / 2)), 1000);
    }

    void memoryIsBoundedHoweverManyStepsThereAre()
    {
        RunRecording recording;
        for (int tenth = 0; tenth < 200; ++tenth)
            recording.add(sampleAt(tenth / 10.0, 3000), {});
        QVERIFY2(recording.bytes() <= RunRecording::MostBytes, qPrintable(QString::number(recording.bytes())));
        QVERIFY2(recording.size() >= 20, qPrintable(QString::number(recording.size())));
        QVERIFY(19.9 - recording.length() <= recording.resolution());
    }

    void theEndIsKeptWheneverItComes()
    {
        RunRecording recording;
        for (int tenth = 0; tenth <= 10; ++tenth)
            recording.add(sampleAt(tenth / 10.0), {});
        recording.add(sampleAt(1.001), {}); // too soon
        QCOMPARE(recording.length(), 1.0);
        recording.add(sampleAt(1.002, 3, RunState::Finished), {});
        QCOMPARE(recording.length(), 1.002);
        QVERIFY(GaugeReader().during(recording.samplesOf(recording.size() - 1)).stepGauges().at("step1").isTotal);
    }

    void aMomentIsFoundByItsSecond()
    {
        RunRecording recording;
        for (int second = 0; second < 10; ++second)
            recording.add(sampleAt(second), {});
        QCOMPARE(recording.momentAt(-1), size_t(0));
        QCOMPARE(recording.momentAt(0), size_t(0));
        QCOMPARE(recording.momentAt(4.99), size_t(4));
        QCOMPARE(recording.momentAt(5), size_t(5));
        QCOMPARE(recording.momentAt(100), size_t(9));
        QCOMPARE(recording.placeOf("step1"), std::optional(size_t(1)));
        QCOMPARE(recording.queueShare(4, 1), std::optional(0.4));
        QVERIFY(!recording.queueShare(4, 0) && !recording.placeOf("another"));
    }

    void aMomentIsWrittenAsAClockShowsIt()
    {
        for (const auto &[seconds, text] : std::initializer_list<std::pair<double, const char *>>{
                 {0, "0:00"}, {8.96, "0:08"}, {59.99, "0:59"}, {725, "12:05"}, {3727, "1:02:07"}, {-1, "–"}})
            QCOMPARE(formatMoment(seconds), QString::fromUtf8(text));
        QCOMPARE(formatMoment(8.3, true), QStringLiteral("0:08.3"));
    }

    void whatIsChangedInOneGestureIsOneChange()
    {
        RunRecording recording;
        const auto note = [&recording](double seconds, const char *step, const char *before, const char *now) {
            recording.add(sampleAt(seconds), {});
            recording.note({0, step, RunChange::Kind::Workers, QString::fromLatin1(before), QString::fromLatin1(now)});
        };
        note(2, "step1", "1", "2");
        note(2.3, "step2", "4", "5");
        note(2.5, "step1", "2", "3");
        QCOMPARE(recording.changes().size(), size_t(2));
        QCOMPARE(changeText(recording.changes()[0]), QStringLiteral("1 → 3 workers"));
        QCOMPARE(recording.changes()[0].seconds, 2.0);
        note(3, "step2", "5", "4"); // and back
        QCOMPARE(recording.changes().size(), size_t(1));
        note(6, "step1", "3", "4"); // later
        QCOMPARE(recording.changes().size(), size_t(2));
        recording.note({0, "step1", RunChange::Kind::QueueSize, QStringLiteral("10"), QStringLiteral("20")});
        QCOMPARE(changeText(recording.changes().back()), QStringLiteral("queue 10 → 20 batches"));
        for (int i = 0; i < 2000; ++i)
            recording.note({0, std::to_string(i), RunChange::Kind::Workers, {}, {}});
        QCOMPARE(recording.changes().size(), RunRecording::MostChanges);
    }

    void anotherRunHasNothingOfTheOneBefore()
    {
        RunRecording recording;
        recording.add(sampleAt(3), limitAt("step1", .9));
        recording.note({0, "step1", RunChange::Kind::Workers, QStringLiteral("1"), QStringLiteral("2")});
        recording.clear();
        QVERIFY(recording.isEmpty() && recording.changes().empty());
        recording.add(sampleAt(0), {});
        QVERIFY(!recording.limitOf(0));
    }
};

} // namespace millrace::tst_runrecording

QTEST_APPLESS_MAIN(millrace::tst_runrecording::TestRunRecording)
#include "tst_runrecording.moc"
