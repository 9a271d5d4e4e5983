// SPDX-License-Identifier: MIT
// How long what is under way takes once a run was stopped.
#include "analysis/Drain.h"

#include <QTest>

using namespace millrace;

namespace tst_drain {

namespace {

constexpr uint64_t Millisecond = 1'000'000;

StepSample stepOf(const char *id, uint32_t depth, int active, uint64_t msEach, int workers = 1)
{
    StepSample step;
    step.id = id;
    step.workers = workers;
    step.activeWorkers = active;
    step.queue.depth = depth;
    step.batchesIn = msEach == 0 ? 0 : 100;
    step.busy = 100 * msEach * Millisecond;
    return step;
}

Pipeline chainOf(const RunSample &sample)
{
    Pipeline pipeline;
    for (size_t i = 1; i < sample.steps.size(); ++i) {
        Link link;
        link.fromStep = sample.steps[i - 1].id;
        link.toStep = sample.steps[i].id;
        pipeline.links.push_back(link);
    }
    return pipeline;
}

RunSample samplesOf(std::vector<StepSample> steps)
{
    RunSample sample;
    sample.state = RunState::Stopping;
    steps.front().isSource = true;
    sample.steps = std::move(steps);
    return sample;
}

} // namespace

class TestDrain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWaitsBeforeTheSlowestStepsIsWhatTakesTime()
    {
        const RunSample sample =
            samplesOf({stepOf("source", 0, 0, 1), stepOf("quick", 10, 0, 1), stepOf("slow", 10, 0, 200)});
        const Drain drain = estimateDrain(sample, chainOf(sample), 4);
        QCOMPARE(drain.batches, uint64_t(20));
        QVERIFY(drain.seconds && qAbs(*drain.seconds - 4.0) < 1e-9); // those of the quick step come there, too
    }

    void workersShareIt()
    {
        const RunSample sample = samplesOf({stepOf("source", 0, 0, 1), stepOf("slow", 28, 2, 1000, 2)});
        const Drain drain = estimateDrain(sample, chainOf(sample), 4);
        QCOMPARE(drain.batches, uint64_t(30));
        QVERIFY(qAbs(*drain.seconds - 14.5) < 1e-9);
    }

    void branchesThatJoinBringBoth()
    {
        RunSample sample = samplesOf(
            {stepOf("source", 0, 0, 1), stepOf("a", 5, 0, 1), stepOf("b", 5, 0, 1), stepOf("join", 0, 0, 100)});
        Pipeline pipeline;
        for (const auto &[from, to] : {std::pair{"source", "a"}, {"source", "b"}, {"a", "join"}, {"b", "join"}}) {
            Link link;
            link.fromStep = from;
            link.toStep = to;
            pipeline.links.push_back(link);
        }
        QVERIFY(qAbs(*estimateDrain(sample, pipeline, 4).seconds - 1.0) < 1e-9);
    }

    void whatNoneHasGoneThroughYetIsNotKnown()
    {
        const RunSample sample = samplesOf({stepOf("source", 0, 0, 1), stepOf("new", 3, 1, 0)});
        const Drain drain = estimateDrain(sample, chainOf(sample), 4);
        QCOMPARE(drain.batches, uint64_t(4));
        QVERIFY(!drain.seconds);
    }

    void nothingUnderWayIsNothing()
    {
        const RunSample sample = samplesOf({stepOf("source", 0, 0, 1), stepOf("idle", 0, 0, 1)});
        const Drain drain = estimateDrain(sample, chainOf(sample), 4);
        QCOMPARE(drain.batches, uint64_t(0));
        QCOMPARE(drain.seconds.value_or(0), 0.0);
        QCOMPARE(estimateDrain(RunSample(), Pipeline(), 4).batches, uint64_t(0));
    }

    void aCircleInTheDrawingHasAnEnd()
    {
        const RunSample sample = samplesOf({stepOf("source", 0, 0, 1), stepOf("a", 1, 0, 1), stepOf("b", 1, 0, 1)});
        Pipeline pipeline = chainOf(sample);
        Link back;
        back.fromStep = "b";
        back.toStep = "a";
        pipeline.links.push_back(back);
        QVERIFY(estimateDrain(sample, pipeline, 4).seconds);
    }
};

} // namespace tst_drain

QTEST_GUILESS_MAIN(tst_drain::TestDrain)
#include "tst_drain.moc"
