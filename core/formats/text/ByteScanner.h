// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <iterator>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace millrace {

/// Finds the next of two bytes, over and over, from left to right: 64 bytes are compared at once, and what was found in
/// them is kept for the next calls. Never looks behind `end`.
class ByteScanner
{
public:
    ByteScanner(const char *end, char first, char second) : m_end(end), m_first(first), m_second(second) {}

    /// The first of the two bytes at or behind `from`, or `end`. `from` never goes back.
    const char *next(const char *from)
    {
        for (;;) {
            const size_t skipped = m_base ? size_t(from - m_base) : Width;
            if (skipped < Width) {
                const uint64_t left = m_found >> skipped;
                if (left != 0)
                    return from + std::countr_zero(left);
                from = m_base + Width;
            }
            if (from >= m_end)
                return m_end;
            load(from);
        }
    }

private:
    static constexpr size_t Width = 64;

    void load(const char *from)
    {
        m_base = from;
        if (size_t(m_end - from) >= Width) {
            m_found = compare(from);
            return;
        }
        char rest[Width];
        const auto length = size_t(m_end - from);
        std::fill(std::copy(from, m_end, rest), std::end(rest), '\0');
        m_found = compare(rest) & ((uint64_t(1) << length) - 1);
    }

    /// A bit for each byte that is one of the two.
    uint64_t compare(const char *bytes) const
    {
        uint64_t found = 0;
#if defined(__SSE2__)
        const __m128i first = _mm_set1_epi8(m_first), second = _mm_set1_epi8(m_second);
        for (int i = 0; i < 4; ++i) {
            __m128i sixteen;
            std::memcpy(&sixteen, bytes + 16 * i, sizeof sixteen);
            const __m128i equal = _mm_or_si128(_mm_cmpeq_epi8(sixteen, first), _mm_cmpeq_epi8(sixteen, second));
            found |= uint64_t(uint32_t(_mm_movemask_epi8(equal))) << (16 * i);
        }
#else
        for (size_t i = 0; i < Width; ++i)
            found |= uint64_t(bytes[i] == m_first || bytes[i] == m_second) << i;
#endif
        return found;
    }

    const char *m_base = nullptr;
    const char *m_end;
    uint64_t m_found = 0;
    char m_first, m_second;
};

} // namespace millrace
