// SPDX-License-Identifier: MIT
#include "formats/text/RecordCutter.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

namespace millrace {

bool isBlankLine(std::string_view line)
{
    return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

size_t lineLengthAtCr(std::string_view text, bool atEnd)
{
    const size_t end = text.find_first_of("\r\n");
    if (end == std::string_view::npos)
        return end;
    if (text[end] == '\r' && end + 1 == text.size() && !atEnd)
        return std::string_view::npos; // a line feed may follow
    return end + (text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n' ? 2 : 1);
}

void LineCutter::cutAtCr(std::string_view text, bool atEnd, size_t items, RecordRun &run) const
{
    while (run.rows < items && run.bytes < text.size()) {
        const std::string_view left = text.substr(run.bytes);
        const size_t length = lineLengthAtCr(left, atEnd);
        const bool hasEnd = length != std::string_view::npos;
        if (!hasEnd && !atEnd)
            return;
        if (!m_skipBlank || !isBlankLine(left.substr(0, length)))
            run.addRecord(run.bytes, run.lines);
        run.bytes += std::min(length, left.size());
        run.lines += hasEnd ? 1 : 0;
    }
}

void LineCutter::cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const
{
    if (m_endsAtCr)
        return cutAtCr(text, atEnd, items, run);
    while (run.rows < items && run.bytes < text.size()) {
        const char *const from = text.data() + run.bytes;
        const size_t left = text.size() - run.bytes;
        const auto *const feed = static_cast<const char *>(std::memchr(from, '\n', left));
        if (!feed && !atEnd)
            return;
        const size_t length = feed ? size_t(feed - from) + 1 : left;
        if (!m_skipBlank || !isBlankLine({from, length}))
            run.addRecord(run.bytes, run.lines);
        run.bytes += length;
        run.lines += feed ? 1 : 0;
    }
}

namespace {

/// Of a record that is too long and begins in that line.
std::string longRecordText(
    std::string_view text, const RecordCutter &cutter, int64_t line, std::string_view kindOfFile, size_t limit)
{
    constexpr size_t Mebi = size_t(1) << 20;
    std::string message =
        "line " + std::to_string(line) + ": the record that begins here has more than "
        + (limit < Mebi ? std::to_string(limit >> 10) + " KiB" : std::to_string(limit >> 20) + " MiB");
    if (limit < BlockReader::MostRecord)
        message += ", the most that is looked at before a run";
    if (const size_t quote = cutter.openQuote(text); quote != std::string_view::npos) {
        const auto linesBefore = std::count(text.begin(), text.begin() + ptrdiff_t(quote), '\n');
        message += ", for the quote that begins in line " + std::to_string(line + linesBefore) + " isn't closed";
    }
    return message + "; is this a " + std::string(kindOfFile) + " file?";
}

} // namespace

Result<RecordRun> cutRecords(BlockReader &reader,
                             const RecordCutter &cutter,
                             size_t items,
                             bool mayWait,
                             int64_t line,
                             std::string_view kindOfFile,
                             RecordLimits limits)
{
    RecordRun run;
    size_t most = limits.together; // that is looked at: more only for a record that alone is longer
    for (;;) {
        const size_t visible = std::min(reader.available(), most);
        if (visible < reader.available()) {
            cutter.cut({reader.begin(), visible}, false, items, run);
            if (run.rows > 0)
                return run;
            most *= 2;
            continue;
        }
        // The last record may be too long as well: only what is short enough to be one ends with the file.
        bool isEnd = reader.isAtEnd() && !reader.isCutOff() && reader.available() <= limits.one;
        cutter.cut({reader.begin(), reader.available()}, isEnd, items, run);
        if (reader.isCutOff() && run.rows == 0 && reader.available() <= limits.one) { // better than none
            isEnd = true;
            cutter.cut({reader.begin(), reader.available()}, isEnd, items, run);
        }
        if (run.rows == items || isEnd || run.isOver)
            return run;
        const size_t unfinished = reader.available() - run.bytes;
        if (unfinished > limits.one)
            return failure(RecordTooLong, longRecordText({reader.begin() + run.bytes, unfinished}, cutter,
                                                         line + run.lines, kindOfFile, limits.one));
        if (run.rows > 0
            && (reader.isAtEnd() || reader.available() >= limits.together || (!mayWait && reader.wouldWait())))
            return run;
        if (auto read = reader.readMore(); !read)
            return read.forward();
    }
}

} // namespace millrace
