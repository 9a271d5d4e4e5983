// SPDX-License-Identifier: MIT
#include "engine/flow/Queue.h"

#include <algorithm>
#include <array>
#include <bit>

namespace millrace {

namespace {

constexpr uint32_t PushedAtOnce = 64; ///< batches for which the ring is locked

uint32_t boundOf(uint32_t capacity)
{
    return capacity == 0 || capacity > Queue::Unbounded ? Queue::Unbounded : capacity;
}

} // namespace

Queue::Queue(uint32_t capacity) : m_capacity(boundOf(capacity))
{
    m_ring.resize(std::bit_ceil(std::min<size_t>(boundOf(capacity), 64)));
}

void Queue::setCapacity(uint32_t capacity)
{
    m_capacity.store(boundOf(capacity), std::memory_order_relaxed);
    std::lock_guard lock(m_mutex);
    learnBytes(m_batchBytes);
}

void Queue::setCapacityBytes(uint64_t bytes)
{
    m_capacityBytes.store(std::max<uint64_t>(bytes, 1), std::memory_order_relaxed);
    std::lock_guard lock(m_mutex);
    learnBytes(m_batchBytes);
}

/// Large ones count for a while after the last one.
void Queue::learnBytes(uint64_t largest)
{
    m_batchBytes = std::max(largest, m_batchBytes - m_batchBytes / 16);
    const uint64_t most = capacityBytes();
    const bool isRoomForAll = m_batchBytes * capacity() <= most;
    m_mostByBytes.store(isRoomForAll ? Unbounded : uint32_t(std::max<uint64_t>(1, most / m_batchBytes)),
                        std::memory_order_relaxed);
}

uint32_t Queue::reserve(uint32_t wanted, uint32_t unit)
{
    uint64_t word = m_state.load(std::memory_order_acquire);
    for (;;) {
        const State state = unpack(word);
        const uint32_t used = state.queued + state.reserved, most = std::min(bound(), boundByBytes());
        if (used + unit > most || (state.queued > 0 && bytes() >= capacityBytes())) {
            if (state.isAwaited || m_state.compare_exchange_weak(word, word | Awaited, std::memory_order_acq_rel))
                return 0;
            continue;
        }
        const uint32_t count = std::min(wanted, (most - used) / unit);
        if (m_state.compare_exchange_weak(word, word + uint64_t(count) * unit * ReservedOne, std::memory_order_acq_rel))
            return count;
    }
}

bool Queue::giveBack(uint32_t count)
{
    uint64_t word = m_state.load(std::memory_order_acquire);
    while (!m_state.compare_exchange_weak(word, (word - count * ReservedOne) & ~Awaited, std::memory_order_seq_cst)) {
    }
    return (word & Awaited) != 0;
}

uint32_t Queue::push(Batch *const *batches, uint32_t count)
{
    std::array<Entry, PushedAtOnce> entries;
    uint32_t queued = 0;
    while (count > 0) {
        const uint32_t some = std::min(count, PushedAtOnce);
        for (uint32_t i = 0; i < some; ++i)
            entries[i] = {batches[i], batches[i]->byteSize()}; // before the lock: it may have to look at many values
        queued = pushSome({entries.data(), some});
        batches += some;
        count -= some;
    }
    return queued;
}

uint32_t Queue::pushSome(std::span<const Entry> entries)
{
    const auto count = uint32_t(entries.size());
    std::lock_guard lock(m_mutex);
    uint64_t bytes = m_bytes.load(std::memory_order_relaxed), largest = 0;
    if (m_tail - m_head + count > m_ring.size())
        growRing(size_t(m_tail - m_head) + count);
    for (const Entry &entry : entries) {
        m_ring[size_t(m_tail++) & (m_ring.size() - 1)] = entry;
        bytes += entry.bytes;
        largest = std::max(largest, entry.bytes);
    }
    learnBytes(largest);
    m_bytes.store(bytes, std::memory_order_release);
    if (bytes > m_peakBytes.load(std::memory_order_relaxed))
        m_peakBytes.store(bytes, std::memory_order_relaxed);
    const uint64_t before = m_state.fetch_add(count - count * ReservedOne, std::memory_order_acq_rel);
    const uint32_t queued = unpack(before).queued + count;
    if (queued > m_peak.load(std::memory_order_relaxed))
        m_peak.store(queued, std::memory_order_relaxed);
    return queued;
}

uint32_t Queue::take(Batch **batches, uint32_t most, uint32_t limit, bool &wakeProducers)
{
    return takeEntering(batches, most, limit, ActiveOne, wakeProducers);
}

uint32_t Queue::takeMore(Batch **batches, uint32_t most, bool &wakeProducers)
{
    return takeEntering(batches, most, UINT32_MAX, 0, wakeProducers);
}

uint32_t Queue::takeEntering(Batch **batches, uint32_t most, uint32_t limit, uint64_t entering, bool &wakeProducers)
{
    // The room is given back and the batches leave the ring under one lock: else a producer could overwrite them.
    std::lock_guard lock(m_mutex);
    uint64_t word = m_state.load(std::memory_order_acquire);
    const uint32_t count = std::min(most, unpack(word).queued); // only this lock's holder changes what is queued
    if (count == 0 || unpack(word).active >= limit)
        return 0;
    const uint64_t before = m_bytes.load(std::memory_order_relaxed);
    uint64_t bytes = before;
    for (uint32_t i = 0; i < count; ++i) {
        const Entry &entry = m_ring[size_t(m_head + i) & (m_ring.size() - 1)];
        batches[i] = entry.batch;
        bytes -= entry.bytes;
    }
    // The bytes first: whoever still sees the old ones finds no room, and is seen to wait for it by what follows.
    m_bytes.store(bytes, std::memory_order_release);
    do {
        if (unpack(word).active >= limit) {
            m_bytes.store(before, std::memory_order_release);
            return 0;
        }
    } while (!m_state.compare_exchange_weak(word, ((word & ~Awaited) - count) + entering, std::memory_order_acq_rel));
    wakeProducers |= (word & Awaited) != 0;
    m_head += count;
    return count;
}

bool Queue::carry(uint32_t count, uint32_t limit, bool &wakeProducers)
{
    uint64_t word = m_state.load(std::memory_order_acquire);
    do {
        const State state = unpack(word);
        if (state.queued != 0 || state.active >= limit)
            return false;
    } while (!m_state.compare_exchange_weak(word, ((word & ~Awaited) - count * ReservedOne) + ActiveOne,
                                            std::memory_order_acq_rel));
    wakeProducers |= (word & Awaited) != 0;
    return true;
}

bool Queue::enter(uint32_t limit)
{
    uint64_t word = m_state.load(std::memory_order_acquire);
    do {
        if (unpack(word).active >= limit)
            return false;
    } while (!m_state.compare_exchange_weak(word, word + ActiveOne, std::memory_order_acq_rel));
    return true;
}

bool Queue::enterIdle()
{
    uint64_t word = m_state.load(std::memory_order_acquire);
    do {
        const State state = unpack(word);
        if (state.queued != 0 || state.active != 0)
            return false;
    } while (!m_state.compare_exchange_weak(word, word + ActiveOne, std::memory_order_acq_rel));
    return true;
}

Queue::State Queue::leave()
{
    return unpack(m_state.fetch_sub(ActiveOne, std::memory_order_seq_cst) - ActiveOne);
}

std::vector<Batch *> Queue::drain()
{
    std::lock_guard lock(m_mutex);
    std::vector<Batch *> batches;
    while (m_head != m_tail)
        batches.push_back(m_ring[size_t(m_head++) & (m_ring.size() - 1)].batch);
    return batches;
}

void Queue::growRing(size_t needed)
{
    std::vector<Entry> larger(std::bit_ceil(needed));
    for (uint64_t i = m_head; i != m_tail; ++i)
        larger[size_t(i) & (larger.size() - 1)] = m_ring[size_t(i) & (m_ring.size() - 1)];
    m_ring.swap(larger);
}

} // namespace millrace
