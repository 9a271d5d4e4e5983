// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace millrace {

/// When a source's newest batches were read, by their numbers, to know how long they have been under way. Bounded: of
/// batches that are further behind than Slots nothing is known any more. One thread notes, any asks; a slot is one
/// word, so that nobody ever waits.
class ReadTimes
{
public:
    static constexpr uint64_t Slots = 1 << 13;

    /// `nanoseconds`: since the run's start, up to half a year.
    void note(uint64_t sequence, uint64_t nanoseconds)
    {
        const uint64_t word = tagOf(sequence) << TimeBits | (nanoseconds / 1000 & TimeMask);
        m_slots[sequence % Slots].store(word, std::memory_order_relaxed);
    }
    /// Nanoseconds from the run's start, in steps of 1 µs; UINT64_MAX: not known.
    uint64_t of(uint64_t sequence) const
    {
        const uint64_t word = m_slots[sequence % Slots].load(std::memory_order_relaxed);
        return word >> TimeBits == tagOf(sequence) ? (word & TimeMask) * 1000 : UINT64_MAX;
    }

private:
    static constexpr int TimeBits = 44;
    static constexpr uint64_t TimeMask = (uint64_t(1) << TimeBits) - 1, TagMask = (uint64_t(1) << (64 - TimeBits)) - 1;

    /// Which round of the slots it is; 0 is a slot that nobody has written.
    static uint64_t tagOf(uint64_t sequence) { return (sequence / Slots) % TagMask + 1; }

    std::array<std::atomic<uint64_t>, Slots> m_slots{};
};

} // namespace millrace
