// SPDX-License-Identifier: MIT
#include "TestPlan.h"

#include "steps/SharedState.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <latch>

using namespace millrace;
using namespace millrace::test;

namespace tst_run {

namespace {

RunOptions withCores(int cores)
{
    RunOptions options;
    options.cores = cores;
    return options;
}

} // namespace

class tst_run : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Under the address sanitizer this finds batches that nobody gives back.
    void aSourceThatLeadsNowhereDropsItsBatches()
    {
        Plan plan;
        plan.source(1000, 1);
        const auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(run->sample().steps.front().itemsOut, uint64_t(1000));
    }

    /// A filter says how many it lets through, also where nobody takes what it rejects.
    void itemsThatLeaveByAnUnlinkedPortAreNotCounted()
    {
        for (const bool isLinked : {false, true}) {
            Plan plan;
            plan.source(1000, 7);
            plan.add("thirds", StepKind::Transform,
                     [](int) {
                         return new FunctionStep([](Batch &batch) -> Result<> {
                             for (size_t row = 0; row < batch.size(); ++row)
                                 if (batch.id(row).toInteger() % 3 != 0)
                                     batch.sendTo(row, 1);
                             return {};
                         });
                     })
                .outputPorts = {"out", "rejected"};
            const auto passed = plan.sink();
            plan.chain();
            const auto rejected = plan.sink("rejected");
            if (isLinked)
                plan.link(1, 3, 1);
            else
                plan.plan.steps.pop_back();
            const auto run = plan.start();
            QVERIFY(run->waitForDone(Patience));
            QCOMPARE(passed->items.size(), size_t(334));
            QCOMPARE(run->sample().steps[1].itemsOut, uint64_t(isLinked ? 1000 : 334));
        }
    }

    void aPlanThatNoSourceFeedsIsRefused()
    {
        const auto refusal = [](const RunPlan &plan) {
            const auto run = Run::create(plan, {});
            return run ? std::string() : run.error().message;
        };
        Plan lonely;
        lonely.source(10, 1);
        lonely.add("same", StepKind::Transform, [](int) { return new Step; });
        lonely.sink();
        lonely.link(1, 2);
        QCOMPARE(refusal(lonely.plan), std::string("Nothing is linked to the input of \"same\"; link a step to it."));

        Plan circle;
        circle.source(10, 1);
        circle.add("joins", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Merge;
        circle.add("back", StepKind::Transform, [](int) { return new Step; });
        circle.chain();
        circle.link(2, 1);
        QCOMPARE(refusal(circle.plan),
                 std::string("The links before \"joins\" go round in a circle; remove one of them."));
        QCOMPARE(refusal({}), std::string("The pipeline has no steps that could run; add a source and a sink."));
    }

    void sixteenWorkersThatWaitAreSixteenThreads()
    {
        // Each batch waits until sixteen are inside together: with fewer threads nothing would ever move.
        std::mutex mutex;
        std::condition_variable changed;
        int inside = 0, most = 0;
        Plan plan;
        plan.source(16, 1);
        PlannedStep &step = plan.add("wait", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &) -> Result<> {
                std::unique_lock lock(mutex);
                most = std::max(most, ++inside);
                changed.notify_all();
                changed.wait_for(lock, std::chrono::seconds(20), [&] { return most == 16; });
                --inside;
                return {};
            });
        });
        step.workers = 16;
        step.queueSize = 16;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start(withCores(2));
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(most, 16);
        QCOMPARE(firstNumbers(*collected), upTo(16));
    }

    void threadsAreFoundForWorkersThatSuddenlyWaitForLong()
    {
        // The engine has seen a hundred short waits, after which threads come back for more by themselves. Then none does, until
        // eight are inside together.
        constexpr int Short = 100, Together = 8;
        std::mutex mutex;
        std::condition_variable changed;
        int inside = 0, most = 0;
        Plan plan;
        plan.source(Short + Together, 1);
        PlannedStep &step = plan.add("wait", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &batch) -> Result<> {
                if (batch.column(0).integers()[0] < Short) {
                    std::this_thread::sleep_for(std::chrono::microseconds(300));
                    return {};
                }
                std::unique_lock lock(mutex);
                most = std::max(most, ++inside);
                changed.notify_all();
                changed.wait_for(lock, std::chrono::seconds(20), [&] { return most == Together; });
                --inside;
                return {};
            });
        });
        step.workers = Together;
        step.queueSize = 16;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start(withCores(2));
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(most, Together);
        QCOMPARE(firstNumbers(*collected), upTo(Short + Together));
    }

    void computingWorkersAreNoMoreThanTheCores()
    {
        std::atomic<int> inside{0}, tooMany{0};
        Plan plan;
        plan.source(300, 1);
        PlannedStep &step = plan.add("compute", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &) -> Result<> {
                if (++inside > 2)
                    ++tooMany;
                for (int i = 0; i < 100'000; ++i)
                    asm volatile("");
                --inside;
                return {};
            });
        });
        step.workers = 16;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start(withCores(2));
        QVERIFY(run->waitForDone(Patience));
        // One that the system itself holds up (a page comes from the disk) is taken for one that waits, and replaced meanwhile.
        QVERIFY2(tooMany <= 15, std::to_string(tooMany).c_str());
        QCOMPARE(firstNumbers(*collected), upTo(300));
    }

    void aStandstillBehindAStepThatHoldsBackIsResolved_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("batches") << int(CombineMode::Batches);
        QTest::newRow("items") << int(CombineMode::Items);
    }
    void aStandstillBehindAStepThatHoldsBackIsResolved()
    {
        QFETCH(int, mode);
        Plan plan;
        plan.source(400, 1).queueSize = 1;
        PlannedStep &reverse = plan.add("reverse", StepKind::Transform, [](int) { return new ReverseStep; });
        reverse.isOrdered = true;
        reverse.queueSize = 1;
        PlannedStep &join = plan.add("join", StepKind::Combine, [](int) { return new Step; });
        join.combine = CombineMode(mode);
        join.queueSize = 1;
        auto collected = plan.sink();
        plan.link(0, 1);
        plan.link(1, 2);
        plan.link(0, 2);
        plan.link(2, 3);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(collected->items.size(), size_t(800));
    }

    void fieldsOfTwoSourcesStandSideBySide()
    {
        Plan plan;
        plan.source(10, 3, "a");
        plan.source(10, 4, "b", 100);
        plan.add("zip", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Fields;
        auto collected = plan.sink();
        plan.link(0, 2);
        plan.link(1, 2);
        plan.link(2, 3);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(collected->items.size(), size_t(10));
        for (int64_t i = 0; i < 10; ++i)
            QCOMPARE(collected->items[size_t(i)], (std::vector<int64_t>{i, 100 + i}));
    }

    void branchesOfUnequalLengthAreRefusedInASentence()
    {
        Plan plan;
        plan.source(10, 3, "a");
        plan.source(12, 4, "b");
        plan.add("zip", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Fields;
        auto collected = plan.sink();
        plan.link(0, 2);
        plan.link(1, 2);
        plan.link(2, 3);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Failed);
        QVERIFY(run->outcome().error.message.find("\"a\" has fewer items") != std::string::npos);
        QVERIFY(collected->isAbandoned);
    }

    void aWorkerIsOpenedOnceAndClosedOnce()
    {
        struct Counts
        {
            std::atomic<int> opened{0}, closed{0};
        } counts;
        class Counting final : public Step
        {
        public:
            explicit Counting(Counts &counts) : m_counts(counts) {}
            Result<> open(const StepContext &) override
            {
                ++m_counts.opened;
                return {};
            }
            void close() override { ++m_counts.closed; }

        private:
            Counts &m_counts;
        };
        Plan plan;
        plan.source(200, 1);
        plan.add("count", StepKind::Transform, [&](int) { return new Counting(counts); }).workers = 3;
        plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QVERIFY(counts.opened >= 1 && counts.opened <= 3);
        QCOMPARE(counts.closed.load(), counts.opened.load());
    }

    /// A step's only, and until the run is over.
    void workersShareWhatTheFirstOfThemMakes()
    {
        constexpr int Workers = 8;
        struct Watch
        {
            std::latch allInside{Workers};
            std::atomic<int> made{0}, opened{0};
            std::mutex mutex;
            std::vector<std::weak_ptr<int>> seen;
        } watches[2];
        class Sharing final : public Step
        {
        public:
            explicit Sharing(Watch &watch) : m_watch(watch) {}
            Result<> open(const StepContext &context) override
            {
                ++m_watch.opened;
                auto shared = sharedBy<int>(context, "key", [this]() -> Result<std::shared_ptr<int>> {
                    return std::make_shared<int>(++m_watch.made);
                });
                m_shared = *std::move(shared);
                const std::scoped_lock lock(m_watch.mutex);
                m_watch.seen.push_back(m_shared);
                return {};
            }
            Result<> process(Batch &) override
            {
                m_watch.allInside.arrive_and_wait(); // so that there is a worker for each batch
                return {};
            }
            void close() override { m_shared.reset(); }

        private:
            Watch &m_watch;
            std::shared_ptr<int> m_shared;
        };
        Plan plan;
        plan.source(Workers, 1);
        for (Watch &watch : watches) {
            PlannedStep &step = plan.add("sharing" + std::to_string(&watch - watches), StepKind::Transform,
                                         [&watch](int) { return new Sharing(watch); });
            step.workers = Workers;
            step.queueSize = Workers;
        }
        plan.sink();
        plan.chain();
        const auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        for (const Watch &watch : watches) {
            QCOMPARE(watch.opened.load(), Workers);
            QCOMPARE(watch.made.load(), 1);
            QVERIFY(std::ranges::all_of(watch.seen, [](const auto &shared) { return shared.expired(); }));
        }
    }

    void aStepThatCantBeOpenedFailsTheRun()
    {
        class Broken final : public Step
        {
            Result<> open(const StepContext &) override { return failure("io", "no such thing"); }
        };
        Plan plan;
        plan.source(10, 1);
        plan.add("broken", StepKind::Transform, [](int) { return new Broken; });
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Failed);
        QCOMPARE(run->outcome().step, std::string("broken"));
        for (const StepSample &step : run->sample().steps)
            QCOMPARE(step.state == StepState::Failed, step.id == "broken");
        QCOMPARE(run->outcome().error.message, std::string("no such thing"));
        QVERIFY(collected->items.empty() && !collected->isCommitted);
    }

    void pauseHoldsAndResumeGoesOn()
    {
        std::latch hasBegun(1);
        std::atomic<bool> isFirst{true};
        Plan plan;
        plan.source(2000, 1);
        plan.add("note", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &) -> Result<> {
                if (isFirst.exchange(false))
                    hasBegun.count_down();
                return {};
            });
        });
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        hasBegun.wait();
        run->pause();
        QTRY_VERIFY(run->isDone() || run->sample().threads == 0);
        if (!run->isDone()) {
            const uint64_t items = run->sample().itemsWritten;
            QVERIFY(!run->waitForDone(50));
            QCOMPARE(run->sample().itemsWritten, items);
            QCOMPARE(run->state(), RunState::Paused);
        }
        run->resume();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(firstNumbers(*collected), upTo(2000));
    }

    void queuesNeverExceedTheirBound()
    {
        Plan plan;
        plan.source(3000, 1);
        for (const int bound : {1, 2, 5}) {
            PlannedStep &step = plan.add("s" + std::to_string(bound), StepKind::Transform, [=](int) {
                return new AffineStep(1, 0, Pace{bound * 300, 0, 0});
            });
            step.queueSize = bound;
            step.workers = 2;
        }
        plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        for (const StepSample &step : run->sample().steps)
            if (!step.isSource)
                QVERIFY2(step.queue.peak <= step.queue.capacity, step.id.c_str());
    }

    void theFinishedCallComesOnceAndLast()
    {
        std::atomic<int> calls{0};
        Plan plan;
        plan.source(10, 1);
        plan.sink();
        plan.chain();
        RunOptions options;
        options.finished = [&] { ++calls; };
        auto run = plan.start(options);
        QTRY_COMPARE(calls.load(), 1);
        QVERIFY(run->isDone());
        run.reset();
        QCOMPARE(calls.load(), 1);
    }

    void aPlanWithoutStepsIsRefused()
    {
        auto run = Run::create(RunPlan(), {});
        QVERIFY(!run);
        QVERIFY(run.error().message.find("source") != std::string::npos);
    }
};

} // namespace tst_run

QTEST_GUILESS_MAIN(tst_run::tst_run)
#include "tst_run.moc"
