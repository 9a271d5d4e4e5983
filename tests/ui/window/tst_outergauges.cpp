// SPDX-License-Identifier: MIT
// What the card of a step shows that stands for another pipeline.
#include "window/monitors/OuterGauges.h"

#include <QTest>

#include <functional>

using namespace millrace;

namespace tst_outergauges {

namespace {

StepSample stepOf(const char *id, StepState state, uint64_t itemsIn = 0, uint64_t errors = 0)
{
    StepSample step;
    step.id = id;
    step.state = state;
    step.workers = 2;
    step.activeWorkers = state == StepState::Busy ? 1 : 0;
    step.itemsIn = itemsIn;
    step.itemsOut = itemsIn - errors;
    step.errors = errors;
    step.queue.capacity = 10;
    return step;
}

const OuterParts Parts{{"part", {"/inner.millrace", "part/in", {{"out", "part/out"}}}}};

} // namespace

class TestOuterGauges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWorstStateInsideIsShown()
    {
        const auto gauges =
            gaugesOf({stepOf("a", StepState::Busy), stepOf("part/in", StepState::Starved),
                      stepOf("part/work", StepState::Busy), stepOf("part/again/x", StepState::Starved, 9, 3),
                      stepOf("late/in", StepState::Starved), stepOf("late/out", StepState::Failed)});
        QCOMPARE(gauges.size(), size_t(8));
        QCOMPARE(gauges.at("a").state, StepState::Busy);
        QCOMPARE(gauges.at("part").errors, QStringLiteral("3"));
        QCOMPARE(gauges.at("part").inside, QStringLiteral("Inside, items fail in “again/x”."));
        QCOMPARE(gauges.at("late").state, StepState::Failed);
        QCOMPARE(gauges.at("late").inside, QStringLiteral("Inside, “out” has failed."));
    }

    void aFullQueueIsWorseThanWhatLimits()
    {
        StepSample full = stepOf("part/b", StepState::Blocked);
        full.queue.depth = 10;
        Limit limit;
        limit.isClear = true;
        limit.step = "part/a";
        const std::vector<StepSample> calm{stepOf("part/a", StepState::Busy), stepOf("part/b", StepState::Blocked)};
        QVERIFY(!gaugesOf(calm, &limit).at("part").limit.isEmpty());
        QVERIFY(gaugesOf(calm, &limit).at("part").inside.startsWith(QStringLiteral("Inside, “a” limits the run")));
        const auto gauges = gaugesOf({stepOf("part/a", StepState::Busy), full}, &limit);
        QCOMPARE(gauges.at("part").inside, QStringLiteral("Inside, the queue of “b” is full."));
        QCOMPARE(gauges.at("part").depth, uint32_t(10));
        QCOMPARE(gauges.at("part").state, StepState::Blocked);
    }

    /// Items as they come in and go out; workers and failed items of all, but for the mere ends.
    void whatIsCountedIsThatOfAll()
    {
        std::vector<StepSample> steps{
            stepOf("part/in", StepState::Done, 100), stepOf("part/a", StepState::Done, 100, 5),
            stepOf("part/b", StepState::Done, 95, 2), stepOf("part/out", StepState::Done, 93)};
        const auto gauges = gaugesOf(steps, nullptr, RunState::Finished);
        QCOMPARE(gauges.at("part").errors, QStringLiteral("7"));
        QCOMPARE(gauges.at("part").workers, 4);
        QCOMPARE(gauges.at("part").rate, QStringLiteral("100 → 93"));
        QVERIFY(gauges.at("part").isDoneWithErrors());
    }

    void linksToAndFromItAreAsWide()
    {
        Drawing drawing;
        drawing.links = {{"a", "out", "part", "in"}, {"part", "out", "z", "in"}};
        GaugeReader reader;
        for (const uint64_t items : {0, 100}) {
            RunSample sample;
            sample.state = RunState::Running;
            sample.seconds = sample.activeSeconds = items == 0 ? 1 : 2;
            sample.steps = {stepOf("a", StepState::Busy, items), stepOf("part/in", StepState::Busy, items),
                            stepOf("part/out", StepState::Busy, items / 4), stepOf("z", StepState::Busy, items / 4)};
            reader.add(std::move(sample));
        }
        const auto links = outerLinkGauges(reader, drawing, Parts);
        QCOMPARE(links.size(), size_t(2));
        QCOMPARE(links[0].width, 8);
        QCOMPARE(links[1].width, 4);
    }

    void withoutPartsNothingIsAdded() { QCOMPARE(gaugesOf({stepOf("a", StepState::Busy)}).size(), size_t(1)); }

private:
    static std::map<std::string, StepGauge> gaugesOf(std::vector<StepSample> steps,
                                                     const Limit *limit = nullptr,
                                                     RunState state = RunState::Running)
    {
        RunSample sample;
        sample.state = state;
        sample.seconds = sample.activeSeconds = 1;
        sample.steps = std::move(steps);
        GaugeReader reader;
        reader.add(std::move(sample));
        auto gauges = reader.stepGauges(limit);
        addOuterGauges(gauges, reader, Parts);
        return gauges;
    }
};

} // namespace tst_outergauges

QTEST_GUILESS_MAIN(tst_outergauges::TestOuterGauges)
#include "tst_outergauges.moc"
