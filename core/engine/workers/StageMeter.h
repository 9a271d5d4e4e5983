// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/Queue.h"
#include "engine/workers/Pump.h"
#include "engine/workers/StageHost.h"
#include "metrics/RunSample.h"
#include "metrics/WorkerCounters.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

namespace millrace {

/// What a stage measures of itself: the cost of a batch, from which follows how many it takes at once, whether it computes or
/// waits, and where its time goes. Times are in nanoseconds. Safe on all threads.
class StageMeter
{
public:
    /// `queue`: the stage's, whose depth is measured. Both are borrowed.
    StageMeter(StageHost &host, const Queue &queue) : m_host(host), m_queue(queue) {}

    /// What a batch costs, smoothed; 0: not known.
    uint64_t nanosecondsPerBatch() const { return m_cost.load(std::memory_order_relaxed); }
    /// How many batches a worker takes at a time, so that an activation costs about 20 µs.
    uint32_t batchesAtOnce() const { return m_atOnce.load(std::memory_order_relaxed); }
    /// What so many batches would cost, by what batches have cost so far. Unknown counts as much.
    uint64_t expectedNanoseconds(uint64_t batches) const
    {
        const uint64_t cost = nanosecondsPerBatch();
        return cost == 0 ? 1'000'000 : cost * std::min<uint64_t>(batches, 32);
    }
    /// Whether it waits for something, so that its threads take no core.
    bool waits() const { return m_waits.load(std::memory_order_relaxed); }
    void setWaits() { m_waits.store(true, std::memory_order_relaxed); }

    /// Ready now, while all cores are taken (0: while they aren't). Until it is taken.
    void noteReady(uint64_t at)
    {
        if (at != m_readySince.load(std::memory_order_relaxed))
            m_readySince.store(at, std::memory_order_relaxed);
    }
    /// When it became ready, if it had to wait for a core since; else 0.
    uint64_t takeReadySince()
    {
        const uint64_t since = m_readySince.load(std::memory_order_relaxed);
        if (since != 0)
            m_readySince.store(0, std::memory_order_relaxed);
        return since;
    }
    void noteWaitedForCore(uint64_t time) { m_waitedForCore.fetch_add(time, std::memory_order_relaxed); }
    /// There was no room for its results, and has been since it was first said.
    void noteBlocked();
    void noteUnblocked();
    bool isBlocked() const { return m_blockedSince.load(std::memory_order_relaxed) != 0; }
    void noteEnd();
    /// A batch of that origin is through with the stage. `now`: the steady time, 0: it is looked up. One in a turn is enough.
    void noteThrough(const Origin &origin) { noteThrough(origin.source, origin.sequence, 0); }
    void noteThrough(uint32_t source, uint64_t sequence, uint64_t now);
    void addLatencyTo(Histogram::Counts &sum) const;
    /// Counts a piece of work that was timed as that of `weight` such pieces, all of it computing. `now`: its end.
    void noteTime(WorkerCounters &counters, uint64_t wall, uint32_t batches, uint32_t weight, uint64_t now);

    /// Adds how its workers have spent their time. `busy`: that they were at work; `isReady`: no pump has taken it yet. Returns what
    /// it waits for while none is at work.
    StepState addTimesTo(StepSample &sample, uint64_t now, uint64_t busy, int workers, bool isReady) const;
    void addDepthTo(QueueSample &sample) const;

    /// Measures a piece of work of a worker, for the stage's idea of its cost.
    class Stopwatch
    {
    public:
        Stopwatch(StageMeter &meter, Pump &pump, WorkerCounters &counters, uint32_t batches);
        /// Before the results are handed on.
        void finish(uint32_t batches);

    private:
        StageMeter &m_meter;
        Pump &m_pump;
        WorkerCounters &m_counters;
        uint64_t m_begin = 0, m_cpuBegin = 0;
        long m_switches = -1;
        uint32_t m_weight = 0;    ///< 0: not timed
        uint32_t m_cpuWeight = 0; ///< 0: the CPU clock wasn't read
        bool m_isWaiting = false;
    };

private:
    void learn(uint64_t nanosecondsPerBatch);
    void probeWaiting(uint64_t wall, uint64_t cpu, long switchesBefore);
    void noteDepth(uint64_t now);

    StageHost &m_host;
    const Queue &m_queue;
    alignas(64) std::atomic<uint32_t> m_cost{0}; ///< nanoseconds a batch, smoothed; 0: not known
    std::atomic<uint32_t> m_atOnce{1};
    std::atomic<int> m_suspicion{0};
    std::atomic<bool> m_waits{false};
    std::atomic<uint64_t> m_blockedSince{0}, m_blockedFor{0};
    std::atomic<uint64_t> m_readySince{0}, m_waitedForCore{0};
    std::atomic<uint64_t> m_endedAt{0};
    std::array<std::atomic<uint64_t>, Histogram::Classes> m_latency{}; ///< since it was read, by Histogram::classOf()
    std::atomic<uint64_t> m_depthArea{0}, m_depthTime{0};              ///< batches × microseconds, microseconds
    std::atomic<uint64_t> m_depthAt{0};
};

} // namespace millrace
