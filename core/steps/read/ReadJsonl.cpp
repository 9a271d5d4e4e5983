// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/json/JsonFault.h"
#include "data/text/Quote.h"
#include "formats/json/JsonCutter.h"
#include "formats/json/JsonExtent.h"
#include "steps/read/JsonSource.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

namespace millrace {

namespace {

/// Whether a text, of which no line is JSON by itself, begins with JSON over several lines, or several values in a line.
bool isJsonOfOtherShape(std::string_view text)
{
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (text[first] != '[' && text[first] != '{'))
        return false;
    text.remove_prefix(first);
    const auto fault = findJsonFault(text.substr(0, jsonLength(text, true)));
    // Of what goes on behind the sample the end is missing, and nothing else.
    return !fault || fault->text.ends_with("but the text ends");
}

} // namespace

/// Reads a file with a JSON value in each line: fetch() cuts lines, decode() parses them on all workers.
class ReadJsonl final : public JsonSource
{
public:
    static void describe(StepBuilder<ReadJsonl> &step)
    {
        step.id("read.jsonl").title("JSON Lines").family(Family::Source).icon("json").opens({"jsonl", "ndjson"});
        step.help("Reads a text file with a JSON object in each line: an item a line. Nested values stay lists and "
                  "objects, a "
                  "member that a line lacks stays absent, a line that is no object becomes the field value. A line "
                  "that is no "
                  "JSON is a failed item that names its line. Blank lines are passed over. For lists and documents "
                  "over several lines there is read.json.");
        step.synonyms({"json", "ndjson", "jsonl", "load", "open"});
        describeFile(step);
        describeItems(step);
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;

private:
    const RecordCutter &cutter() const override { return m_cutter; }
    std::string_view kindOfFile() const override { return "JSON Lines"; }
    Result<JsonRecordLayout> readLayout() override;
    std::unique_ptr<LayoutSource> copy() const override;

    LineCutter m_cutter{true};
};

Result<JsonRecordLayout> ReadJsonl::readLayout()
{
    const auto lines = sample(SampledRecords);
    if (!lines)
        return lines.forward();
    std::string_view rest;
    const bool isWhole = isSampleAtEnd(rest) && isBlankLine(rest);
    JsonRecordLayout layout = jsonRecordLayoutOf(*lines, true, isWhole, nullsNonNumbers());
    if (!layout.fault.empty() && isJsonOfOtherShape(*lines))
        return failure(ErrorKind::Parse, "The file " + inQuotes(fileName(m_path))
                                             + " is JSON, but not a value in each line: use \"read.json\".");
    return finished(std::move(layout));
}

std::unique_ptr<LayoutSource<JsonRecordLayout, JsonDecoder>> ReadJsonl::copy() const
{
    auto other = std::make_unique<ReadJsonl>();
    copyTo(*other);
    return other;
}

void ReadJsonl::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!checkFiles(context, problems) || !canLookAhead(context))
        return;
    const auto layout = lookAt(context, problems);
    if (layout && !layout->fault.empty())
        problems.push_back({false, "path",
                            "No line of " + inQuotes(firstName(context))
                                + " is a JSON value by itself; is this a JSON "
                                  "Lines file? Its first line is "
                                + layout->fault + "."});
    const bool isOneList = layout && !layout->schema->isOpen() && layout->schema->size() == 1
                           && layout->schema->field(0).name == ValueField
                           && layout->schema->field(0).type == ValueType::List;
    if (isOneList)
        problems.push_back({false, "path",
                            "Each line of " + inQuotes(firstName(context))
                                + " is a list, which becomes the field value; \"read.json\" makes an item of each "
                                  "element."});
}

void registerReadJsonl(StepRegistry &registry)
{
    registry.add<ReadJsonl>();
}

} // namespace millrace
