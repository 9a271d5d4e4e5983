// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace millrace {

/// Where the fields of plain CSV text begin and end: no quotes, no line without a record, as many fields in each. Found in
/// one pass over the text, so that each column can then be read in a loop of its own.
class CsvGrid
{
public:
    /// False where the text, which has that many records of less than 4 GiB in all, isn't so plain.
    bool find(std::string_view text, char delimiter, size_t rows, size_t columns);

    /// Calls use(row, begin, end) for each row's field of that column, the text's bytes from begin to end; valid as long as
    /// the text is. `column` is within what find() was asked for.
    template <class Use>
    void forEach(size_t column, Use use) const
    {
        const size_t columns = m_columns, rows = m_rows;
        const char *const text = m_text;
        const uint32_t *ends = m_ends.data() + column;
        if (column + 1 == columns) {
            for (size_t row = 0; row < rows; ++row, ends += columns) {
                const uint32_t begin = ends[0] + 1, end = ends[1];
                use(row, begin, end - uint32_t(end > begin && text[end - 1] == '\r'));
            }
            return;
        }
        for (size_t row = 0; row < rows; ++row, ends += columns)
            use(row, ends[0] + 1, ends[1]);
    }
    const char *text() const { return m_text; }
    size_t columns() const { return m_columns; }
    size_t rows() const { return m_rows; }
    /// Where the column's field of row 0 ends, behind where the field before it does; each row is columns() further.
    const uint32_t *ends(size_t column) const { return m_ends.data() + column; }

private:
    bool findEnds(std::string_view text, char delimiter, size_t rows);
    bool findEndsWidely(std::string_view text, char delimiter, size_t rows);
    template <class Mask>
    bool findEndsBy(std::string_view text, char delimiter, size_t rows);

    const char *m_text = nullptr;
    size_t m_columns = 0, m_rows = 0;
    /// Offsets of what is behind each field, row by row, behind -1 (which is before the first one); longer than needed.
    std::vector<uint32_t> m_ends;
};

} // namespace millrace
