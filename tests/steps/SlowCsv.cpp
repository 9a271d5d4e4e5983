// SPDX-License-Identifier: MIT
#include "steps/SlowCsv.h"

#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "steps/StepRunner.h"

#include <algorithm>

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
                const size_t opening = at;
                for (++at; at < text.size() && !isClosed; ++at) {
                    if (text[at] != '"')
                        field += text[at];
                    else if (at + 1 < text.size() && text[at + 1] == '"')
                        field += text[++at];
                    else
                        isClosed = true;
                }
                record.isFaulty |= !isClosed;
                if (!isClosed) { // it is its line that has no end
                    at = opening + 1;
                    field.clear();
                    while (stopAt(text, at, '\n', length) == Stop::None)
                        field += text[at++];
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

namespace {

bool isInvalid(const std::optional<std::string> &field)
{
    return field && readableText(*field) != *field;
}

/// Behind the empty lines that it begins with.
bool isWithoutLineFeeds(std::string_view text)
{
    while (text.starts_with('\n') || text.starts_with("\r\n"))
        text.remove_prefix(text.find('\n') + 1);
    return text.find('\n') == std::string_view::npos && text.find('\r') != std::string_view::npos;
}

bool isSame(const SlowRecord &record, const Members &item, bool isFailed)
{
    const bool isBroken = record.isFaulty || record.fields.size() != item.size()
                          || std::any_of(record.fields.begin(), record.fields.end(), isInvalid);
    if (isFailed != isBroken)
        return false;
    for (size_t column = 0; column < item.size(); ++column) {
        const auto field = column < record.fields.size() ? record.fields[column] : std::nullopt;
        const Value &value = item[column].second;
        if (field ? !value.isText() || value.toText() != readableText(*field) : !value.isNull())
            return false;
    }
    return true;
}

} // namespace

std::string differenceFromSlowCsv(const std::string &text, size_t batchSize)
{
    const auto first = readCsvSlowly(text, ',', false); // its first record that isn't empty says how many there are
    const size_t columns = first.empty() ? 0 : first[0].fields.size();
    const std::vector<SlowRecord> expected = columns == 1 ? readCsvSlowly(text, ',', true) : first;
    if ((!first.empty() && first[0].isFaulty) || isWithoutLineFeeds(text))
        return {};
    const Items read = readCsvText(
        text,
        R"("header": false, "types": "text", "delimiter": ",", "quote": "\"", "escape": "doubled", "trim": "false",
           "lineEnd": "lf", "skipLines": 0, "encoding": "UTF-8")",
        batchSize);
    if (!read.failure.empty())
        return read.failure;
    const std::string shown = toJson(Value(readableText(text)));
    if (read.items.size() != expected.size())
        return "other records in " + shown;
    std::vector<bool> isFailed(expected.size());
    for (const size_t item : read.failedItems)
        isFailed[item] = true;
    for (size_t i = 0; i < expected.size(); ++i)
        if (!isSame(expected[i], read.items[i].toObject(), isFailed[i]))
            return "another record " + std::to_string(i) + " in " + shown;
    return {};
}

} // namespace millrace::test
