// SPDX-License-Identifier: MIT
#include "formats/csv/guess/CsvGrid.h"

#include "formats/text/ByteMask.h"

namespace millrace {

/// The bits of all delimiters and line ends, from which their places are taken one by one (Langdale and Lemire 2019, "Parsing
/// gigabytes of JSON per second", sec. 3.1).
template <class Mask>
[[gnu::always_inline]] inline bool CsvGrid::findEndsBy(std::string_view text, char delimiter, size_t rows)
{
    constexpr size_t AtOnce = 4; // written without asking whether there are so many
    uint32_t *const ends = m_ends.data() + 1;
    const size_t wanted = rows * m_columns;
    size_t found = 0, lines = 0;
    for (size_t at = 0; at < text.size(); at += ByteMask::Width) {
        const Mask bytes(text.data() + at, text.data() + text.size());
        if (bytes.find('"') != 0)
            return false;
        const uint64_t lineEnds = bytes.find('\n');
        uint64_t left = lineEnds | bytes.find(delimiter);
        const size_t count = Mask::count(left);
        if (found + count > wanted)
            return false;
        uint32_t *to = ends + found;
        for (size_t done = 0; done < count; done += AtOnce) {
            for (size_t i = 0; i < AtOnce; ++i) {
                *to++ = uint32_t(at) + Mask::firstOf(left);
                left &= left - 1;
            }
        }
        found += count;
        lines += Mask::count(lineEnds);
    }
    if (text.empty() || text.back() != '\n') { // the last record of a file
        ends[found++] = uint32_t(text.size());
        ++lines;
    }
    return found == wanted && lines == rows;
}

bool CsvGrid::find(std::string_view text, char delimiter, size_t rows, size_t columns)
{
    m_text = text.data();
    m_columns = columns;
    m_rows = rows;
    if (m_ends.size() < rows * columns + 1 + ByteMask::Width)
        m_ends.resize(rows * columns + 1 + ByteMask::Width);
    m_ends[0] = UINT32_MAX;
    if (!findEnds(text, delimiter, rows))
        return false;
    // There are as many line ends as records: where each record's last field has one, no other field has.
    for (size_t row = 1; row <= rows; ++row) {
        const uint32_t end = m_ends[row * columns];
        if (end != text.size() && text[end] != '\n')
            return false;
    }
    return true;
}

bool CsvGrid::findEnds(std::string_view text, char delimiter, size_t rows)
{
#ifdef MILLRACE_WIDE_BYTE_MASK
    if (WideByteMask::isThere())
        return findEndsWidely(text, delimiter, rows);
#endif
    return findEndsBy<ByteMask>(text, delimiter, rows);
}

#ifdef MILLRACE_WIDE_BYTE_MASK
[[gnu::target("avx2,bmi,popcnt")]] bool CsvGrid::findEndsWidely(std::string_view text, char delimiter, size_t rows)
{
    return findEndsBy<WideByteMask>(text, delimiter, rows);
}
#endif

} // namespace millrace
