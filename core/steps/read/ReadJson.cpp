// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/json/JsonCutter.h"
#include "formats/json/JsonExtent.h"
#include "steps/read/JsonSource.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

/// Reads JSON documents: fetch() finds where their records are, decode() parses them on all workers.
class ReadJson final : public JsonSource
{
public:
    static void describe(StepBuilder<ReadJson> &step)
    {
        step.id("read.json").title("JSON").family(Family::Source).icon("json").opens({"json"});
        step.help(
            "Reads JSON documents, also over many lines and several one behind another: an item for each element of a "
            "list, or one for each document that is no list. Files of any size are read piece by piece. Nested values "
            "stay "
            "lists and objects; a member that an item lacks stays absent; what is no object becomes the field value. "
            "An "
            "element that is no JSON is a failed item that names its line and column.");
        step.synonyms({"json", "array", "api", "document", "load", "open"});
        describeFile(step);
        step.param("records", &ReadJson::m_records)
            .title("Records")
            .help("Where in each document the records are: a JSON pointer such as /data/items. Empty: the document "
                  "itself. "
                  "A list there gives an item for each of its elements.");
        describeItems(step);
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    void close() override
    {
        JsonSource::close();
        m_cutter = JsonCutter();
    }

private:
    const RecordCutter &cutter() const override { return m_cutter; }
    std::string_view kindOfFile() const override { return "JSON"; }
    Result<JsonRecordLayout> readLayout() override;
    Result<> beginNextFile() override { return restart(); }
    Result<RecordRun> cutNext(size_t items, RecordLimits limits) override;
    void tookRecords(std::string_view text) override;
    bool hasRecord() const override;
    std::unique_ptr<LayoutSource> copy() const override;
    Result<> restart();
    Result<bool> advance();

    std::string m_records;
    JsonCutter m_cutter;
};

/// At the beginning of a file.
Result<> ReadJson::restart()
{
    auto parts = jsonPointerParts(m_records);
    if (!parts)
        return parts.forward();
    m_cutter = JsonCutter(*std::move(parts));
    return {};
}

/// To the next record of the file. False: there is none.
Result<bool> ReadJson::advance()
{
    TextPlace place{m_line, m_column};
    auto found = m_cutter.advance(m_reader, place);
    m_line = place.line;
    m_column = place.column;
    if (!found && found.error().kind != RecordsMissing)
        return failure(found.error().kind, inQuotes(fileName(m_path)) + ": " + found.error().message);
    return found;
}

Result<RecordRun> ReadJson::cutNext(size_t items, RecordLimits limits)
{
    const auto found = advance();
    if (!found && found.error().kind == RecordsMissing) { // the other documents may have them
        RecordRun run;
        run.rows = 1;
        run.fault = found.error().message;
        return run;
    }
    if (!found)
        return found.forward();
    return *found ? JsonSource::cutNext(items, limits) : RecordRun();
}

void ReadJson::tookRecords(std::string_view text)
{
    TextPlace place{m_line, m_column};
    place.pass(text);
    m_column = place.column; // the lines are counted by those who take
    m_cutter.passed();
}

/// Behind what separates records.
bool ReadJson::hasRecord() const
{
    std::string_view text(m_reader.begin(), m_reader.available());
    skipJsonSeparators(text);
    return !text.empty() && jsonLength(text, false) != std::string_view::npos;
}

Result<JsonRecordLayout> ReadJson::readLayout()
{
    if (auto begun = restart(); !begun)
        return begun.forward();
    const auto found = advance();
    if (!found)
        return failure(ErrorKind::Parse, (found.error().kind == RecordsMissing ? inQuotes(fileName(m_path)) + ": " : "")
                                             + found.error().message);
    const auto text = *found ? sample(SampledRecords) : Result<std::string>(std::string());
    if (!text)
        return text.forward();
    std::string_view rest;
    const bool isWhole = !*found || (isSampleAtEnd(rest) && JsonCutter::isOnlyEnd(rest));
    return finished(jsonRecordLayoutOf(*text, false, isWhole, nullsNonNumbers()));
}

std::unique_ptr<LayoutSource<JsonRecordLayout, JsonDecoder>> ReadJson::copy() const
{
    auto other = std::make_unique<ReadJson>();
    copyTo(*other);
    other->m_records = m_records;
    return other;
}

void ReadJson::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (const auto parts = jsonPointerParts(m_records); !parts) {
        problems.push_back({true, "records", parts.error().message});
        return;
    }
    if (!checkFiles(context, problems) || !canLookAhead(context))
        return;
    const auto layout = lookAt(context, problems);
    if (layout && m_records.empty() && layout->schema->find("data_inputs"))
        problems.push_back({false, "path",
                            "The file " + inQuotes(firstName(context))
                                + " looks like a data container: \"read.container\" makes items of its data_inputs."});
    if (layout && !layout->fault.empty())
        problems.push_back(
            {true, "path",
             "The file " + inQuotes(firstName(context)) + " is no JSON: its first record is " + layout->fault + '.'});
}

void registerReadJson(StepRegistry &registry)
{
    registry.add<ReadJson>();
}

} // namespace millrace
