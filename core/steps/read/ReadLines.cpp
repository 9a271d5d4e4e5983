// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "formats/text/RawRecords.h"
#include "steps/read/TextSource.h"
#include "steps/StepBuilder.h"

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
        step.help("Reads a text file (UTF-8): an item a line, in the field text, without its line end. Empty lines are "
                  "items too.");
        step.synonyms({"text", "txt", "log", "load", "open"});
        step.param("path", &ReadLines::m_path)
            .kind(ParamKind::InputFile)
            .required()
            .title("File")
            .help("The file to read. A relative path starts at the pipeline's folder.");
    }
    Result<> open(const StepContext &context) override { return openFile(context); }
    Result<> decode(Batch &batch) override;
    SchemaPtr outputSchema(const CheckContext &) const override { return m_schema; }

private:
    const RecordCutter &cutter() const override { return m_cutter; }
    std::string_view kindOfFile() const override { return "text"; }

    LineCutter m_cutter{false};
};

Result<> ReadLines::decode(Batch &batch)
{
    const RawRecords raw(batch);
    batch.reset(m_schema);
    Column &texts = batch.columnToChange(0);
    texts.setBlock(raw.block);
    texts.reserve(raw.rows);
    const char *const block = raw.block->bytes.data();
    for (const char *at = raw.begin; at != raw.end;) {
        const auto *const feed = static_cast<const char *>(std::memchr(at, '\n', size_t(raw.end - at)));
        const char *end = feed ? feed : raw.end;
        const char *const next = feed ? feed + 1 : raw.end;
        if (end != at && end[-1] == '\r')
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
    return {};
}

void registerReadLines(StepRegistry &registry)
{
    registry.add<ReadLines>();
}

} // namespace millrace
