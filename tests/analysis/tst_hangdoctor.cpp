// SPDX-License-Identifier: MIT
// Who waits for whom when nothing moves, of samples that are made by hand.
#include "analysis/HangDoctor.h"

#include <QTest>

#include <string>
#include <utility>
#include <vector>

namespace millrace::tst_hangdoctor {

namespace {

using For = Hang::Wait::For;

PipelineStep stepOf(const char *id)
{
    PipelineStep step;
    step.id = id;
    return step;
}

Link linkBetween(const char *from, const char *to)
{
    Link link;
    link.fromStep = from;
    link.toStep = to;
    return link;
}

StepSample idle(const char *id, uint32_t depth = 0)
{
    StepSample step;
    step.id = id;
    step.workers = 1;
    step.itemsIn = step.itemsOut = 100;
    step.queue.capacity = 10;
    step.queue.depth = depth;
    step.state = depth > 0 ? StepState::Blocked : StepState::Starved;
    return step;
}

StepSample atWork(const char *id, uint32_t depth = 0)
{
    StepSample step = idle(id, depth);
    step.activeWorkers = 1;
    step.state = StepState::Busy;
    return step;
}

} // namespace

class TestHangDoctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        // orders -> paid -> price -> both, paid -> place -> both
        m_pipeline = {};
        for (const char *id : {"orders", "paid", "price", "place", "both"})
            m_pipeline.steps.push_back(stepOf(id));
        for (const auto &[from, to] :
             {std::pair{"orders", "paid"}, {"paid", "price"}, {"paid", "place"}, {"price", "both"}, {"place", "both"}})
            m_pipeline.links.push_back(linkBetween(from, to));
        m_sample = {};
        m_sample.state = RunState::Running;
        m_sample.steps = {idle("orders"), idle("paid", 10), atWork("price", 10), idle("place"), idle("both", 3)};
        m_sample.steps[0].isSource = true;
        m_sample.steps[0].queue = {};
    }

    void itSaysWhoWaitsForWhomAndWhatHelps()
    {
        HangDoctor doctor(m_pipeline);
        QVERIFY(!after(doctor, {0, 1, 1.9}));
        const auto hang = after(doctor, {2.5});
        QVERIFY(hang);
        QCOMPARE(hang->stuck, std::vector<std::string>{"price"});
        QCOMPARE(hang->seconds, 2.5);
        QVERIFY(!hang->computes);
        QCOMPARE(hang->needsWorker, std::string("price"));
        const std::vector<Hang::Wait> expected{{"paid", "price", For::Room},
                                               {"both", "price", For::Input},
                                               {"orders", "paid", For::Room},
                                               {"place", "paid", For::Input}};
        QCOMPARE(hang->waits, expected);
        QCOMPARE(hang->why,
                 std::string(
                     "\"price\" has been at work on a batch all that time, and computes "
                     "nothing: it waits for something outside, such as a program, a server or a lock. \"both\" and "
                     "\"place\" wait for what comes from there. \"paid\" and \"orders\" wait for room there. One more "
                     "worker for \"price\" would let other batches pass."));
    }

    void whatMovesInBetweenIsNoHang()
    {
        HangDoctor doctor(m_pipeline);
        QVERIFY(!after(doctor, {0, 1.5}));
        m_sample.steps[4].itemsIn += 1;
        QVERIFY(!after(doctor, {2.5, 4}));
        QVERIFY(after(doctor, {4.6}));
        m_sample.itemsRead += 1;
        QVERIFY(!after(doctor, {4.7}));
        // It begins anew, from then on.
        const auto hang = after(doctor, {7});
        QVERIFY(hang && hang->since == 4.7);
    }

    void aPauseARateAndASourceThatHasNothingAreNoHangs()
    {
        HangDoctor paused(m_pipeline);
        m_sample.state = RunState::Paused;
        QVERIFY(!after(paused, {0, 10}));
        m_sample.state = RunState::Running;
        QVERIFY(!after(paused, {11, 12.9}));
        QVERIFY(after(paused, {13.1}));
        HangDoctor paced(m_pipeline);
        for (double second = 0; second < 10; second += 1) {
            m_sample.steps[2].paced += 1'000'000'000;
            QVERIFY(!after(paced, {second}));
        }
        HangDoctor source(m_pipeline);
        m_sample.steps = {atWork("orders"), idle("paid"), idle("price"), idle("place"), idle("both")};
        m_sample.steps[0].isSource = true;
        QVERIFY(!after(source, {0, 30}));
        HangDoctor over(m_pipeline);
        init();
        m_sample.state = RunState::Finished;
        QVERIFY(!after(over, {0, 30}));
    }

    void hardWorkIsToldFromWaiting()
    {
        HangDoctor doctor(m_pipeline);
        after(doctor, {0});
        m_sample.childCpuSeconds = 2.9;
        const auto hang = after(doctor, {3});
        QVERIFY(hang && hang->computes);
        QVERIFY(hang->why.find("and computes.") != std::string::npos);
    }

    void batchesThatAreDoneAndWaitForTheirTurnAreCounted()
    {
        m_sample.steps[2].queue.held = 3;
        m_sample.steps[2].queue.depth = 4; // not full: the source may not go further ahead
        HangDoctor doctor(m_pipeline);
        const auto hang = after(doctor, {0, 3});
        QVERIFY(hang);
        QVERIFY(hang->why.find("3 later batches are done and wait for its turn.") != std::string::npos);
        QCOMPARE(hang->waits.front(), (Hang::Wait{"paid", "price", For::Turn}));
    }

    void manyStepsAreNotAllNamed()
    {
        for (int i = 0; i < 8; ++i) {
            const std::string id = "more" + std::to_string(i);
            m_pipeline.links.push_back(linkBetween("price", id.c_str()));
            m_sample.steps.push_back(idle(id.c_str()));
        }
        HangDoctor doctor(m_pipeline, [](const std::string &id) { return "<" + id + ">"; });
        const auto hang = after(doctor, {0, 70});
        QVERIFY(hang);
        QCOMPARE(hang->waits.size(), size_t(12));
        QVERIFY2(hang->why.starts_with("<price> has been at work on a batch"), hang->why.c_str());
        QVERIFY2(hang->why.find(" and 7 more wait for what comes from there") != std::string::npos, hang->why.c_str());
    }

    void queuesThatWereWidenedAreFound()
    {
        m_pipeline.steps[3].queueSize = 4;
        QVERIFY(enlargedQueues(m_sample, m_pipeline).empty());
        m_sample.steps[3].queue.wasEnlarged = true;
        m_sample.steps[3].queue.capacity = 16;
        QCOMPARE(enlargedQueues(m_sample, m_pipeline), (std::vector<EnlargedQueue>{{"place", 16}}));
        m_pipeline.steps[3].queueSize = 16; // the pipeline gives it as much
        QVERIFY(enlargedQueues(m_sample, m_pipeline).empty());
        m_pipeline.steps[3].queueSize = 0;
        QVERIFY(enlargedQueues(m_sample, m_pipeline).empty());
    }

private:
    /// What is said after samples at these seconds.
    std::optional<Hang> after(HangDoctor &doctor, const std::vector<double> &seconds)
    {
        for (const double second : seconds) {
            m_sample.seconds = m_sample.activeSeconds = second;
            doctor.add(m_sample);
        }
        return doctor.hang();
    }

    Pipeline m_pipeline;
    RunSample m_sample;
};

} // namespace millrace::tst_hangdoctor

QTEST_APPLESS_MAIN(millrace::tst_hangdoctor::TestHangDoctor)
#include "tst_hangdoctor.moc"
