// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace millrace {

/// Parts a text, which comes piece by piece, into the records of a CSV file that is written with quotes doubled. One thread.
class CsvRecords
{
public:
    /// `hasQuotes`: a line end between quotes ends no record.
    explicit CsvRecords(bool hasQuotes) : m_hasQuotes(hasQuotes) {}

    /// One more piece.
    void add(std::string_view text)
    {
        m_text.erase(0, m_begin);
        m_at -= m_begin;
        m_begin = 0;
        m_text += text;
    }
    /// The next record that is there as a whole, without its line end (LF or CRLF). False: there is none. Valid until add().
    bool next(std::string_view &record);
    /// Whether the last record's line end was CRLF.
    bool endsWithReturn() const { return m_endsWithReturn; }
    /// What is left behind the last line end.
    std::string_view rest() const { return std::string_view(m_text).substr(m_begin); }

private:
    bool m_hasQuotes, m_isQuoted = false, m_endsWithReturn = false;
    std::string m_text;
    size_t m_begin = 0, m_at = 0; ///< of the record, and what of it was looked at
};

/// Appends a text of whole records, each of them lengthened by `more`.
void appendLengthened(
    std::string &to, std::string_view text, bool hasQuotes, std::string_view more, std::string_view lineEnd);

} // namespace millrace
