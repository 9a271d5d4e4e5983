// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace millrace {

class Stage;

/// The stretches of a graph that share the cores: a lane is a run of stages one after the other, from a source, a fork or a joint
/// to the next one. What each has used of the cores lately is counted, so that the one that had the least comes first.
///
/// Use decays, or who was idle for long would then have all cores for as long: it halves every few milliseconds, more slowly
/// where single turns are long, else a lane of short turns were made equal to one of long turns after a moment. Lanes of which
/// one leads to the other don't compete. Safe on all threads.
class Lanes
{
public:
    /// `stages` by rank: nearest to the sinks first.
    explicit Lanes(const std::vector<std::unique_ptr<Stage>> &stages);

    /// Whether there are two of which none leads to the other, so that somebody must choose.
    bool compete() const { return m_compete; }
    size_t count() const { return m_count; }
    size_t words() const { return m_words; }
    size_t laneOf(int rank) const { return m_laneOf[size_t(rank)]; }
    /// Whether one is the other or leads to it.
    bool areInLine(size_t a, size_t b) const { return a == b || leadsTo(a, b) || leadsTo(b, a); }
    /// Whether a lane leads to one of a set of lanes.
    bool leadsToAny(size_t lane, const std::vector<uint64_t> &set) const;

    /// What orders lanes: the smallest comes first. `own`: the lane that the asking thread was at last, which it leaves only where
    /// another one is behind by more than a turn is worth.
    uint64_t use(size_t lane, size_t own) const;
    /// Around a turn in that lane: the next thread rather takes another one.
    void enter(size_t lane) { m_lanes[lane].threads.fetch_add(1, std::memory_order_relaxed); }
    /// `used`: nanoseconds on a core. `now`: steady nanoseconds.
    void leave(size_t lane, uint64_t used, uint64_t now);

private:
    struct alignas(64) Lane
    {
        std::atomic<uint64_t> used{0}; ///< nanoseconds, those of long ago counting less
        std::atomic<uint32_t> threads{0};
    };

    bool leadsTo(size_t from, size_t to) const { return ((m_behind[from * m_words + to / 64] >> (to % 64)) & 1) != 0; }
    void decay(uint64_t now);

    std::vector<size_t> m_laneOf; ///< by rank
    size_t m_count = 0, m_words = 0;
    std::vector<uint64_t> m_behind; ///< for each lane a bit for each lane that it leads to
    bool m_compete = false;
    std::unique_ptr<Lane[]> m_lanes;
    alignas(64) std::atomic<uint64_t> m_decayAt{0};
    std::atomic<uint64_t> m_longest{0}; ///< nanoseconds of the longest turn lately
};

} // namespace millrace
