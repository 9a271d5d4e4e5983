// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"
#include "engine/scheduling/CoreMeter.h"
#include "engine/scheduling/Executor.h"
#include "engine/scheduling/GraphBuilder.h"
#include "engine/scheduling/Scheduler.h"
#include "metrics/RunTrace.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace millrace {

/// One run: its life from the start to the end, the error that comes first, and what has become of it. Its scheduler runs the stages
/// that its plan has become. Safe on all threads.
class Engine final : public ScheduledRun, public std::enable_shared_from_this<Engine>
{
public:
    Engine(RunPlan plan, RunOptions options);
    ~Engine() override;

    // What Run asks for.
    void start();
    void pause();
    void resume();
    void stop();
    void cancel() override;
    bool waitForDone(int milliseconds);
    /// Until the run's own threads have let go of everything. After waitForDone().
    void waitForThreads();
    bool isOver() const { return state() >= RunState::Finished; }
    RunOutcome outcome() const;
    const RunPlan &plan() const { return m_plan; }
    const std::vector<std::unique_ptr<Stage>> &stages() const { return m_graph.stages; }
    const std::vector<SourceStage *> &sources() const { return m_graph.sources; }
    const std::vector<SinkStage *> &sinks() const { return m_graph.sinks; }
    /// The stages of a step, first to last: one, or two for sources and sinks that work in two phases.
    const std::vector<Stage *> &stagesOf(size_t step) const { return m_graph.stagesOfStep[step]; }
    int threads() const { return m_scheduler.threads(); }
    uint64_t endedAt() const { return m_endedAt.load(std::memory_order_acquire); }
    uint64_t pausedNanoseconds() const override;
    uint64_t cpuAtStart() const { return m_cores.cpuAtStart(); }
    std::shared_ptr<const CoreMeter::Use> coreUse();
    /// Sizes the admission windows anew after workers or queue sizes have changed.
    void updateWindows();

    // What stages ask for.
    void schedule(Stage &stage) override { m_scheduler.schedule(stage); }
    bool hasReady() const override { return m_scheduler.hasReady(); }
    bool isReady(const Stage &stage) const override { return m_scheduler.isReady(stage); }
    void stageFinished() override;
    void fail(const ErrorPlace &place, Error error, const std::string &step) override;
    void scheduleAt(uint64_t nanoseconds, Stage &stage) override { m_scheduler.scheduleAt(nanoseconds, stage); }
    void wakeAnother() override { m_scheduler.wakeAnother(); }
    void beginWaiting(Pump &pump) override { m_scheduler.beginWaiting(pump); }
    void endWaiting(Pump &pump) override { m_scheduler.endWaiting(pump); }
    std::string originOf(const Batch &batch, size_t row) const override;
    ItemPlaces placesOf(const Batch &batch) const override;

private:
    // What its scheduler asks for.
    bool startThread(std::function<void()> work) override;
    void open() override;
    /// Allocates nothing where memory is what is missing.
    void breakOff(std::exception_ptr exception, const Stage *stage) noexcept override;
    void finalize() override;

    uint64_t firstBatch() const;
    void removeJournals() const;
    void beginJournal();
    void completeJournal();
    void endJournal(const RunOutcome &outcome, const std::map<std::string, bool> &keepsCheckpoint);
    Result<> checkFailed(uint64_t failed) const override;
    void checkLimitsAtEnd();
    void failForMemory() noexcept;
    RunOutcome takeOutcome();
    void writeTrace();

    RunPlan m_plan;
    StageGraph m_graph;
    std::unique_ptr<RunTrace> m_trace; ///< null: nobody has asked for one
    Scheduler m_scheduler;
    CoreMeter m_cores;

    std::atomic<int> m_openStages{0};
    std::atomic<uint64_t> m_endedAt{0};

    mutable std::mutex
        m_mutex; ///< guards all below; the scheduler's may be locked meanwhile, never the other way round
    std::condition_variable m_done;
    bool m_isFinalized = false;
    uint64_t m_pausedAt = 0, m_pausedFor = 0;
    ErrorPlace m_errorPlace;
    bool m_hasError = false;
    RunOutcome m_outcome;
    Error m_noMemory; ///< made beforehand, for when nothing can be made any more

    std::unique_ptr<Executor> m_ownExecutor; ///< last: its threads end before anything else goes
    Executor *m_executor = nullptr;
};

} // namespace millrace
