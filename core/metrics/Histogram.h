// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace millrace {

/// Durations counted in logarithmic classes, four to an octave, from 16 ns to about 10 minutes (error at most 12 %).
/// One thread at a time may add, any thread may read (relaxed).
class Histogram
{
public:
    static constexpr int Classes = 144;
    using Counts = std::array<uint64_t, Classes>;

    static int classOf(uint64_t nanoseconds)
    {
        if (nanoseconds < 16)
            return 0;
        const int octave = std::bit_width(nanoseconds) - 1;
        const int index = (octave - 4) * 4 + int((nanoseconds >> (octave - 2)) & 3) + 1;
        return index < Classes ? index : Classes - 1;
    }
    /// The middle of a class, in nanoseconds.
    static double valueOf(int index)
    {
        if (index <= 0)
            return 8;
        const int octave = (index - 1) / 4 + 4, quarter = (index - 1) % 4;
        return double(1ull << octave) * (1.0 + (quarter + 0.5) / 4.0);
    }
    void add(uint64_t nanoseconds, uint64_t times = 1)
    {
        auto &count = m_counts[size_t(classOf(nanoseconds))];
        count.store(count.load(std::memory_order_relaxed) + times, std::memory_order_relaxed);
    }
    void addTo(Counts &sum) const
    {
        for (size_t i = 0; i < size_t(Classes); ++i)
            sum[i] += m_counts[i].load(std::memory_order_relaxed);
    }
    /// The value below which `share` (0 to 1) of the counted durations lie, in nanoseconds; 0 where nothing was counted.
    static double quantile(const Counts &counts, double share);

private:
    std::array<std::atomic<uint64_t>, Classes> m_counts{};
};

} // namespace millrace
