// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/Domain.h"
#include "engine/RunPlan.h"
#include "engine/scheduling/Executor.h"
#include "engine/scheduling/Lanes.h"
#include "engine/stages/StageHost.h"
#include "metrics/ProcessTable.h"
#include "metrics/RunTrace.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

class SinkStage;
class SourceStage;
class Stage;
struct Pump;

/// Runs the stages of one run on pumps: which stage is ready, which thread runs it, when another thread is worth while, when
/// everything stands still, and when it is over. Safe on all threads.
class Engine final : public StageHost, public std::enable_shared_from_this<Engine>
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
    const std::vector<std::unique_ptr<Stage>> &stages() const { return m_stages; }
    const std::vector<SourceStage *> &sources() const { return m_sources; }
    const std::vector<SinkStage *> &sinks() const { return m_sinks; }
    /// The stages of a step, first to last: one, or two for sources and sinks that work in two phases.
    const std::vector<Stage *> &stagesOf(size_t step) const { return m_stagesOfStep[step]; }
    int threads() const;
    uint64_t endedAt() const { return m_endedAt.load(std::memory_order_acquire); }
    uint64_t pausedNanoseconds() const override;
    uint64_t cpuAtStart() const { return m_cpuAtStart; }
    /// What others and children of this process have computed.
    struct CoreUse
    {
        uint64_t at = 0, until = 0; ///< steady nanoseconds: when it was measured, and how long that is good enough
        ProcessTable processes;     ///< empty where there are no children, or the system doesn't tell
        double others = 0;          ///< core seconds of other processes since the start; 0: none, or not known
    };
    /// As of now, though with children, which cost more to be looked at, as of a moment ago: a thread of the run's own looks,
    /// never the one that asks, and nothing is known until it has. Once the run has ended, as of then.
    std::shared_ptr<const CoreUse> coreUse();
    /// Sizes the admission windows anew after workers or queue sizes have changed.
    void updateWindows();

    // What stages ask for.
    void schedule(Stage &stage) override;
    bool hasReady() const override;
    bool isReady(const Stage &stage) const override;
    void stageFinished() override;
    void fail(const ErrorPlace &place, Error error, const std::string &step) override;
    void scheduleAt(uint64_t nanoseconds, Stage &stage) override;
    void wakeAnother() override;
    void beginWaiting(Pump &pump) override;
    void endWaiting(Pump &pump) override;
    std::string originOf(const Batch &batch, size_t row) const override;
    ItemPlaces placesOf(const Batch &batch) const override;

private:
    void scheduleAll();
    std::shared_ptr<const CoreUse> measureCoreUse() const;
    void lookAtCores();
    /// Takes a later one than there is, until the run has ended.
    void keepUse(std::shared_ptr<const CoreUse> use);
    void buildStages();
    std::vector<std::string> namesForTrace() const;
    void writeTrace();
    void linkStages();
    static std::string nameOf(const SourceStage &source);
    void findDomains();
    void shareMemory();
    void open();
    void runFirstPump();
    void runPump();
    void activate(Pump &pump, Stage &ready);
    static Stage *perform(Pump &pump, Stage &stage);
    void idle(Pump &pump);
    bool spin();
    uint64_t readyNanoseconds() const;
    int takeReady(Pump &pump);
    int takeReadyInLine(int preferred, bool onlyWaiting);
    int takeReadyFairly(Pump &pump);
    int chooseFairly(Pump &pump) const;
    bool comesFirst(int computing, int waiting, const Pump &pump) const;
    void beginTurn(Pump &pump, Stage &stage);
    void endTurn(Pump &pump);
    bool areCoresTaken() const;
    bool isSoonSeen() const;
    bool takeReadyBit(size_t word, uint64_t mask);
    /// Sees to it that one more pump looks for work. Returns what is to be notified for it once m_mutex is free, or null.
    [[nodiscard]] std::condition_variable *ensurePumpLocked();
    void wakeAll();
    void pumpUntilOver();
    /// False: the system gives no thread.
    bool startThread(void (Engine::*work)());
    void startPumpLocked();
    void startWatchdog();
    bool isRefusedNow() const;
    /// After an exception that no step is to blame for: the run fails. Allocates nothing where memory is what is missing.
    void breakOff(std::exception_ptr exception, const Stage *stage = nullptr) noexcept;
    void failForMemory() noexcept;
    bool isOverLimit() const;
    void watchLocked();
    void waitToWatch(std::unique_lock<std::mutex> &lock);
    void scheduleDueLocked(uint64_t now);
    /// Who holds back when everything stands still.
    struct Holders
    {
        std::vector<Domain *> windows;
        Stage *smallest = nullptr; ///< whose queue is full
    };
    Holders findHoldersLocked() const;
    void resolveStandstill(const Holders &holders);
    void markAllReady();
    void endIfLast(std::unique_lock<std::mutex> &lock);
    void finalize();
    RunOutcome takeOutcome();
    void closeStages(bool areSinks);
    void closeSinks(RunOutcome &outcome);
    void closeSink(SinkStage &stage, RunOutcome &outcome) const;

    RunPlan m_plan;
    std::vector<std::unique_ptr<Stage>> m_stages; ///< by rank: nearest to the sinks first
    std::vector<std::vector<Stage *>> m_stagesOfStep;
    std::vector<SourceStage *> m_sources; ///< by their number
    std::vector<SinkStage *> m_sinks;
    std::vector<std::unique_ptr<Domain>> m_domains;
    size_t m_readyWords = 0;
    std::unique_ptr<std::atomic<uint64_t>[]> m_ready; ///< a bit for each stage, by rank
    std::unique_ptr<Lanes> m_lanes;
    std::unique_ptr<RunTrace> m_trace; ///< null: nobody has asked for one

    std::atomic<bool> m_isComplete{false};
    std::atomic<int> m_openStages{0};
    std::atomic<uint64_t> m_endedAt{0};
    uint64_t m_cpuAtStart = 0;
    std::optional<double> m_machineAtStart,
        m_ownAtStart;                     ///< core seconds, and of them this process's and its children's
    std::mutex m_useMutex;                ///< guards the next two; held for a moment only
    std::shared_ptr<const CoreUse> m_use; ///< the last that was measured; the end's before m_endedAt is set
    bool m_isLooking = false;             ///< a thread is about to measure

    const int m_cores;
    alignas(64) std::atomic<int> m_spinning{0};
    std::atomic<int> m_pumpCount{0}, m_parked{0}, m_waiting{0},
        m_starting{0}; ///< written under m_mutex (m_waiting: anywhere)
    std::atomic<uint64_t> m_nextDue{UINT64_MAX};
    std::atomic<uint64_t> m_nextStart{0}; ///< not 0: a thread was refused, and no other is asked for before then

    mutable std::mutex m_mutex; ///< guards all below
    /// Parked pumps wait for the first, the one that keeps watch for the second: others are woken before it.
    std::condition_variable m_wakePump, m_wakeWatchdog, m_done;
    std::vector<Pump *> m_pumps;
    std::multimap<uint64_t, Stage *> m_due;
    bool m_hasWatchdog = false;
    std::chrono::milliseconds m_watchInterval{0}; ///< until the next look; 0: the first
    bool m_isWaking = false;                      ///< a parked pump was notified and hasn't looked yet
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
