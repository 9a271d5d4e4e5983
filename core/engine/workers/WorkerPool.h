// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/gauges/PauseClock.h"
#include "metrics/RunSample.h"
#include "metrics/WorkerCounters.h"
#include "process/ChildClock.h"
#include "steps/Step.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

namespace millrace {

/// One worker of a stage: its own step, and what it counts. Whoever has taken it from its pool uses it; the atomics are for all.
struct Worker
{
    int index = 0;
    std::unique_ptr<Step> step;
    WorkerCounters counters;
    bool isOpen = false;
    std::atomic<const WorksInChildren *> inChildren{nullptr}; ///< the step, once it is open, where it is such a one
    std::atomic<const PauseClock *> pauses{nullptr};          ///< of the step, where it keeps to a rate
};

/// The workers of a stage. They are made when they are first taken, the idle one with the smallest number comes first, and they
/// stay until the pool ends: where fewer may be at work the others are just not taken. Safe on all threads.
class WorkerPool
{
public:
    static constexpr int Most = 1024;

    /// `limit`: how many may be at work, 1 to Most.
    explicit WorkerPool(int limit) : m_limit(limit) {}
    ~WorkerPool();
    WorkerPool(const WorkerPool &) = delete;
    WorkerPool &operator=(const WorkerPool &) = delete;

    int limit() const { return m_limit.load(std::memory_order_relaxed); }
    /// At once; those beyond it that are at work end their turn.
    void setLimit(int limit) { m_limit.store(limit, std::memory_order_relaxed); }

    /// An idle worker. The caller's stage has seen to it that fewer than Most are at work.
    Worker *take();
    void giveBack(Worker *worker);
    /// Null: it has never been taken.
    Worker *at(int index) const;
    /// Of those that have ever been taken, by their number.
    template <class Call>
    void forEach(Call call) const
    {
        for (int index = 0; index < Most; ++index) {
            if (!m_segments[size_t(index / SegmentSize)].load(std::memory_order_acquire))
                index += SegmentSize - 1;
            else if (Worker *found = at(index))
                call(*found);
        }
    }

    /// How many hold back what they have at this moment, to keep to a rate.
    int pausing() const;
    /// Adds what the workers have counted. Returns how long they were at work, in nanoseconds, or held something back.
    uint64_t addTo(StepSample &sample) const;
    /// Adds what their children have computed, by this picture of the machine.
    void addChildrenTo(StepSample &sample, const ProcessTable &processes) const;

private:
    static constexpr int SegmentSize = 64;
    struct Segment
    {
        std::atomic<uint64_t> free{~0ull};
        std::array<std::atomic<Worker *>, SegmentSize> workers{};
    };
    Segment &segment(int index)
    {
        Segment *found = m_segments[size_t(index)].load(std::memory_order_acquire);
        return found ? *found : makeSegment(index);
    }
    Segment &makeSegment(int index);

    std::atomic<int> m_limit;
    std::array<std::atomic<Segment *>, Most / SegmentSize> m_segments{};
    std::mutex m_segmentMutex; ///< guards the making of segments
};

} // namespace millrace
