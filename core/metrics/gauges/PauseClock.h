// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/Clock.h"

#include <atomic>
#include <cstdint>

namespace millrace {

/// How long a worker has held back its items because it is to keep to a rate: that counts as paused, not as busy. Written by its worker,
/// read by any thread.
class PauseClock
{
public:
    void begin() { m_since.store(steadyNanoseconds(), std::memory_order_relaxed); }
    void end()
    {
        const uint64_t since = m_since.exchange(0, std::memory_order_relaxed), now = steadyNanoseconds();
        m_ended.fetch_add(since != 0 && now > since ? now - since : 0, std::memory_order_relaxed);
    }
    /// Nanoseconds of the pauses that are over.
    uint64_t ended() const { return m_ended.load(std::memory_order_relaxed); }
    bool isPausing() const { return m_since.load(std::memory_order_relaxed) != 0; }

private:
    std::atomic<uint64_t> m_ended{0}, m_since{0}; ///< 0: it isn't pausing
};

/// A step that keeps to a rate.
class KeepsToRate
{
public:
    virtual ~KeepsToRate() = default;
    /// As long as the step lives.
    virtual const PauseClock &pauseClock() const = 0;
};

} // namespace millrace
