// SPDX-License-Identifier: MIT
#include "steps/SlowCsv.h"

namespace millrace::test {

namespace {

/// What ends a field at this place: a delimiter, a line end (LF, CRLF, or a CR at the very end), the end.
enum class Stop { None, Delimiter, LineEnd, End };

Stop stopAt(std::string_view text, size_t at, char delimiter, size_t &length)
{
    length = 1;
    if (at == text.size())
        return length = 0, Stop::End;
    if (text[at] == delimiter)
        return Stop::Delimiter;
    if (text[at] == '\n')
        return Stop::LineEnd;
    if (text[at] != '\r')
        return Stop::None;
    if (at + 1 == text.size())
        return Stop::LineEnd;
    if (text[at + 1] == '\n')
        return length = 2, Stop::LineEnd;
    return Stop::None;
}

} // namespace

std::vector<SlowRecord> readCsvSlowly(std::string_view text, char delimiter, bool isOneField)
{
    std::vector<SlowRecord> records;
    for (size_t at = 0; at < text.size();) {
        size_t length = 0;
        if (!isOneField && stopAt(text, at, delimiter, length) == Stop::LineEnd) {
            at += length;
            continue;
        }
        SlowRecord record;
        for (Stop stop = Stop::None; stop != Stop::LineEnd && stop != Stop::End;) {
            std::string field;
            bool isQuoted = false;
            if (at < text.size() && text[at] == '"') {
                isQuoted = true;
                bool isClosed = false;
                for (++at; at < text.size() && !isClosed; ++at) {
                    if (text[at] != '"')
                        field += text[at];
                    else if (at + 1 < text.size() && text[at + 1] == '"')
                        field += text[++at];
                    else
                        isClosed = true;
                }
                record.isFaulty |= !isClosed;
                if (!isClosed) {
                    record.fields.emplace_back(field);
                    break;
                }
            }
            for (stop = stopAt(text, at, delimiter, length); stop == Stop::None;
                 stop = stopAt(text, at, delimiter, length)) {
                record.isFaulty |= isQuoted;
                field += text[at++];
            }
            at += length;
            record.fields.push_back(field.empty() && !isQuoted ? std::nullopt : std::optional(field));
        }
        records.push_back(std::move(record));
    }
    return records;
}

} // namespace millrace::test
