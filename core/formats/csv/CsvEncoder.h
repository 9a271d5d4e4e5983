// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Which fields of a CSV file stand in quotes: those that must, all, all but numbers, true, false and nulls, or none.
enum class CsvQuotes : uint8_t { Needed, All, Text, Never };

/// How a CSV file is written.
struct CsvForm
{
    char delimiter = ',';
    CsvQuotes quotes = CsvQuotes::Needed;
    std::string null;           ///< what stands for it, never in quotes
    char decimal = '.';         ///< of numbers
    std::string lineEnd = "\n"; ///< of records: LF or CRLF

    /// Whether it is as RFC 4180 says, but for the delimiter and the line ends: what the quick writer knows.
    bool isPlain() const { return quotes == CsvQuotes::Needed && null.empty() && decimal == '.' && lineEnd == "\n"; }
};

/// Makes CSV records of items: as RFC 4180 says, with LF, unless told otherwise. Null is an empty field, an empty text a quoted empty
/// one, and so is a null that is its record's only field; other fields are quoted where they have to be. Safe on any thread.
class CsvEncoder
{
public:
    explicit CsvEncoder(char delimiter = ',') : CsvEncoder(CsvForm{delimiter, CsvQuotes::Needed, {}, '.', "\n"}) {}
    explicit CsvEncoder(CsvForm form);

    const CsvForm &form() const { return m_form; }
    /// Fails with the first field that can't be written without quotes, where the form wants none.
    Result<> check(const Batch &batch) const;

    void appendHeader(std::string &text, std::span<const std::string> names) const;
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

    void appendPlainRows(Output &output, std::span<Cells> columns, size_t rows, size_t most) const;
    void appendNullAlone(Output &output) const;
    void endRecord(Output &output) const;
    void appendField(Output &output, const Column &column, size_t row) const;
    void appendInForm(Output &output, const Column &column, size_t row) const;
    void appendNumber(Output &output, std::string_view number) const;
    void appendText(Output &output, std::string_view field) const;
    void appendQuoted(Output &output, std::string_view field) const;
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

    CsvForm m_form;
    char m_delimiter;
    bool m_isPlain;                                                  ///< the form, but for the delimiter
    bool m_quotesNumbers;                                            ///< the delimiter may be within a number
    std::array<char, 4> m_mustQuote;                                 ///< bytes that can't stand in an unquoted field
    alignas(16) std::array<std::array<uint64_t, 2>, 4> m_patterns{}; ///< each of them sixteen times
};

} // namespace millrace
