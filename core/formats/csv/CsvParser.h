// SPDX-License-Identifier: MIT
#pragma once

#include "formats/text/ByteScanner.h"
#include "formats/text/RecordCutter.h"

#include <cstring>
#include <string_view>

namespace millrace {

/// One field of a CSV record, as taken apart by CsvFields.
struct CsvField
{
    enum class Fault : uint8_t { None, NotClosed, TextAfterQuote };

    char *begin = nullptr;
    size_t length = 0;
    bool isQuoted = false;
    Fault fault = Fault::None;

    std::string_view text() const { return {begin, length}; }
    /// Nothing between the delimiters. A quoted empty field is a text, an empty one.
    bool isNull() const { return length == 0 && !isQuoted; }
};

/// Takes CSV text apart field by field (RFC 4180; a record may end with LF as well as CRLF, and a quote within a field that
/// doesn't begin with one is an ordinary character). Doubled quotes are undone in place, so each text can be read once.
class CsvFields
{
public:
    CsvFields(char *begin, char *end, char delimiter) : m_at(begin), m_end(end), m_scanner(end, delimiter, '\n') {}

    char *position() const { return m_at; }
    bool isAtEnd() const { return m_at == m_end; }

    /// At the beginning of a record: skips lines without any character. False where nothing is left.
    bool skipEmptyLines()
    {
        while (m_at != m_end) {
            if (*m_at == '\n')
                ++m_at;
            else if (*m_at == '\r' && (m_at + 1 == m_end || m_at[1] == '\n'))
                m_at += m_at + 1 == m_end ? 1 : 2;
            else
                return true;
        }
        return false;
    }

    /// The same, but an empty line is a record where it isn't to be skipped.
    bool skipLines(bool skipEmpty) { return skipEmpty ? skipEmptyLines() : m_at != m_end; }

    /// The record's next field. Returns whether it is its last one.
    bool next(CsvField &field)
    {
        if (m_at != m_end && *m_at == '"')
            return nextQuoted(field);
        char *const stop = const_cast<char *>(m_scanner.next(m_at));
        field = {m_at, size_t(stop - m_at), false, CsvField::Fault::None};
        return finish(field, stop);
    }

private:
    bool nextQuoted(CsvField &field);
    bool nextOpen(CsvField &field);
    bool isClosed(const char *quote) const;

    /// `stop` is at a delimiter, a line end or the end of the text.
    bool finish(CsvField &field, char *stop)
    {
        if (stop != m_end && *stop != '\n') {
            m_at = stop + 1;
            return false;
        }
        if (field.length > 0 && stop[-1] == '\r')
            --field.length;
        m_at = stop == m_end ? stop : stop + 1;
        return true;
    }

    char *m_at;
    char *m_end;
    ByteScanner m_scanner;
};

/// Finds the ends of CSV records. `skipEmpty`: lines without any character are no records; otherwise (files of one field)
/// each is a record with an empty field.
class CsvCutter final : public RecordCutter
{
public:
    CsvCutter() = default;
    CsvCutter(char delimiter, bool skipEmpty) : m_delimiter(delimiter), m_skipEmpty(skipEmpty) {}
    void cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const override;
    size_t openQuote(std::string_view text) const override;

private:
    void cutPlainLines(std::string_view text, size_t items, RecordRun &run) const;
    void cutPlainLinesWidely(std::string_view text, size_t items, RecordRun &run) const;
    template <class Mask>
    void cutPlainLinesBy(std::string_view text, size_t items, RecordRun &run) const;
    const char *quotedRecordEnd(
        const char *from, const char *end, bool atEnd, uint32_t &lines, const char **openQuote = nullptr) const;

    char m_delimiter = ',';
    bool m_skipEmpty = true;
};

} // namespace millrace
