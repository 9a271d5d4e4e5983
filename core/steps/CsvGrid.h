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

    /// Valid as long as the text is. `row` and `column` are within what find() was asked for.
    std::string_view field(size_t row, size_t column) const
    {
        const size_t i = row * m_columns + column;
        const uint32_t begin = i == 0 ? 0 : m_ends[i - 1] + 1;
        uint32_t end = m_ends[i];
        if (column + 1 == m_columns && end > begin && m_text[end - 1] == '\r')
            --end;
        return {m_text + begin, end - begin};
    }
    const char *text() const { return m_text; }

private:
    bool findEnds(std::string_view text, char delimiter, size_t rows);

    const char *m_text = nullptr;
    size_t m_columns = 0;
    std::vector<uint32_t> m_ends; ///< offsets of what is behind each field, row by row; longer than needed
};

} // namespace millrace
