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

    void appendField(Output &output, const Column &column, size_t row) const;
    void appendText(Output &output, std::string_view field) const;
    void appendLongText(std::string &text, std::string_view field) const;
    bool copyBare(char *to, std::string_view field) const;
    uint64_t marksOf(uint64_t bytes) const;

    char m_delimiter;
    bool m_quotesNumbers;            ///< the delimiter may be within a number
    std::array<char, 4> m_mustQuote; ///< bytes that can't stand in an unquoted field
};

} // namespace millrace
