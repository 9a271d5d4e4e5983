// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/Domain.h"
#include "engine/workers/Failures.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace millrace {

/// Batches of a stage whose failed items wait for another try. They take no room downstream meanwhile. Safe on all threads.
class RetryTickets
{
public:
    struct Ticket
    {
        Batch *good = nullptr; ///< the items that went well
        Failures failures;
        uint64_t bytes = 0;
    };

    /// Whether there is none, neither waiting nor at its next try.
    bool isEmpty() const { return m_count.load(std::memory_order_acquire) == 0; }
    /// Whether not very much waits, so that more batches may fail.
    bool mayTakeMore() const
    {
        return m_count.load(std::memory_order_relaxed) < int(Domain::PauseBatches)
               && m_bytes.load(std::memory_order_relaxed) < Domain::PauseBytes;
    }
    /// The pause grows with the attempts. Returns when it is over, in steady nanoseconds.
    uint64_t add(Batch *good, Failures failures);
    /// Whether the pause of one is over.
    bool isDue();
    /// One whose pause is over. It counts until it is settled.
    std::optional<Ticket> take();
    /// It was tried again; what failed once more has a ticket of its own.
    void settle(const Ticket &ticket);
    /// When nothing is at work any more: gives all batches to the pool.
    void drop(BatchPool::Cache &cache);

private:
    std::mutex m_mutex;                        ///< guards m_tickets
    std::multimap<uint64_t, Ticket> m_tickets; ///< by when they are due
    std::atomic<int> m_count{0};
    std::atomic<uint64_t> m_bytes{0};
};

} // namespace millrace
