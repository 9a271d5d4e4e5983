// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Joiner.h"

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
class Domain
{
public:
    static constexpr uint64_t Open = std::numeric_limits<uint64_t>::max();

    explicit Domain(Stage *head) : m_head(head) {}

    Stage *head() const { return m_head; }
    void addJoiner(Joiner *joiner) { m_joiners.push_back(joiner); }
    void setWindow(uint64_t batches) { m_window.store(std::max<uint64_t>(batches, 1), std::memory_order_relaxed); }
    uint64_t window() const { return m_window.load(std::memory_order_relaxed); }

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
    uint32_t freeFrom(uint64_t next, uint32_t wanted) const
    {
        uint64_t joined = Open;
        for (const Joiner *joiner : m_joiners)
            joined = std::min(joined, joiner->joined());
        const uint64_t end = window() == Open ? Open : joined + window();
        return end <= next ? 0 : uint32_t(std::min<uint64_t>(end - next, wanted));
    }

    Stage *m_head;
    std::vector<Joiner *> m_joiners;
    std::atomic<uint64_t> m_window{1};
    alignas(64) std::atomic<bool> m_isAwaited{false};
};

} // namespace millrace
