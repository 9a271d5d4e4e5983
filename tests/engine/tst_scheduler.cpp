// SPDX-License-Identifier: MIT
// The scheduler alone: stages on paper, of a run that notes what it is asked for.
#include "engine/scheduling/Scheduler.h"

#include <QTest>

#include <stdexcept>
#include <thread>

using namespace millrace;

namespace tst_scheduler {

namespace {

constexpr uint64_t Millisecond = 1'000'000; ///< nanoseconds

/// Threads that are joined at its end; what is asked of it is counted.
class PaperRun final : public ScheduledRun
{
public:
    explicit PaperRun(int cores) : ScheduledRun(optionsFor(cores)) {}
    ~PaperRun() override
    {
        for (std::thread &thread : m_threads)
            thread.join();
    }

    void setPaused(bool isPaused) { m_isPaused.store(isPaused); }
    std::vector<std::string> failures() const
    {
        const std::lock_guard lock(m_mutex);
        return m_failures;
    }

    bool startThread(std::function<void()> work) override
    {
        const std::lock_guard lock(m_mutex);
        ++asked;
        if (int(m_threads.size()) >= mostThreads)
            return false;
        m_threads.emplace_back(std::move(work));
        return true;
    }
    void open() override
    {
        if (atOpening)
            atOpening();
    }
    Result<> checkFailed(uint64_t) const override { return {}; }
    void breakOff(std::exception_ptr, const Stage *stage) noexcept override
    {
        brokenBy.store(stage);
        scheduler->complete();
    }
    void finalize() override { ++finalized; }

    void schedule(Stage &stage) override { scheduler->schedule(stage); }
    void scheduleAt(uint64_t at, Stage &stage) override { scheduler->scheduleAt(at, stage); }
    bool hasReady() const override { return scheduler->hasReady(); }
    bool isReady(const Stage &stage) const override { return scheduler->isReady(stage); }
    void stageFinished() override {}
    void fail(const ErrorPlace &, Error error, const std::string &) override
    {
        const std::lock_guard lock(m_mutex);
        m_failures.push_back(error.message);
    }
    void cancel() override { scheduler->complete(); }
    void wakeAnother() override { scheduler->wakeAnother(); }
    void beginWaiting(Pump &pump) override { scheduler->beginWaiting(pump); }
    void endWaiting(Pump &pump) override { scheduler->endWaiting(pump); }
    std::string originOf(const Batch &, size_t) const override { return {}; }
    ItemPlaces placesOf(const Batch &) const override { return {}; }
    uint64_t pausedNanoseconds() const override { return 0; }

    Scheduler *scheduler = nullptr;
    std::function<void()> atOpening;
    int mostThreads = 100;
    std::atomic<int> asked{0}, finalized{0};
    std::atomic<const Stage *> brokenBy{nullptr};

private:
    static RunOptions optionsFor(int cores)
    {
        RunOptions options;
        options.cores = cores;
        return options;
    }

    mutable std::mutex m_mutex; ///< guards all below
    std::vector<std::string> m_failures;
    std::vector<std::thread> m_threads;
};

/// Does in its turns what a test wants.
class PaperStage final : public Stage
{
public:
    using Stage::Stage;
    bool begin(Pump &) override
    {
        ++turns;
        return bool(work);
    }
    Stage *perform(Pump &) override
    {
        work();
        return nullptr;
    }

    std::function<void()> work;
    std::atomic<int> turns{0};
};

/// Some stages in a row, the first nearest to the sinks, and a scheduler for them. The first turn of the last stage begins the test.
class Paper
{
public:
    Paper(int count, int cores) : run(cores)
    {
        for (int rank = 0; rank < count; ++rank) {
            auto stage = std::make_unique<PaperStage>(run, m_planned, rank);
            stage->setRank(rank);
            m_graph.stages.push_back(std::move(stage));
        }
        for (int rank = count - 1; rank > 0; --rank)
            this->stage(rank).outlets().add({&stage(rank - 1), 0, stage(rank - 1).addInput(&stage(rank))});
        scheduler.emplace(run, m_graph, nullptr);
        run.scheduler = &*scheduler;
        run.atOpening = [this] { scheduler->schedule(stage(int(m_graph.stages.size()) - 1)); };
    }
    PaperStage &stage(int rank) { return static_cast<PaperStage &>(*m_graph.stages[size_t(rank)]); }
    void runToEnd()
    {
        QVERIFY(scheduler->start());
        QTRY_COMPARE_WITH_TIMEOUT(run.finalized.load(), 1, 30'000);
    }

private:
    PlannedStep m_planned;
    StageGraph m_graph;

public:
    std::optional<Scheduler> scheduler;
    PaperRun run; ///< last: its threads end before what they work on
};

} // namespace

class tst_scheduler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theStageNearestToTheSinksComesFirst()
    {
        Paper paper(4, 1);
        std::vector<int> order;
        paper.stage(3).work = [&] {
            for (const int rank : {2, 0, 1})
                paper.scheduler->schedule(paper.stage(rank));
        };
        for (const int rank : {0, 1, 2})
            paper.stage(rank).work = [&order, &paper, rank] {
                order.push_back(rank);
                if (rank == 2)
                    paper.scheduler->complete();
            };
        paper.runToEnd();
        QCOMPARE(order, (std::vector<int>{0, 1, 2}));
        QVERIFY(paper.run.failures().empty());
    }

    void whatIsScheduledTwiceBeforeItsTurnHasOne()
    {
        Paper paper(2, 1);
        paper.stage(1).work = [&] {
            if (paper.stage(1).turns == 2) {
                paper.scheduler->complete();
                return;
            }
            paper.scheduler->schedule(paper.stage(0));
            paper.scheduler->schedule(paper.stage(0));
            QVERIFY(paper.scheduler->isReady(paper.stage(0)));
            paper.scheduler->schedule(paper.stage(1)); // whose turn comes after all of stage 0's
        };
        paper.runToEnd();
        QCOMPARE(paper.stage(0).turns.load(), 1);
        QVERIFY(!paper.scheduler->hasReady());
    }

    void aStageComesWhenItIsDue()
    {
        Paper paper(2, 1);
        const uint64_t due = steadyNanoseconds() + 30 * Millisecond;
        uint64_t came = 0;
        paper.stage(1).work = [&] {
            paper.scheduler->scheduleAt(due + 3'600'000 * Millisecond, paper.stage(1)); // far later
            paper.scheduler->scheduleAt(due, paper.stage(0));
        };
        paper.stage(0).work = [&] {
            came = steadyNanoseconds();
            paper.scheduler->complete();
        };
        paper.runToEnd();
        QVERIFY(came >= due);
        QCOMPARE(paper.stage(1).turns.load(), 1);
        QVERIFY(paper.run.failures().empty()); // to wait for it is no standstill
    }

    void nothingIsBegunInAPause()
    {
        Paper paper(1, 2);
        paper.run.setPaused(true);
        paper.stage(0).work = [&] { paper.scheduler->complete(); };
        QVERIFY(paper.scheduler->start());
        QTRY_VERIFY(paper.scheduler->hasReady());
        QTRY_COMPARE(paper.scheduler->threads(), 0);
        QCOMPARE(paper.stage(0).turns.load(), 0);
        paper.run.setPaused(false);
        paper.scheduler->wakeAll();
        QTRY_COMPARE(paper.run.finalized.load(), 1);
        QCOMPARE(paper.stage(0).turns.load(), 1);
    }

    void twoStagesAreAtWorkAtOnceWhereThereAreTwoCores()
    {
        Paper paper(2, 2);
        std::atomic<int> working{0};
        const auto meet = [&] { // the one waits for the other
            ++working;
            while (working < 2)
                std::this_thread::yield();
        };
        paper.stage(1).work = [&] {
            paper.scheduler->schedule(paper.stage(0));
            paper.scheduler->wakeAnother();
            meet();
        };
        paper.stage(0).work = [&] {
            meet();
            paper.scheduler->complete();
        };
        paper.runToEnd();
        QCOMPARE(paper.run.finalized.load(), 1); // by the last of both
    }

    void aStageThatSleepsHoldsUpNoOther()
    {
        Paper paper(2, 1);
        std::atomic<bool> hasCome{false};
        paper.stage(1).work = [&] {
            paper.scheduler->schedule(paper.stage(0));
            hasCome.wait(false); // on the only core
        };
        paper.stage(0).work = [&] {
            hasCome = true;
            hasCome.notify_all();
            paper.scheduler->complete();
        };
        paper.runToEnd();
        QVERIFY(paper.stage(1).meter().waits()); // the watchdog has seen it
    }

    void withoutAThreadItDoesNotStart()
    {
        Paper paper(1, 1);
        paper.run.mostThreads = 0;
        QVERIFY(!paper.scheduler->start());
        QCOMPARE(paper.scheduler->threads(), 0);
        QCOMPARE(paper.run.finalized.load(), 0);
    }

    void aRefusedThreadIsSaidOnceAndNotAskedForAgainAtOnce()
    {
        Paper paper(2, 2);
        paper.run.mostThreads = 1;
        paper.stage(1).work = [&] {
            paper.scheduler->schedule(paper.stage(0));
            for (int i = 0; i < 3; ++i)
                paper.scheduler->wakeAnother();
        };
        paper.stage(0).work = [&] { paper.scheduler->complete(); };
        paper.runToEnd();
        QCOMPARE(paper.run.asked.load(), 2); // the first one, and the one that there wasn't
        QCOMPARE(paper.run.log().count(), uint64_t(1));
        QVERIFY(paper.run.log().after(0)[0].message.find("goes on with 1") != std::string::npos);
    }

    void anExceptionOfTheEngineIsToldWithItsStage()
    {
        Paper paper(1, 1);
        paper.stage(0).work = [] { throw std::runtime_error("broken"); };
        paper.runToEnd();
        QCOMPARE(paper.run.brokenBy.load(), static_cast<const Stage *>(&paper.stage(0)));
    }

    void whereNothingCanGoOnTheRunFails()
    {
        Paper paper(2, 1);
        paper.runToEnd(); // the stage has its turn, in which it finds nothing
        QCOMPARE(paper.stage(1).turns.load(), 1);
        QCOMPARE(paper.run.failures().size(), size_t(1));
        QVERIFY(paper.run.failures()[0].starts_with("The run stands still"));
    }

    void whereAFullQueueHoldsUpTheRunItIsEnlarged()
    {
        Paper paper(2, 1);
        Queue &queue = paper.stage(0).queue();
        queue.setCapacity(2);
        uint32_t room = 0;
        paper.stage(1).work = [&] {
            room += queue.reserve(2);
            if (room == 4)
                paper.scheduler->complete();
            else
                queue.reserve(1); // in vain
        };
        paper.runToEnd();
        QCOMPARE(queue.capacity(), 4u);
        QVERIFY(paper.run.failures().empty());
        QVERIFY(paper.run.log().after(0)[0].message.find("enlarged to 4 batches") != std::string::npos);
    }
};

} // namespace tst_scheduler

QTEST_GUILESS_MAIN(tst_scheduler::tst_scheduler)
#include "tst_scheduler.moc"
