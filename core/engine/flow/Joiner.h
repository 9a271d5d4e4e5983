// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <atomic>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace {

/// Puts batches that arrive in any order back into the order of their sequence numbers.
///
/// A slot for each batch of the admission window, addressed by sequence number; it never blocks and never refuses: that no
/// more than a window's worth is under way is the source's care. One thread at a time, but joined() and held() from any.
class Joiner
{
public:
    void put(Batch *batch)
    {
        const uint64_t ahead = batch->sequence - m_next;
        if (ahead >= m_slots.size())
            grow(size_t(ahead) + 1);
        m_slots[size_t(batch->sequence) & (m_slots.size() - 1)] = batch;
        m_held.store(m_held.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    /// Whether the batch is the one that is awaited, which then needs no slot: it has left already.
    bool pass(const Batch &batch)
    {
        if (batch.sequence != m_next)
            return false;
        ++m_next;
        return true;
    }
    /// Whether these are the ones that are awaited, one after the other.
    bool areNext(std::span<const Batch *const> batches) const
    {
        for (size_t i = 0; i < batches.size(); ++i)
            if (batches[i]->sequence != m_next + i)
                return false;
        return true;
    }
    /// So many of those that are awaited have left without a slot.
    void pass(size_t batches) { m_next += batches; }
    /// The next batch in order, which leaves the joiner, or null where it hasn't come yet.
    Batch *take()
    {
        Batch *&slot = m_slots[size_t(m_next) & (m_slots.size() - 1)];
        Batch *batch = slot;
        if (batch) {
            slot = nullptr;
            ++m_next;
            m_held.store(m_held.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
        }
        return batch;
    }
    bool isNextHere() const { return m_slots[size_t(m_next) & (m_slots.size() - 1)] != nullptr; }
    /// Before any batch has come: the first one has that number.
    void startAt(uint64_t sequence)
    {
        m_next = sequence;
        publish();
    }
    /// Number of the batch that is awaited: all before it were taken.
    uint64_t next() const { return m_next; }
    uint32_t held() const { return m_held.load(std::memory_order_relaxed); }

    /// What the source's admission looks at: batches below this number have left for good. Set by publish().
    uint64_t joined() const { return m_joined.load(std::memory_order_acquire); }
    void publish() { m_joined.store(m_next, std::memory_order_seq_cst); }

    std::vector<Batch *> drain()
    {
        std::vector<Batch *> batches;
        for (Batch *&slot : m_slots)
            if (slot)
                batches.push_back(std::exchange(slot, nullptr));
        return batches;
    }

private:
    void grow(size_t needed)
    {
        std::vector<Batch *> larger(std::bit_ceil(needed), nullptr);
        for (Batch *batch : m_slots)
            if (batch)
                larger[size_t(batch->sequence) & (larger.size() - 1)] = batch;
        m_slots.swap(larger);
    }

    std::vector<Batch *> m_slots = std::vector<Batch *>(64, nullptr);
    uint64_t m_next = 0;
    std::atomic<uint32_t> m_held{0};
    alignas(64) std::atomic<uint64_t> m_joined{0};
};

} // namespace millrace
