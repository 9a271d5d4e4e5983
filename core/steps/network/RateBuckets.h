// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace millrace {

/// When items may go on: a bucket for each group, which lets `burst` through at once and then `rate` a second (the generic cell rate
/// algorithm, ITU-T I.371). Safe on any thread.
class RateBuckets
{
public:
    using Moment = std::chrono::steady_clock::time_point;

    RateBuckets(double rate, int64_t burst)
        : m_interval(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(1 / rate)))
        , m_tolerance(m_interval * (burst - 1))
    {}
    /// Takes the next place of that group, and says when its turn is.
    Moment take(const std::string &key, Moment now)
    {
        const std::scoped_lock lock(m_mutex);
        if (m_full.size() >= m_mostGroups)
            forgetFull(now);
        Moment &full = m_full.try_emplace(key, now).first->second;
        const Moment turn = std::max(now, full - m_tolerance);
        full = std::min(std::max(turn, full) + m_interval, now + Longest);
        return turn;
    }

private:
    /// Groups that have been quiet are as if they had never come.
    void forgetFull(Moment now)
    {
        std::erase_if(m_full, [now](const auto &group) { return group.second <= now; });
        m_mostGroups = std::max(MostKept, 2 * m_full.size());
    }

    static constexpr size_t MostKept = 10'000;
    static constexpr std::chrono::hours Longest{24 * 365 * 100};

    const std::chrono::nanoseconds m_interval, m_tolerance;
    std::mutex m_mutex;                             ///< guards what follows
    std::unordered_map<std::string, Moment> m_full; ///< when each bucket is full again
    size_t m_mostGroups = MostKept;
};

} // namespace millrace
