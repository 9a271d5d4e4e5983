// SPDX-License-Identifier: MIT
#include "formats/text/ParseShortWide.h"

#ifdef MILLRACE_WIDE_BYTE_MASK

#include <bit>

#define MILLRACE_WIDE [[gnu::target("avx2,bmi,popcnt")]]

namespace millrace {

namespace {

constexpr size_t AtOnce = 4;
constexpr int64_t Point = '.' ^ '0';

/// Eight bytes each of four texts.
MILLRACE_WIDE inline __m256i loadFour(const void *first, const void *second, const void *third, const void *fourth)
{
    const auto load = [](const void *from) {
        int64_t bytes;
        std::memcpy(&bytes, from, sizeof bytes);
        return bytes;
    };
    return _mm256_set_epi64x(load(fourth), load(third), load(second), load(first));
}

/// The digits' values of four texts of up to 8 bytes, first digit lowest, zeros before the text.
struct FourTexts
{
    __m256i digits;
    __m256i shift; ///< bits that the text leaves free
    __m256i bad;   ///< not 0 where the length isn't 1 to 8
};

MILLRACE_WIDE inline FourTexts textsAt(const char *text, const uint32_t *ends, size_t columns)
{
    const uint32_t *const second = ends + columns, *const third = second + columns, *const fourth = third + columns;
    const __m256i places = loadFour(ends, second, third, fourth); // the end before the field, and its own
    const __m256i lengths = _mm256_and_si256(_mm256_sub_epi32(_mm256_srli_epi64(places, 32), places),
                                             _mm256_set1_epi64x(UINT32_MAX)); // and 1
    FourTexts texts;
    texts.shift = _mm256_sub_epi64(_mm256_set1_epi64x(72), _mm256_slli_epi64(lengths, 3));
    texts.bad = _mm256_andnot_si256(_mm256_set1_epi64x(56), texts.shift);
    const auto before = [text](const uint32_t *field) { return text + field[1] - 8; };
    const __m256i bytes = loadFour(before(ends), before(second), before(third), before(fourth));
    texts.digits = _mm256_and_si256(_mm256_xor_si256(bytes, _mm256_set1_epi8('0')),
                                    _mm256_sllv_epi64(_mm256_set1_epi64x(-1), texts.shift));
    return texts;
}

/// Not 0 where a byte is no digit.
MILLRACE_WIDE inline __m256i othersIn(__m256i digits)
{
    return _mm256_subs_epu8(digits, _mm256_set1_epi8(9));
}

/// Neighbours are joined to numbers of two, four and eight digits (Muła 2014, "SIMD-ized faster parse of decimal
/// numbers").
MILLRACE_WIDE inline __m256i numbersOf(__m256i digits)
{
    const __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(10 | 1 << 8));
    const __m256i halves = _mm256_madd_epi16(pairs, _mm256_set1_epi32(100 | 1 << 16));
    return _mm256_add_epi64(_mm256_mul_epu32(halves, _mm256_set1_epi64x(10000)), _mm256_srli_epi64(halves, 32));
}

/// Numbers below 2^31.
MILLRACE_WIDE inline __m256d realsOf(__m256i numbers)
{
    const __m256i places = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    return _mm256_cvtepi32_pd(_mm256_castsi256_si128(_mm256_permutevar8x32_epi32(numbers, places)));
}

MILLRACE_WIDE inline bool parseFour(const char *text, const uint32_t *ends, size_t columns, int64_t *out)
{
    const FourTexts texts = textsAt(text, ends, columns);
    const __m256i first = _mm256_and_si256(_mm256_srlv_epi64(texts.digits, texts.shift), _mm256_set1_epi64x(0xff));
    const __m256i isZero = _mm256_cmpeq_epi64(first, _mm256_setzero_si256());
    const __m256i isShortest = _mm256_cmpeq_epi64(texts.shift, _mm256_set1_epi64x(56));
    const __m256i bad =
        _mm256_or_si256(_mm256_or_si256(texts.bad, othersIn(texts.digits)), _mm256_andnot_si256(isShortest, isZero));
    if (!_mm256_testz_si256(bad, bad))
        return false;
    const __m256i numbers = numbersOf(texts.digits);
    std::memcpy(out, &numbers, sizeof numbers);
    return true;
}

/// `odd`: a bit for each of the four that isPaddedShort().
MILLRACE_WIDE inline bool parseFour(const char *text, const uint32_t *ends, size_t columns, double *out, unsigned &odd)
{
    const FourTexts texts = textsAt(text, ends, columns);
    const __m256i zero = _mm256_setzero_si256();
    const __m256i points = _mm256_cmpeq_epi8(texts.digits, _mm256_set1_epi8(char(Point)));
    const __m256i isWhole = _mm256_cmpeq_epi64(points, zero);
    const __m256i isShortest = _mm256_cmpeq_epi64(texts.shift, _mm256_set1_epi64x(56));
    const __m256i begin = _mm256_srlv_epi64(texts.digits, texts.shift);
    const __m256i isZero = _mm256_cmpeq_epi64(_mm256_and_si256(begin, _mm256_set1_epi64x(0xff)), zero);
    const __m256i isZeroPoint =
        _mm256_cmpeq_epi64(_mm256_and_si256(begin, _mm256_set1_epi64x(0xffff)), _mm256_set1_epi64x(Point << 8));
    const __m256i isPadded = _mm256_andnot_si256(isShortest, _mm256_andnot_si256(isZeroPoint, isZero));
    const __m256i isPoint = _mm256_andnot_si256(isWhole, isShortest);

    // The digits before the first point move to where it was.
    const __m256i place = _mm256_and_si256(points, _mm256_sub_epi64(zero, points)); // its lowest bit
    const __m256i before = _mm256_sub_epi64(place, _mm256_set1_epi64x(1));
    const __m256i upTo = _mm256_or_si256(before, _mm256_sub_epi64(_mm256_slli_epi64(place, 8), place));
    const __m256i moved = _mm256_slli_epi64(_mm256_and_si256(texts.digits, before), 8);
    const __m256i decimal = _mm256_or_si256(moved, _mm256_andnot_si256(upTo, texts.digits));
    const __m256i digits = _mm256_blendv_epi8(decimal, texts.digits, isWhole);

    const __m256i bad =
        _mm256_or_si256(_mm256_or_si256(texts.bad, othersIn(digits)), _mm256_or_si256(isPadded, isPoint));
    if (!_mm256_testz_si256(bad, bad))
        return false;
    // A one in the point's place, or last, is the power of ten to divide by.
    const __m256i one = _mm256_blendv_epi8(place, _mm256_set1_epi64x(int64_t(1) << 56), isWhole);
    const __m256d numbers = _mm256_div_pd(realsOf(numbersOf(digits)), realsOf(numbersOf(one)));
    std::memcpy(out, &numbers, sizeof numbers);

    const __m256i point = _mm256_set1_epi64x(Point);
    const __m256i last = _mm256_srli_epi64(texts.digits, 56);
    const __m256i first = _mm256_and_si256(begin, _mm256_set1_epi64x(0xff));
    const __m256i isOpen = _mm256_or_si256(_mm256_cmpeq_epi64(first, point), _mm256_cmpeq_epi64(last, point));
    const __m256i isPaddedOrOpen = _mm256_or_si256(isOpen, _mm256_cmpeq_epi64(last, zero));
    odd = unsigned(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_andnot_si256(isWhole, isPaddedOrOpen))));
    return true;
}

/// The fields of four rows; null where there aren't so many, or what is before them belongs to others, who may be writing.
MILLRACE_WIDE inline const uint32_t *fourAt(const uint32_t *ends, size_t columns, size_t row, size_t rows)
{
    const uint32_t *const from = ends + row * columns;
    return row + AtOnce <= rows && from[1] >= 8 ? from : nullptr;
}

} // namespace

MILLRACE_WIDE size_t
parseShortWidely(const char *text, const uint32_t *ends, size_t columns, size_t row, size_t rows, int64_t *out)
{
    for (; const uint32_t *const from = fourAt(ends, columns, row, rows); row += AtOnce)
        if (!parseFour(text, from, columns, out + row))
            break;
    return row;
}

MILLRACE_WIDE size_t parseShortWidely(const char *text,
                                      const uint32_t *ends,
                                      size_t columns,
                                      size_t row,
                                      size_t rows,
                                      double *out,
                                      uint32_t *odd,
                                      uint32_t *&oddEnd)
{
    uint32_t *to = odd;
    for (; const uint32_t *const from = fourAt(ends, columns, row, rows); row += AtOnce) {
        unsigned marks = 0;
        if (!parseFour(text, from, columns, out + row, marks))
            break;
        for (; marks != 0; marks &= marks - 1)
            *to++ = uint32_t(row) + unsigned(std::countr_zero(marks));
    }
    oddEnd = to;
    return row;
}

} // namespace millrace

#endif
