// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Makes CSV records (RFC 4180, LF) of items. Null is an empty field, an empty text a quoted empty one; other fields are
/// quoted where they have to be. Safe on any thread.
class CsvEncoder
{
public:
    explicit CsvEncoder(char delimiter = ',');

    void appendHeader(std::string &text, const Schema &schema) const;
    /// All items, fields in the order of their schema.
    void appendItems(std::string &text, const Batch &batch) const;
    /// One item, with the fields of these columns; an empty one where there is none.
    void appendItem(std::string &text,
                    const Batch &batch,
                    size_t row,
                    std::span<const std::optional<size_t>> columns) const;

private:
    class Output;
    struct Cells;

    void appendPlainRows(Output &output, std::span<const Cells> columns, size_t rows, size_t most) const;
    void appendField(Output &output, const Column &column, size_t row) const;
    void appendText(Output &output, std::string_view field) const;
    void appendLongText(std::string &text, std::string_view field) const;
    char *putText(char *to, std::string_view field) const;
    char *putQuoted(char *to, std::string_view field) const;
    bool copyBare(char *to, std::string_view field) const;
    bool mustQuote(uint64_t first, uint64_t second) const;
    /// Not 0 where one of the eight bytes must be quoted (Warren, "Hacker's Delight", 6-1: find a zero byte).
    uint64_t marksOf(uint64_t bytes) const
    {
        uint64_t marks = 0;
        for (const auto &pattern : m_patterns) {
            const uint64_t others = bytes ^ pattern[0];
            marks |= (others - Ones) & ~others;
        }
        return marks & 0x80 * Ones;
    }

    static constexpr uint64_t Ones = 0x0101010101010101;

    char m_delimiter;
    bool m_quotesNumbers;                                            ///< the delimiter may be within a number
    std::array<char, 4> m_mustQuote;                                 ///< bytes that can't stand in an unquoted field
    alignas(16) std::array<std::array<uint64_t, 2>, 4> m_patterns{}; ///< each of them sixteen times
};

} // namespace millrace
