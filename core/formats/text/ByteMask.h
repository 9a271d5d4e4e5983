// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define MILLRACE_WIDE_BYTE_MASK
#endif

namespace millrace {

/// 64 bytes of text, of which it is asked where a byte stands: a bit for each place, the lowest for the first.
class ByteMask
{
public:
    static constexpr size_t Width = 64;

    /// Points to the text from there on, or, where less than 64 bytes are left of it, to a copy with zeros behind.
    ByteMask(const char *from, const char *end) : m_bytes(from)
    {
        const auto left = size_t(end - from);
        if (left >= Width)
            return;
        std::memcpy(m_rest, from, left);
        std::memset(m_rest + left, 0, Width - left);
        m_bytes = m_rest;
    }
    ByteMask(const ByteMask &) = delete; // may point into itself
    ByteMask &operator=(const ByteMask &) = delete;

    /// Where `byte`, which isn't 0, stands.
    uint64_t find(char byte) const
    {
#if defined(__SSE2__)
        const __m128i wanted = _mm_set1_epi8(byte);
        uint64_t found = 0;
        for (int i = 0; i < 4; ++i) {
            __m128i sixteen;
            std::memcpy(&sixteen, m_bytes + 16 * i, sizeof sixteen);
            found |= uint64_t(uint32_t(_mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, wanted)))) << (16 * i);
        }
        return found;
#else
        return findPortably(byte);
#endif
    }
    /// The same on any processor.
    uint64_t findPortably(char byte) const
    {
        uint64_t found = 0;
        for (size_t i = 0; i < Width; ++i)
            found |= uint64_t(m_bytes[i] == byte) << i;
        return found;
    }
    /// How many bits are set (the sum in steps of Warren, "Hacker's Delight", 5-1): without a call where the processor's
    /// instruction may not be used.
    static size_t count(uint64_t bits)
    {
        bits -= bits >> 1 & 0x5555555555555555;
        bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
        bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
        return size_t(bits * 0x0101010101010101 >> 56);
    }

    /// The place of the first bit set; any number where there is none.
    static uint32_t firstOf(uint64_t bits)
    {
        return uint32_t(std::countr_zero(bits));
    }

protected:
    const char *m_bytes;

private:
    char m_rest[Width];
};

#ifdef MILLRACE_WIDE_BYTE_MASK
/// The same with the instructions that x86-64 processors have had since 2013. Only where isThere(), in functions of
/// that target.
class WideByteMask : public ByteMask
{
public:
    using ByteMask::ByteMask;

    static bool isThere()
    {
        static const bool hasAll =
            __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
        return hasAll;
    }
    [[gnu::target("avx2")]] uint64_t find(char byte) const
    {
        const __m256i wanted = _mm256_set1_epi8(byte);
        __m256i first, last;
        std::memcpy(&first, m_bytes, sizeof first);
        std::memcpy(&last, m_bytes + sizeof first, sizeof last);
        const auto low = uint32_t(_mm256_movemask_epi8(_mm256_cmpeq_epi8(first, wanted)));
        const auto high = uint32_t(_mm256_movemask_epi8(_mm256_cmpeq_epi8(last, wanted)));
        return uint64_t(high) << 32 | low;
    }
    [[gnu::target("bmi")]] static uint32_t firstOf(uint64_t bits) { return uint32_t(_tzcnt_u64(bits)); }
    [[gnu::target("popcnt")]] static size_t count(uint64_t bits) { return size_t(_mm_popcnt_u64(bits)); }
};
#endif

} // namespace millrace
