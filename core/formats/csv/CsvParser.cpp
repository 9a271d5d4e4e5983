// SPDX-License-Identifier: MIT
#include "formats/csv/CsvParser.h"

#include "formats/text/ByteMask.h"

#include <algorithm>
#include <bit>

namespace millrace {

namespace {

const char *find(const char *from, const char *end, char byte)
{
    return from == end ? nullptr : static_cast<const char *>(std::memchr(from, byte, size_t(end - from)));
}

/// Where the line ends that goes on there, or the text. Counts its end.
const char *behindLine(const char *at, const char *end, uint32_t &lines)
{
    const char *const feed = find(at, end, '\n');
    lines += feed ? 1 : 0;
    return feed ? feed + 1 : end;
}

} // namespace

/// Whether a quoted field of which that is the first quote within has an end.
bool CsvFields::isClosed(const char *quote) const
{
    while (quote && quote + 1 != m_end && quote[1] == '"')
        quote = find(quote + 2, m_end, '"');
    return quote;
}

/// A field that no quote closes ends with its line, as it is there, so that the lines behind it aren't lost with it.
bool CsvFields::nextOpen(CsvField &field)
{
    auto *const feed = const_cast<char *>(find(m_at, m_end, '\n'));
    field = {m_at + 1, 0, true, CsvField::Fault::NotClosed};
    char *const stop = feed ? feed : m_end;
    field.length = size_t(stop - field.begin);
    return finish(field, stop);
}

bool CsvFields::nextQuoted(CsvField &field)
{
    char *write = m_at + 1; // where the unescaped text goes on
    char *read = m_at + 1;
    auto *quote = const_cast<char *>(find(read, m_end, '"'));
    if (!quote || (quote + 1 != m_end && quote[1] == '"' && !isClosed(quote)))
        return nextOpen(field);
    field = {write, 0, true, CsvField::Fault::None};
    for (;; quote = const_cast<char *>(find(read, m_end, '"'))) {
        const auto piece = size_t(quote - read);
        if (write != read)
            std::memmove(write, read, piece);
        write += piece;
        read = quote + 1;
        if (read == m_end || *read != '"')
            break;
        *write++ = '"';
        ++read;
    }
    field.length = size_t(write - field.begin);
    char *const stop = const_cast<char *>(m_scanner.next(read));
    size_t behind = size_t(stop - read);
    if (behind > 0 && stop[-1] == '\r' && (stop == m_end || *stop == '\n'))
        --behind;
    if (behind > 0) {
        field.fault = CsvField::Fault::TextAfterQuote;
        std::memmove(write, read, behind);
        field.length += behind;
    }
    const bool isLast = stop == m_end || *stop == '\n';
    m_at = stop == m_end ? stop : stop + 1;
    return isLast;
}

/// As many records as there are without quotes and empty lines, in pieces of 64 bytes; the text's last ones are left.
template <class Mask>
[[gnu::always_inline]] inline void CsvCutter::cutPlainLinesBy(std::string_view text, size_t items, RecordRun &run) const
{
    constexpr auto Width = Mask::Width;
    const size_t wanted = items - run.rows;
    size_t found = 0, end = run.bytes;
    bool isBehindLine = true;
    for (size_t at = run.bytes; at + Width <= text.size() && found < wanted; at += Width) {
        const Mask bytes(text.data() + at, text.data() + text.size());
        uint64_t lineEnds = bytes.find('\n');
        const uint64_t lineBegins = lineEnds << 1 | uint64_t(isBehindLine);
        const uint64_t emptyLines = m_skipEmpty ? lineBegins & (lineEnds | bytes.find('\r')) : 0; // a few others, too
        if (bytes.find('"') != 0 || emptyLines != 0)
            break;
        isBehindLine = lineEnds >> (Width - 1) != 0;
        size_t count = Mask::count(lineEnds);
        for (; count > wanted - found; --count)
            lineEnds &= ~(uint64_t(1) << (Width - 1 - size_t(std::countl_zero(lineEnds))));
        if (count == 0)
            continue;
        found += count;
        end = at + Width - size_t(std::countl_zero(lineEnds));
    }
    run.addLines(run.bytes, found);
    run.bytes = end;
}

void CsvCutter::cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const
{
    if (run.rows < items)
        cutPlainLines(text, items, run);
    const char *const begin = text.data(), *const end = begin + text.size();
    const char *at = begin + run.bytes;
    while (run.rows < items && at != end) {
        const char *const feed = find(at, end, '\n');
        const char *const lineEnd = feed ? feed : end;
        const char *recordEnd = feed ? feed + 1 : end;
        uint32_t lines = feed ? 1 : 0;
        if (find(at, lineEnd, '"')) {
            recordEnd = quotedRecordEnd(at, end, atEnd, lines);
            if (!recordEnd)
                return;
        } else if (!feed && !atEnd) {
            return;
        }
        const bool isEmpty = lineEnd == at || (lineEnd == at + 1 && *at == '\r');
        if (!isEmpty || !m_skipEmpty)
            run.addRecord(size_t(at - begin), run.lines);
        run.lines += lines;
        at = recordEnd;
        run.bytes = size_t(at - begin);
    }
}

void CsvCutter::cutPlainLines(std::string_view text, size_t items, RecordRun &run) const
{
#ifdef MILLRACE_WIDE_BYTE_MASK
    if (WideByteMask::isThere())
        return cutPlainLinesWidely(text, items, run);
#endif
    cutPlainLinesBy<ByteMask>(text, items, run);
}

#ifdef MILLRACE_WIDE_BYTE_MASK
[[gnu::target("avx2,bmi,popcnt")]] void CsvCutter::cutPlainLinesWidely(std::string_view text,
                                                                       size_t items,
                                                                       RecordRun &run) const
{
    cutPlainLinesBy<WideByteMask>(text, items, run);
}
#endif

size_t CsvCutter::openQuote(std::string_view text) const
{
    uint32_t lines = 0;
    const char *quote = nullptr;
    quotedRecordEnd(text.data(), text.data() + text.size(), false, lines, &quote);
    return quote ? size_t(quote - text.data()) : std::string_view::npos;
}

/// The end of a record that may have quoted fields, with that of its line where a quote is never closed; null where the text ends before. `openQuote`: the one it ends within.
const char *CsvCutter::quotedRecordEnd(
    const char *from, const char *end, bool atEnd, uint32_t &lines, const char **openQuote) const
{
    lines = 0;
    const char *const incomplete = atEnd ? end : nullptr;
    for (const char *at = from;;) { // once for each field
        if (at != end && *at == '"') {
            const char *const opening = at;
            const uint32_t linesBefore = lines;
            for (++at;;) {
                const char *const quote = find(at, end, '"');
                if (!quote && openQuote)
                    *openQuote = opening;
                if (!quote && atEnd) {
                    lines = linesBefore;
                    return behindLine(opening, end, lines);
                }
                if (!quote || (quote + 1 == end && !atEnd))
                    return incomplete;
                lines += uint32_t(std::count(at, quote, '\n'));
                at = quote + 1;
                if (at == end || *at != '"')
                    break;
                ++at;
            }
        }
        while (at != end && *at != m_delimiter && *at != '\n')
            ++at;
        if (at == end)
            return incomplete;
        if (*at++ == '\n') {
            ++lines;
            return at;
        }
    }
}

} // namespace millrace
