// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/BatchPool.h"
#include "engine/flow/BatchRows.h"
#include "engine/flow/MemoryBudget.h"
#include "engine/flow/ReadTimes.h"
#include "engine/journal/RunJournal.h"
#include "engine/RunOptions.h"
#include "metrics/RunLog.h"
#include "process/Event.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace millrace {

class Stage;
struct Pump;

/// Where an error stands in the order of the source: the smallest one is the run's error, the same one every time.
struct ErrorPlace
{
    uint64_t sequence = 0; ///< of the batch within its source
    uint32_t source = 0;
    int stage = 0; ///< in topological order
    uint32_t row = 0;

    bool operator<=(const ErrorPlace &other) const
    {
        return std::tie(sequence, source, stage, row) <= std::tie(other.sequence, other.source, other.stage, other.row);
    }
};

/// The run that stages are part of, as they see it: what all share, and what they ask for. Its Engine is the one there is. What is
/// looked at for each batch is read from here without a virtual call. Safe on all threads.
class StageHost
{
public:
    const RunOptions &options() const { return m_options; }
    RunState state() const { return m_runState.load(std::memory_order_acquire); }
    uint64_t startedAt() const { return m_startedAt.load(std::memory_order_acquire); }
    virtual uint64_t pausedNanoseconds() const = 0;
    /// Batches of a source after this one are dropped: the run has failed there.
    uint64_t stopSequence() const { return m_stopSequence.load(std::memory_order_relaxed); }
    bool isStopping() const { return m_isStopping.load(std::memory_order_relaxed); }
    bool isPaused() const { return m_isPaused.load(std::memory_order_acquire); }
    /// Paused or cancelled: nothing new is begun.
    bool isHeld() const
    {
        return m_isPaused.load(std::memory_order_relaxed) || m_isCancelled.load(std::memory_order_relaxed);
    }
    bool isCancelled() const { return m_isCancelled.load(std::memory_order_relaxed); }
    /// A descriptor that is readable once the run is cancelled, for steps that wait.
    int cancelFd() const { return m_cancelEvent.number(); }
    /// The same from stop() on, for sources that wait.
    int stopFd() const { return m_stopEvent.number(); }
    BatchPool &pool() { return m_pool; }
    const MemoryBudget &budget() const { return m_budget; }
    /// What a queue may hold, in bytes, that doesn't say so itself; and what a stage may hold back in memory.
    uint64_t queueShare() const { return m_queueShare; }
    uint64_t heldShare() const { return m_heldShare; }
    RunLog &log() { return m_log; }
    /// Null: the run keeps none.
    RunJournal *journal() const { return m_journal.get(); }
    FailedItemsFile *failedItems() const { return m_options.failedItems.get(); }
    /// When the batch that this one was made of was read, in nanoseconds from the start; UINT64_MAX: not known.
    uint64_t readAt(uint32_t source, uint64_t sequence) const
    {
        return source < m_readTimes.size() ? m_readTimes[source]->of(sequence) : UINT64_MAX;
    }
    /// So many items more have failed for good. An error where that is more than the run's limits allow, each time.
    Result<> countFailed(uint64_t items)
    {
        const uint64_t failed = m_failedItems.fetch_add(items, std::memory_order_relaxed) + items;
        const bool mayPass = m_options.limits.errors || m_options.limits.errorPercent;
        return mayPass ? checkFailed(failed) : Result<>();
    }

    virtual void schedule(Stage &stage) = 0;
    /// The stage is scheduled again at that steady time.
    virtual void scheduleAt(uint64_t nanoseconds, Stage &stage) = 0;
    virtual bool hasReady() const = 0;
    virtual bool isReady(const Stage &stage) const = 0;
    virtual void stageFinished() = 0;
    /// The run fails with this error, unless one that comes earlier in the order of the source is found.
    virtual void fail(const ErrorPlace &place, Error error, const std::string &step) = 0;
    /// Drops what is under way.
    virtual void cancel() = 0;
    /// Another pump takes what is ready, if a core is free for it.
    virtual void wakeAnother() = 0;
    /// Around work of a stage that waits: its thread doesn't count as one that computes.
    virtual void beginWaiting(Pump &pump) = 0;
    virtual void endWaiting(Pump &pump) = 0;
    /// "orders.csv line 17" for an item; empty where its source was never opened.
    virtual std::string originOf(const Batch &batch, size_t row) const = 0;
    /// The same of all items of a batch, as data.
    virtual ItemPlaces placesOf(const Batch &batch) const = 0;

    StageHost(const StageHost &) = delete;
    StageHost &operator=(const StageHost &) = delete;

protected:
    virtual Result<> checkFailed(uint64_t failed) const = 0;
    explicit StageHost(RunOptions options) : m_options(std::move(options)), m_budget(m_options.memory) {}
    virtual ~StageHost() = default;

    const RunOptions m_options;
    const MemoryBudget m_budget;
    std::vector<const ReadTimes *> m_readTimes; ///< by source; from before the run on
    uint64_t m_queueShare = 0, m_heldShare = 0;
    RunLog m_log;
    Event m_cancelEvent, m_stopEvent;
    BatchPool m_pool;
    std::unique_ptr<RunJournal> m_journal; ///< made before anything is scheduled
    std::atomic<RunState> m_runState{RunState::Ready};
    std::atomic<bool> m_isPaused{false}, m_isStopping{false}, m_isCancelled{false};
    std::atomic<uint64_t> m_stopSequence{UINT64_MAX};
    std::atomic<uint64_t> m_startedAt{0}, m_failedItems{0};
};

} // namespace millrace
