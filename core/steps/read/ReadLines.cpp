// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "formats/text/RawRecords.h"
#include "steps/read/TextSource.h"
#include "steps/StepBuilder.h"

#include <algorithm>
#include <cstring>

namespace millrace {

/// Reads a text file: an item a line, with the field `text`.
class ReadLines final : public TextSource
{
public:
    ReadLines()
    {
        m_schema = std::make_shared<const Schema>(std::vector<Field>{{"text", ValueType::Text, Role::DataInput}});
    }
    static void describe(StepBuilder<ReadLines> &step)
    {
        step.id("read.lines").title("Lines of text").family(Family::Source).icon("lines").opens({AnyFile});
        step.help("Reads a text file: an item a line, in the field text, without its line end. Empty lines are "
                  "items too.");
        step.synonyms({"text", "txt", "log", "load", "open"});
        describeFile(step);
    }
    Result<> open(const StepContext &context) override;
    Result<> openDecoder(const Source &opened, const StepContext &) override
    {
        const auto &source = static_cast<const ReadLines &>(opened);
        m_endsAtCr = source.m_endsAtCr;
        shareOrigins(source);
        return {};
    }
    Result<> decode(Batch &batch) override;
    SchemaPtr outputSchema(const CheckContext &) const override { return m_schema; }

private:
    const RecordCutter &cutter() const override { return m_cutter; }
    std::string_view kindOfFile() const override { return "text"; }

    const char *lineEnd(const char *from, const char *end) const;

    bool m_endsAtCr = false; ///< a carriage return alone ends a line, too
    LineCutter m_cutter{false};
};

/// The lines of a text for an old Mac have no line feed at all.
Result<> ReadLines::open(const StepContext &context)
{
    if (auto opened = openFile(context); !opened)
        return opened;
    const std::string_view text(m_reader.begin(), m_reader.available());
    m_endsAtCr = text.find('\n') == std::string_view::npos && text.find('\r') < text.size() - 1;
    m_cutter = LineCutter(false, m_endsAtCr);
    if (m_endsAtCr && context.log)
        context.log->info(context.stepId,
                          "The lines of " + inQuotes(originName()) + " end with carriage returns alone.");
    return {};
}

/// Where the line that begins there ends: at its line end, or at the end of the text.
const char *ReadLines::lineEnd(const char *from, const char *end) const
{
    if (m_endsAtCr)
        return std::find_if(from, end, [](char c) { return c == '\r' || c == '\n'; });
    const auto *const feed = static_cast<const char *>(std::memchr(from, '\n', size_t(end - from)));
    return feed ? feed : end;
}

Result<> ReadLines::decode(Batch &batch)
{
    const RawRecords raw(batch);
    batch.reset(m_schema);
    Column &texts = batch.columnToChange(0);
    texts.setBlock(raw.block);
    texts.reserve(raw.rows);
    const char *const block = raw.block->bytes.data();
    for (const char *at = raw.begin; at != raw.end;) {
        const char *end = lineEnd(at, raw.end);
        const char *next = end == raw.end ? end : end + 1;
        if (m_endsAtCr && end != raw.end && *end == '\r' && next != raw.end && *next == '\n')
            ++next;
        while (end != at && end[-1] == '\r') // CRLF, and CR CR LF, as some mail programs and FTP make of it
            --end;
        texts.appendRef({uint32_t(at - block), uint32_t(end - at)});
        at = next;
    }
    batch.setSize(raw.rows);
    if (isUtf8({raw.begin, size_t(raw.end - raw.begin)}))
        return {};
    for (size_t row = 0; row < raw.rows; ++row) {
        const std::string_view text = texts.text(row);
        if (isUtf8(text))
            continue;
        texts.setValue(row, Value(readableText(text)));
        batch.fail(row, ErrorKind::Parse,
                   "line " + std::to_string(lineOfRow(batch.origin, row))
                       + ": is not UTF-8 text; save the file as UTF-8");
    }
    nameFile(batch);
    return {};
}

void registerReadLines(StepRegistry &registry)
{
    registry.add<ReadLines>();
}

} // namespace millrace
