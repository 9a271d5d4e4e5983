// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

namespace millrace {

/// The bounded input queue of a stage, with all that decides what may happen next: how many batches are queued, how much
/// room producers have reserved, how many workers are at work, whether a producer waits for room.
///
/// The decision words fit one 64-bit atomic, so that each decision is one compare-and-swap and the bound is exact: queued and
/// reserved together never exceed the capacity, or the number of workers before the queue where there are more of those: each
/// worker may hold one result, else a short queue would keep workers idle. What is queued beyond the capacity are such results. Nothing ever blocks here: who finds no room or no input goes away, and who
/// makes the difference schedules it again. A short mutex guards the ring itself, never over foreign code. Safe on all threads.
///
/// A second bound is in bytes. Nobody knows how large a result will be, so room is given by what the batches had lately, and none at
/// all as long as what is queued has that many bytes: an empty queue always takes one batch, and one for each worker before it.
class Queue
{
public:
    static constexpr uint32_t Unbounded = (1u << 20) - 1;
    static constexpr uint64_t AnyBytes = UINT64_MAX;

    struct State
    {
        uint32_t queued, reserved, active;
        bool isAwaited; ///< a producer found no room and waits to be scheduled
    };

    explicit Queue(uint32_t capacity);

    State state() const { return unpack(m_state.load(std::memory_order_seq_cst)); }
    uint32_t capacity() const { return m_capacity.load(std::memory_order_relaxed); }
    /// What is queued beyond a smaller capacity stays until it is taken. The caller schedules the producers.
    void setCapacity(uint32_t capacity);
    uint64_t capacityBytes() const { return m_capacityBytes.load(std::memory_order_relaxed); }
    /// At least 1. As setCapacity().
    void setCapacityBytes(uint64_t bytes);
    /// How many workers deliver here: that many results there is always room for.
    void setLeast(uint32_t workers) { m_least.store(workers, std::memory_order_relaxed); }
    /// What queued and reserved never exceed.
    uint32_t bound() const { return std::max(capacity(), m_least.load(std::memory_order_relaxed)); }

    /// Room for up to `wanted` times `unit` batches (a producer with several links needs room for one on each); returns how
    /// many times. 0: there is none, and the queue remembers that a producer waits.
    uint32_t reserve(uint32_t wanted, uint32_t unit = 1);
    /// Room for batches that are under way already, whether there is any or not.
    void reserveBeyond(uint32_t count) { m_state.fetch_add(count * ReservedOne, std::memory_order_acq_rel); }
    /// Returns room that was not used. True: schedule the producers.
    bool giveBack(uint32_t count);
    /// Puts batches into reserved room. Returns how many are queued now.
    uint32_t push(Batch *const *batches, uint32_t count);

    /// Takes up to `most` batches for one more worker, if fewer than `limit` are at work. `wakeProducers` is set where room that
    /// a producer waits for became free. 0: nothing taken, no worker entered.
    uint32_t take(Batch **batches, uint32_t most, uint32_t limit, bool &wakeProducers);
    /// The same for a worker that is at work already.
    uint32_t takeMore(Batch **batches, uint32_t most, bool &wakeProducers);
    /// A worker starts with batches that were to be pushed: only where nothing is queued before them.
    bool carry(uint32_t count, uint32_t limit, bool &wakeProducers);
    /// A worker starts without a batch (a retry, results held back). False: enough are at work.
    bool enter(uint32_t limit);
    /// The same, where nothing is queued and nobody at work.
    bool enterIdle();
    /// A worker has ended. Returns the state after it.
    State leave();

    /// The most that was queued, results that workers held for it left out.
    uint32_t peak() const { return std::min(m_peak.load(std::memory_order_relaxed), capacity()); }
    /// What the queued batches hold now, and held at most, as Batch::byteSize() was when they came.
    uint64_t bytes() const { return m_bytes.load(std::memory_order_acquire); }
    uint64_t peakBytes() const { return m_peakBytes.load(std::memory_order_relaxed); }
    /// Whether it is the bytes that leave no room.
    bool isFullOfBytes() const
    {
        const State now = state();
        return (now.queued > 0 && bytes() >= capacityBytes()) || now.queued + now.reserved >= boundByBytes();
    }
    /// For the end of a run: whatever is still queued.
    std::vector<Batch *> drain();

private:
    static constexpr uint64_t ReservedOne = 1ull << 20, ActiveOne = 1ull << 40, Awaited = 1ull << 60;
    static constexpr uint64_t CountMask = (1ull << 20) - 1;

    static State unpack(uint64_t word)
    {
        return {uint32_t(word & CountMask), uint32_t((word >> 20) & CountMask), uint32_t((word >> 40) & CountMask),
                (word & Awaited) != 0};
    }
    uint32_t takeEntering(Batch **batches, uint32_t most, uint32_t limit, uint64_t entering, bool &wakeProducers);
    struct Entry
    {
        Batch *batch;
        uint64_t bytes;
    };

    /// How many batches there is room for by their bytes.
    uint32_t boundByBytes() const
    {
        return std::max(m_mostByBytes.load(std::memory_order_relaxed), m_least.load(std::memory_order_relaxed));
    }
    uint32_t pushSome(std::span<const Entry> entries);
    void learnBytes(uint64_t largest);
    void growRing(size_t needed);

    alignas(64) std::atomic<uint64_t> m_state{0};
    std::atomic<uint32_t> m_capacity;
    std::atomic<uint32_t> m_least{1};
    std::atomic<uint32_t> m_peak{0};
    std::atomic<uint32_t> m_mostByBytes{Unbounded};
    std::atomic<uint64_t> m_bytes{0}; ///< written under m_mutex
    std::atomic<uint64_t> m_capacityBytes{AnyBytes};
    std::atomic<uint64_t> m_peakBytes{0};
    alignas(64) std::mutex m_mutex; ///< guards what follows
    std::vector<Entry> m_ring;
    uint64_t m_head = 0, m_tail = 0;
    uint64_t m_batchBytes = 0; ///< of one batch, as the large ones lately
};

} // namespace millrace
