// SPDX-License-Identifier: MIT
#include "formats/csv/DialectParser.h"

#include <algorithm>
#include <cstring>

namespace millrace {

bool DialectScanner::isDelimiter(const char *at) const
{
    const std::string &delimiter = m_dialect.delimiter;
    return *at == delimiter[0]
           && (delimiter.size() == 1
               || (size_t(m_end - at) >= delimiter.size() && std::memcmp(at, delimiter.data(), delimiter.size()) == 0));
}

bool DialectScanner::isLineEnd(const char *at, size_t &length) const
{
    length = 1;
    if (*at == '\n')
        return true;
    if (*at != '\r')
        return false;
    if (at + 1 == m_end) {
        length = m_atEnd ? 1 : 0;
        return m_dialect.endsAtCr || m_atEnd;
    }
    if (at[1] == '\n') {
        length = 2;
        return true;
    }
    return m_dialect.endsAtCr;
}

/// Where the line ends that goes on there, or the text.
const char *DialectScanner::lineEnd(const char *at) const
{
    size_t length = 0;
    while (at != m_end && !isLineEnd(at, length))
        ++at;
    return at;
}

/// `stop` is at a delimiter, a line end or the end of the text.
bool DialectScanner::finish(const char *stop, FieldExtent &extent) const
{
    if (stop == m_end) {
        extent.next = stop;
        extent.isLast = true;
        return m_atEnd;
    }
    size_t length = 0;
    extent.isLast = isLineEnd(stop, length);
    extent.next = stop + (extent.isLast ? length : m_dialect.delimiter.size());
    return !extent.isLast || length > 0;
}

bool DialectScanner::field(const char *at, FieldExtent &extent) const
{
    extent = {};
    const char *const begin = at;
    if (m_dialect.trims)
        while (at != m_end && isBlank(*at))
            ++at;
    extent.hadBlank = at != begin;
    if (at != m_end && *at == m_dialect.quote && m_dialect.quote != '\0')
        return quotedField(at, extent);
    return plainField(at, extent);
}

bool DialectScanner::plainField(const char *at, FieldExtent &extent) const
{
    const bool hasEscapes = m_dialect.escape != '\0' && m_dialect.quote == '\0';
    const size_t most = m_dialect.delimiter.size();
    extent.begin = at;
    size_t length = 0;
    for (; at != m_end && !isDelimiter(at) && !isLineEnd(at, length); ++at) {
        if (!m_atEnd && most > 1 && *at == m_dialect.delimiter[0] && size_t(m_end - at) < most)
            return false;
        if (!hasEscapes || *at != m_dialect.escape)
            continue;
        if (at + 1 == m_end)
            break;
        extent.hasEscapes = true;
        ++at;
    }
    if (at != m_end && hasEscapes && *at == m_dialect.escape)
        ++at; // the last character of all
    extent.end = at;
    if (m_dialect.trims)
        while (extent.end != extent.begin && isBlank(extent.end[-1]))
            --extent.end;
    return finish(at, extent);
}

bool DialectScanner::quotedField(const char *opening, FieldExtent &extent) const
{
    extent.isQuoted = true;
    extent.begin = opening + 1;
    for (const char *at = opening + 1; at != m_end; ++at) {
        if (m_dialect.isLenient && size_t(at - opening) > MostLenient)
            break;
        if (*at == m_dialect.escape && m_dialect.escape != '\0') {
            if (at + 1 == m_end)
                break;
            extent.hasEscapes = true;
            ++at;
            continue;
        }
        if (*at != m_dialect.quote)
            continue;
        if (at + 1 == m_end && !m_atEnd)
            return false;
        if (at + 1 != m_end && at[1] == m_dialect.quote) {
            extent.hasEscapes = true;
            ++at;
            continue;
        }
        bool isClosed = false;
        if (!behindQuote(at, extent, isClosed))
            return false;
        if (isClosed)
            return true;
    }
    if (!m_atEnd && !(m_dialect.isLenient && size_t(m_end - opening) > MostLenient))
        return false;
    return openField(opening, extent);
}

/// A quote that nothing closes: to the end of its line, so that the lines behind it aren't lost with it.
bool DialectScanner::openField(const char *opening, FieldExtent &extent) const
{
    const bool hadBlank = extent.hadBlank;
    if (m_dialect.isLenient) {
        extent = {};
        extent.hadBlank = hadBlank;
        return plainField(opening, extent);
    }
    extent.fault = CsvField::Fault::NotClosed;
    extent.hasEscapes = false;
    extent.end = lineEnd(opening);
    return finish(extent.end, extent);
}

/// What comes behind a closing quote. False: more text is needed. `isClosed`: the field ends, with a fault or without.
bool DialectScanner::behindQuote(const char *closing, FieldExtent &extent, bool &isClosed) const
{
    const char *at = closing + 1;
    if (m_dialect.trims)
        while (at != m_end && isBlank(*at))
            ++at;
    size_t length = 0;
    if (at == m_end && !m_atEnd)
        return false;
    isClosed = at == m_end || isDelimiter(at) || isLineEnd(at, length);
    if (!isClosed && !m_atEnd && size_t(m_end - at) < std::max<size_t>(m_dialect.delimiter.size(), 2))
        return false;
    if (isClosed) {
        extent.end = closing;
        return finish(at, extent);
    }
    if (m_dialect.isLenient)
        return true;
    extent.fault = CsvField::Fault::TextAfterQuote;
    isClosed = true;
    while (at != m_end && !isDelimiter(at) && !isLineEnd(at, length))
        ++at;
    extent.end = at;
    return finish(at, extent);
}

const char *DialectScanner::skipLines(const char *at, bool skipEmpty) const
{
    const std::string &comment = m_dialect.comment;
    while (at != m_end) {
        size_t length = 0;
        if (skipEmpty && isLineEnd(at, length)) {
            if (length == 0)
                return nullptr;
            at += length;
            continue;
        }
        const auto left = size_t(m_end - at);
        if (comment.empty() || std::memcmp(at, comment.data(), std::min(left, comment.size())) != 0)
            return at;
        if (left < comment.size())
            return m_atEnd ? at : nullptr;
        const char *const end = lineEnd(at);
        if (end == m_end)
            return m_atEnd ? end : nullptr;
        isLineEnd(end, length);
        if (length == 0)
            return nullptr;
        at = end + length;
    }
    return at;
}

uint32_t DialectScanner::lineEnds(const char *from, const char *to) const
{
    if (!m_dialect.endsAtCr)
        return uint32_t(std::count(from, to, '\n'));
    uint32_t lines = 0;
    for (; from != to; ++from)
        lines += *from == '\n' || (*from == '\r' && (from + 1 == m_end || from[1] != '\n')) ? 1 : 0;
    return lines;
}

bool DialectFields::next(CsvField &field)
{
    FieldExtent extent;
    m_scanner.field(m_at, extent);
    field = {const_cast<char *>(extent.begin), size_t(extent.end - extent.begin), extent.isQuoted, extent.fault};
    if (extent.hasEscapes || extent.fault == CsvField::Fault::TextAfterQuote)
        field.length = unescape(field.begin, field.begin + field.length);
    m_at = const_cast<char *>(extent.next);
    return extent.isLast;
}

/// Returns the text's new length. Of a quote that closes a field with text behind it nothing is left, as in a plain dialect.
size_t DialectFields::unescape(char *from, char *to) const
{
    char *write = from;
    for (char *read = from; read != to; ++read) {
        const bool isEscape = *read == m_dialect.escape && m_dialect.escape != '\0';
        const bool isQuote = *read == m_dialect.quote && m_dialect.quote != '\0';
        const char behind = read + 1 != to ? read[1] : '\0';
        const bool isUndone =
            behind != '\0'
            && (behind == m_dialect.quote || behind == m_dialect.escape || behind == m_dialect.delimiter[0]);
        if ((isEscape && isUndone) || (isQuote && behind == m_dialect.quote))
            ++read;
        else if (isQuote && !m_dialect.isLenient)
            continue;
        *write++ = *read;
    }
    return size_t(write - from);
}

void DialectCutter::cutAll(std::string_view text, bool atEnd, size_t items, RecordRun &run) const
{
    const char *const begin = text.data(), *const end = begin + text.size();
    const DialectScanner scanner(m_dialect, end, atEnd);
    while (run.rows < items && run.bytes < text.size()) {
        const char *const from = begin + run.bytes;
        const char *at = scanner.skipLines(from, m_skipEmpty);
        if (!at)
            return;
        const uint32_t linesBefore = run.lines + scanner.lineEnds(from, at);
        if (at == end) { // nothing but lines that are no records
            run.lines = linesBefore;
            run.bytes = text.size();
            return;
        }
        const char *const record = at;
        FieldExtent extent;
        do {
            if (!scanner.field(at, extent))
                return;
            at = extent.next;
        } while (!extent.isLast);
        run.addRecord(size_t(record - begin), linesBefore);
        run.lines = linesBefore + scanner.lineEnds(record, at);
        run.bytes = size_t(at - begin);
    }
}

void DialectCutter::cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const
{
    if (m_skipEnd == 0)
        return cutAll(text, atEnd, items, run);
    RecordRun ahead = run;
    cutAll(text, atEnd, items + m_skipEnd, ahead);
    if (ahead.rows > run.rows + m_skipEnd)
        cutAll(text, atEnd, std::min(items, ahead.rows - m_skipEnd), run);
}

size_t DialectCutter::openQuote(std::string_view text) const
{
    const char *const end = text.data() + text.size();
    const DialectScanner scanner(m_dialect, end, false);
    const char *at = text.data();
    for (FieldExtent extent; at != end; at = extent.next) {
        if (scanner.field(at, extent))
            continue;
        return extent.isQuoted ? size_t(extent.begin - text.data()) - 1 : std::string_view::npos;
    }
    return std::string_view::npos;
}

} // namespace millrace
