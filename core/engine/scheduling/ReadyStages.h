// SPDX-License-Identifier: MIT
#pragma once

#include "engine/scheduling/Lanes.h"
#include "engine/workers/Pump.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace millrace {

/// Which stages are ready, and which of them a pump takes: the one nearest to the sinks, or where lanes compete, the one in the
/// lane that has used the cores least. Safe on all threads.
class ReadyStages
{
public:
    /// `stages` by rank; they are borrowed and stay where they are.
    explicit ReadyStages(const std::vector<std::unique_ptr<Stage>> &stages);

    /// False: it was ready already.
    bool mark(int rank) { return (word(rank).fetch_or(bit(rank), std::memory_order_seq_cst) & bit(rank)) == 0; }
    void markAll();
    bool hasAny() const
    {
        for (size_t i = 0; i < m_words; ++i)
            if (m_ready[i].load(std::memory_order_seq_cst) != 0)
                return true;
        return false;
    }
    bool contains(int rank) const { return (word(rank).load(std::memory_order_relaxed) & bit(rank)) != 0; }

    /// The rank of one, which isn't ready any more then; -1: there is none for that pump.
    int take(Pump &pump) { return m_lanes.compete() ? takeFairly(pump) : takeInLine(pump.preferred, pump.mustLeave); }
    /// Whether lanes compete, so that turns are to be counted.
    bool countsTurns() const { return m_lanes.compete(); }
    /// Around the turn of a pump at a stage that it has taken, where turns are counted.
    void beginTurn(Pump &pump, const Stage &stage);
    void endTurn(Pump &pump);

    /// Nanoseconds that the ready stages would take, by what their batches have cost so far.
    uint64_t expectedNanoseconds() const;
    /// Whether so many threads wait, for so short a time each, that those whose wait ends next take all that is ready almost at
    /// once: their own stage's batches, and what is cheap. Should they wait for longer than before, the watchdog sees to it.
    bool areSoonSeen() const;

private:
    static uint64_t bit(int rank) { return 1ull << (unsigned(rank) % 64); }
    std::atomic<uint64_t> &word(int rank) { return m_ready[unsigned(rank) / 64]; }
    const std::atomic<uint64_t> &word(int rank) const { return m_ready[unsigned(rank) / 64]; }
    /// False: another pump was quicker.
    bool take(int rank) { return (word(rank).fetch_and(~bit(rank), std::memory_order_seq_cst) & bit(rank)) != 0; }
    int takeInLine(int preferred, bool onlyWaiting);
    int takeFairly(Pump &pump);
    int chooseFairly(Pump &pump) const;
    bool comesFirst(int computing, int waiting, const Pump &pump) const;

    const std::span<const std::unique_ptr<Stage>> m_stages;
    const size_t m_words;
    const std::unique_ptr<std::atomic<uint64_t>[]> m_ready; ///< a bit for each stage, by rank
    Lanes m_lanes;
};

} // namespace millrace
