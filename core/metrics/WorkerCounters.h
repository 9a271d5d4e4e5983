// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/gauges/CountedGauges.h"
#include "metrics/Histogram.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <iterator>

namespace millrace {

/// A counter that one thread at a time writes and any thread reads: a plain add, no locked instruction.
class Counter
{
public:
    void add(uint64_t amount)
    {
        m_value.store(m_value.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    uint64_t value() const { return m_value.load(std::memory_order_relaxed); }

private:
    std::atomic<uint64_t> m_value{0};
};

/// What one worker counts about itself, on cache lines of its own. Times in nanoseconds.
struct alignas(64) WorkerCounters
{
    Counter batchesIn, itemsIn, batchesOut, itemsOut;
    Counter errors;
    Counter busy, cpu;
    std::array<Counter, std::size(CountedGauges)> counted;
    std::atomic<bool> isBusy{false};
    Histogram service;
};

} // namespace millrace
