// SPDX-License-Identifier: MIT
#pragma once

#include "formats/text/BlockReader.h"

#include <cstdint>
#include <vector>

namespace millrace {

/// Records that lie one behind the other at the beginning of a reader's text, with the lines they take.
struct RecordRun
{
    size_t bytes = 0;        ///< from the reader's begin() to the end of the last record
    size_t skippedBytes = 0; ///< before the first record: empty lines
    size_t rows = 0;
    uint32_t lines = 0; ///< line ends within `bytes`
    uint32_t skippedLines = 0;
    bool isOver = false;               ///< no further record can be added, though there may be more of the text
    std::string fault;                 ///< of one item in place of records, which fails: a sentence; `bytes` is 0 then
    std::vector<uint32_t> lineOffsets; ///< as in Origin: empty while each record is one line behind the one before

    /// One more record, which begins at that offset, `lines` line ends behind the reader's begin().
    void addRecord(size_t offset, uint32_t linesBefore)
    {
        if (rows == 0) {
            skippedBytes = offset;
            skippedLines = linesBefore;
        }
        const uint32_t line = linesBefore - skippedLines;
        if (lineOffsets.empty() && line != rows) {
            for (uint32_t row = 0; row < rows; ++row)
                lineOffsets.push_back(row);
        }
        if (line != rows || !lineOffsets.empty())
            lineOffsets.push_back(line);
        ++rows;
    }
    /// So many more, of one line each, of which the first begins at that offset. Counts their line ends.
    void addLines(size_t offset, size_t count)
    {
        for (; count > 0; --count) {
            addRecord(offset, lines);
            ++lines;
            if (lineOffsets.empty()) { // and stays so
                rows += count - 1;
                lines += uint32_t(count - 1);
                return;
            }
        }
    }
};

/// Finds where records end, without looking into them more than that takes: the serial part of reading a file of text.
class RecordCutter
{
public:
    virtual ~RecordCutter() = default;
    /// Adds whole records of the text to `run`, from run.bytes on, until it has `items` of them. `atEnd`: nothing comes
    /// behind the text, so what is left is a record without a line end.
    virtual void cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const = 0;
    /// Where the quote is that keeps the record at the beginning of the text from ending: an offset; npos: there is none.
    virtual size_t openQuote(std::string_view) const { return std::string_view::npos; }
};

/// A record is a line.
class LineCutter final : public RecordCutter
{
public:
    /// `skipBlank`: lines of spaces and tabs are no records. `endsAtCr`: a carriage return alone ends a line, too.
    explicit LineCutter(bool skipBlank, bool endsAtCr = false) : m_skipBlank(skipBlank), m_endsAtCr(endsAtCr) {}
    void cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const override;

private:
    void cutAtCr(std::string_view text, bool atEnd, size_t items, RecordRun &run) const;

    bool m_skipBlank, m_endsAtCr;
};

/// The length of the line that a text begins with, with its end (LF, CR, CRLF); npos: it has none yet. `atEnd`: nothing comes behind.
size_t lineLengthAtCr(std::string_view text, bool atEnd);

/// Whether a line has nothing but spaces, tabs and carriage returns.
bool isBlankLine(std::string_view line);

/// How much text records may have, in bytes.
struct RecordLimits
{
    size_t together = BlockReader::MostBatch;
    size_t one = BlockReader::MostRecord;
};

/// The kind of cutRecords()'s error about a record that is longer than its limit.
inline constexpr const char *RecordTooLong = "long";

/// Cuts `items` records off the reader's text, fewer at the end of the file, or where the records at hand would have to
/// wait for others and `mayWait` is false, or where more would hold over `limits.together` (one is always cut). Reads on as needed; takes nothing. `line` is the first one's
/// number and `kindOfFile` what the file should be: both for the message about a record that is longer than `limits.one`.
Result<RecordRun> cutRecords(BlockReader &reader,
                             const RecordCutter &cutter,
                             size_t items,
                             bool mayWait,
                             int64_t line,
                             std::string_view kindOfFile,
                             RecordLimits limits = {});

} // namespace millrace
