// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/json/JsonLinesDecoder.h"
#include "steps/read/LayoutSource.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

namespace millrace {

namespace {

constexpr size_t SampledLines = 1000;

} // namespace

/// Reads a file with a JSON value in each line: fetch() cuts lines, decode() parses them on all workers.
class ReadJsonl final : public LayoutSource<JsonLinesLayout, JsonLinesDecoder>
{
public:
    ReadJsonl() { m_encoding = Utf8; } // as RFC 8259 says, but for marks
    static void describe(StepBuilder<ReadJsonl> &step)
    {
        step.id("read.jsonl").title("JSON Lines").family(Family::Source).icon("json").opens({"jsonl", "ndjson"});
        step.help("Reads a text file with a JSON object in each line: an item a line. Nested values stay lists and "
                  "objects, a "
                  "member that a line lacks is null, a line that is no object becomes the field value. A line that is "
                  "no JSON "
                  "is a failed item that names its line. Blank lines are passed over.");
        step.synonyms({"json", "ndjson", "jsonl", "load", "open"});
        describeFile(step);
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;

private:
    const RecordCutter &cutter() const override { return m_cutter; }
    std::string_view kindOfFile() const override { return "JSON Lines"; }
    Result<JsonLinesLayout> readLayout() override;
    std::unique_ptr<LayoutSource> copy() const override;

    LineCutter m_cutter{true};
};

Result<JsonLinesLayout> ReadJsonl::readLayout()
{
    const auto lines = sample(SampledLines);
    return lines ? jsonLinesLayoutOf(*lines) : Result<JsonLinesLayout>(lines.forward());
}

std::unique_ptr<LayoutSource<JsonLinesLayout, JsonLinesDecoder>> ReadJsonl::copy() const
{
    auto other = std::make_unique<ReadJsonl>();
    other->m_paths = m_paths;
    other->m_encoding = m_encoding;
    return other;
}

void ReadJsonl::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!checkFiles(context, problems) || !canLookAhead(context))
        return;
    std::string encodingGuess;
    const auto layout = look(context, &encodingGuess);
    if (!encodingGuess.empty())
        problems.push_back({false, "encoding", encodingGuess});
    if (!layout)
        problems.push_back(problemOf(layout.error()));
    else if (!layout->fault.empty())
        problems.push_back({false, "path",
                            "No line of " + inQuotes(firstName(context))
                                + " is a JSON value by itself; is this a JSON "
                                  "Lines file? Its first line is "
                                + layout->fault + "."});
}

void registerReadJsonl(StepRegistry &registry)
{
    registry.add<ReadJsonl>();
}

} // namespace millrace
