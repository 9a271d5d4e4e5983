// SPDX-License-Identifier: MIT
#pragma once

#include "engine/scheduling/DueStages.h"
#include "engine/scheduling/GraphBuilder.h"
#include "engine/scheduling/ReadyStages.h"
#include "engine/stages/Stage.h"
#include "engine/workers/Pump.h"
#include "engine/workers/StageHost.h"
#include "metrics/Clock.h"
#include "metrics/RunTrace.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace millrace {

/// A run as its scheduler sees it. Safe on all threads.
class ScheduledRun : public StageHost
{
public:
    /// Runs the work on a thread of its own; the run is there for as long as that takes. False: the system gives no thread.
    virtual bool startThread(std::function<void()> work) = 0;
    /// On the first thread, before it looks for work.
    virtual void open() = 0;
    /// After an exception that no step is to blame for. `stage`: that was at work, or null.
    virtual void breakOff(std::exception_ptr exception, const Stage *stage) noexcept = 0;
    /// The last thread is about to go: no stage is at work any more, nor will be.
    virtual void finalize() = 0;

protected:
    using StageHost::StageHost;
};

/// Runs stages on pumps: which stage is ready, which thread runs it, when another thread is worth while, which thread only waits,
/// and when everything stands still. Safe on all threads.
class Scheduler
{
public:
    /// All are borrowed. `trace`: where turns are noted, or null.
    Scheduler(ScheduledRun &run, const StageGraph &graph, RunTrace *trace);

    /// Asks for the first thread, which opens the run. False: the system gives none.
    bool start();
    /// From now on no stage is begun, and the threads go.
    void complete();
    /// Threads that look for work or are at it.
    int threads() const
    {
        return m_pumpCount.load(std::memory_order_relaxed) - m_parked.load(std::memory_order_relaxed);
    }

    void schedule(Stage &stage);
    /// At that steady time. Where it isn't ready by itself before.
    void scheduleAt(uint64_t nanoseconds, Stage &stage);
    void scheduleAll();
    /// Without waking anybody, as while the run is paused.
    void markAllReady() { m_ready.markAll(); }
    /// After a pause.
    void wakeAll();
    bool hasReady() const { return m_ready.hasAny(); }
    bool isReady(const Stage &stage) const { return m_ready.contains(stage.rank()); }
    /// Another pump takes what is ready, if a core is free for it.
    void wakeAnother();
    /// Around work of a stage that waits: its thread doesn't count as one that computes.
    void beginWaiting(Pump &pump);
    void endWaiting(Pump &pump);

private:
    void runFirstPump();
    void runPump();
    void pumpUntilOver();
    void activate(Pump &pump, Stage &ready);
    static Stage *perform(Pump &pump, Stage &stage);
    void idle(Pump &pump);
    bool isAlone() const;
    bool spin();
    /// Threads that compute.
    int computing(std::memory_order order = std::memory_order_seq_cst) const
    {
        return m_pumpCount.load(order) - m_waiting.load(order) - m_parked.load(order);
    }
    bool areCoresTaken() const { return computing(std::memory_order_relaxed) >= m_cores; }
    bool isOverLimit() const { return computing() > m_cores; }
    /// Sees to it that one more pump looks for work. Returns what is to be notified for it once m_mutex is free, or null.
    [[nodiscard]] std::condition_variable *ensurePumpLocked();
    void startPumpLocked();
    bool isRefusedNow() const;
    void startWatchdog();
    void keepWatch(std::unique_lock<std::mutex> &lock, bool areAllParked);
    void watchLocked();
    void waitToWatch(std::unique_lock<std::mutex> &lock);
    void scheduleDueLocked(uint64_t now);
    void resolveStandstill(std::unique_lock<std::mutex> &lock);

    ScheduledRun &m_run;
    const StageGraph &m_graph;
    const std::span<const std::unique_ptr<Stage>> m_stages; ///< by rank
    RunTrace *const m_trace;
    const int m_cores;
    ReadyStages m_ready;
    std::atomic<bool> m_isComplete{false};

    alignas(64) std::atomic<int> m_spinning{0};
    std::atomic<int> m_pumpCount{0}, m_parked{0}, m_waiting{0},
        m_starting{0};                    ///< written under m_mutex (m_waiting: anywhere)
    std::atomic<uint64_t> m_nextStart{0}; ///< not 0: a thread was refused, and no other is asked for before then

    std::mutex m_mutex; ///< guards all below
    /// Parked pumps wait for the first, the one that keeps watch for the second: others are woken before it.
    std::condition_variable m_wakePump, m_wakeWatchdog;
    std::vector<Pump *> m_pumps;
    DueStages m_due;
    bool m_hasWatchdog = false;
    std::chrono::milliseconds m_watchInterval{0}; ///< until the next look; 0: the first
    bool m_isWaking = false;                      ///< a parked pump was notified and hasn't looked yet
};

inline void Scheduler::schedule(Stage &stage)
{
    if (!m_ready.mark(stage.rank()))
        return;
    stage.meter().noteReady(areCoresTaken() ? steadyNanoseconds() : 0);
    // From outside the pumps, or they would all wait for what was just made ready.
    if (m_parked.load(std::memory_order_seq_cst) == m_pumpCount.load(std::memory_order_relaxed))
        wakeAnother();
}

} // namespace millrace
