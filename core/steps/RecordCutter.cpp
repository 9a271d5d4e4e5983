// SPDX-License-Identifier: MIT
#include "steps/RecordCutter.h"

#include <cstring>
#include <string>

namespace millrace {

bool isBlankLine(std::string_view line)
{
    return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void LineCutter::cut(std::string_view text, bool atEnd, size_t items, RecordRun &run) const
{
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

Result<RecordRun> cutRecords(BlockReader &reader,
                             const RecordCutter &cutter,
                             size_t items,
                             bool mayWait,
                             int64_t line,
                             std::string_view kindOfFile,
                             RecordLimits limits)
{
    RecordRun run;
    for (;;) {
        // The last record may be too long as well: only what is short enough to be one ends with the file.
        const bool isEnd = reader.isAtEnd() && reader.available() <= limits.one;
        cutter.cut({reader.begin(), reader.available()}, isEnd, items, run);
        if (run.rows == items || isEnd)
            return run;
        const size_t unfinished = reader.available() - run.bytes;
        if (unfinished > limits.one)
            return failure(RecordTooLong, "line " + std::to_string(line + run.lines)
                                              + ": the record that begins here has more than "
                                              + std::to_string(limits.one >> 20) + " MiB; is this a "
                                              + std::string(kindOfFile) + " file?");
        if (run.rows > 0
            && (reader.isAtEnd() || reader.available() > limits.together || (!mayWait && reader.wouldWait())))
            return run;
        if (auto read = reader.readMore(); !read)
            return read.forward();
    }
}

} // namespace millrace
