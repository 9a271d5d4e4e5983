// SPDX-License-Identifier: MIT
#pragma once

#include "engine/flow/Joiner.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <vector>

namespace millrace {

class Stage;

/// A stretch of the graph within which batches keep their sequence numbers: from the stage that gives them out (a source, or a
/// step that joins branches) to the joiners that want them in order.
///
/// The stage that gives them out admits no batch while the window is full (its number is not below joined + window), so what
/// waits in a joiner is bounded without anybody ever blocking there, which would deadlock.
///
/// Where batches are large the window is narrower: a thread that the system pauses for some milliseconds shall not let the
/// others fill all queues and the memory. It stays wide enough for all workers, and where branches join.
class Domain
{
public:
    static constexpr uint64_t Open = std::numeric_limits<uint64_t>::max();
    /// While batches wait for another try, others go on past them: so many, and about so many bytes of them.
    static constexpr uint64_t PauseBatches = 16'384, PauseBytes = 16ull << 20;

    /// `bytes`: what large batches that are under way may have together.
    explicit Domain(Stage *head, uint64_t bytes = Open) : m_head(head), m_bytes(bytes) {}

    Stage *head() const { return m_head; }
    void addJoiner(Joiner *joiner) { m_joiners.push_back(joiner); }
    void setWindow(uint64_t batches) { m_window.store(std::max<uint64_t>(batches, 1), std::memory_order_relaxed); }
    /// The window, and what it has at least, however large batches are. Both only grow.
    void enlarge(uint64_t window, uint64_t least)
    {
        setWindow(std::max(window, m_window.load(std::memory_order_relaxed)));
        m_least.store(std::max(least, m_least.load(std::memory_order_relaxed)), std::memory_order_relaxed);
    }
    /// How many batches may be under way now.
    uint64_t window() const
    {
        const uint64_t usual = usualWindow();
        if (m_pausing.load(std::memory_order_seq_cst) == 0) [[likely]]
            return usual;
        const uint64_t bytes = m_batchBytes.load(std::memory_order_relaxed) + sizeof(Batch);
        return std::max(usual, std::min(PauseBatches, PauseBytes / bytes));
    }
    /// Around the time that a batch waits for another try: the window is wide meanwhile, or the pause of one would be that of
    /// all. After the beginning the head may have been let in.
    void beginPause() { m_pausing.fetch_add(1, std::memory_order_seq_cst); }
    void endPause() { m_pausing.fetch_sub(1, std::memory_order_relaxed); }
    /// For a head that must not be held back: the window doubles.
    void widen()
    {
        const uint64_t twice = window() * 2;
        enlarge(twice, twice);
    }
    bool knowsBytes() const { return m_batchBytes.load(std::memory_order_relaxed) != 0; }
    /// The size of one of the batches, now and then. Large ones count for a while after the last one. From any thread.
    void noteBytes(uint64_t bytes)
    {
        const uint64_t known = m_batchBytes.load(std::memory_order_relaxed);
        m_batchBytes.store(std::max(bytes, known - known / 16), std::memory_order_relaxed);
    }

    /// How many batches may be admitted from number `next` on; 0: the window is full, and the head waits to be scheduled.
    uint32_t room(uint64_t next, uint32_t wanted)
    {
        if (m_joiners.empty())
            return wanted;
        uint32_t free = freeFrom(next, wanted);
        if (free == 0) {
            m_isAwaited.store(true, std::memory_order_seq_cst);
            free = freeFrom(next, wanted);
        }
        return free;
    }
    /// After a joiner has published: true when the head should be scheduled.
    bool hasWaitingHead()
    {
        return m_isAwaited.load(std::memory_order_seq_cst) && m_isAwaited.exchange(false, std::memory_order_seq_cst);
    }
    bool isAwaited() const { return m_isAwaited.load(std::memory_order_relaxed); }

private:
    uint64_t usualWindow() const
    {
        const uint64_t most = m_window.load(std::memory_order_relaxed);
        const uint64_t bytes = m_batchBytes.load(std::memory_order_relaxed);
        if (most == Open || most * bytes <= m_bytes) [[likely]]
            return most;
        return std::min(most, std::max(m_bytes / bytes, m_least.load(std::memory_order_relaxed)));
    }
    uint32_t freeFrom(uint64_t next, uint32_t wanted) const
    {
        uint64_t joined = Open;
        for (const Joiner *joiner : m_joiners)
            joined = std::min(joined, joiner->joined());
        const uint64_t most = window();
        const uint64_t end = most == Open ? Open : joined + most;
        return end <= next ? 0 : uint32_t(std::min<uint64_t>(end - next, wanted));
    }

    Stage *m_head;
    std::vector<Joiner *> m_joiners;
    const uint64_t m_bytes;
    std::atomic<uint64_t> m_window{1}, m_least{1};
    std::atomic<uint64_t> m_batchBytes{0};
    std::atomic<int> m_pausing{0}; ///< batches that wait for another try
    alignas(64) std::atomic<bool> m_isAwaited{false};
};

} // namespace millrace
