// SPDX-License-Identifier: MIT
#include "steps/FilePath.h"
#include "steps/JsonLinesDecoder.h"
#include "steps/StepBuilder.h"

#include <optional>

namespace millrace {

namespace {

constexpr size_t SampledLines = 1000;

} // namespace

/// Reads a file with a JSON value in each line: fetch() cuts lines, decode() parses them on all workers.
class ReadJsonl final : public TextSource
{
public:
    static void describe(StepBuilder<ReadJsonl> &step)
    {
        step.id("read.jsonl").title("JSON Lines").family(Family::Source);
        step.help("Reads a text file with a JSON object in each line: an item a line. Nested values stay lists and "
                  "objects, a "
                  "member that a line lacks is null, a line that is no object becomes the field value. A line that is "
                  "no JSON "
                  "is a failed item that names its line. Blank lines are passed over.");
        step.synonyms({"json", "ndjson", "jsonl", "load", "open"});
        step.param("path", &ReadJsonl::m_path)
            .kind(ParamKind::InputFile)
            .required()
            .title("File")
            .help("The file to read. A relative path starts at the pipeline's folder.");
    }
    Result<> open(const StepContext &context) override
    {
        if (auto opened = openFile(context.folder); !opened)
            return opened.forward();
        const auto lines = sample(SampledLines);
        if (!lines)
            return lines.forward();
        m_fault.clear();
        m_schema = jsonLinesSchema(*lines, m_fault);
        return {};
    }
    Result<> openDecoder(const Source &opened, const StepContext &) override
    {
        m_decoder.emplace(opened.schema());
        return {};
    }
    Result<> decode(Batch &batch) override
    {
        if (!m_decoder)
            m_decoder.emplace(m_schema);
        m_decoder->decode(batch);
        return {};
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;

private:
    const RecordCutter &cutter() const override { return m_cutter; }
    std::string_view kindOfFile() const override { return "JSON Lines"; }
    /// Opens the file with another step that has the same settings.
    Result<> look(const CheckContext &context, ReadJsonl &other) const;

    LineCutter m_cutter{true};
    std::string m_fault; ///< why none of the first lines is JSON
    std::optional<JsonLinesDecoder> m_decoder;
};

Result<> ReadJsonl::look(const CheckContext &context, ReadJsonl &other) const
{
    other.m_path = m_path;
    StepContext folder;
    folder.folder = context.folder;
    return other.open(folder);
}

void ReadJsonl::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!checkReadable(context, m_path, problems) || !canLookAhead(context))
        return;
    ReadJsonl other;
    if (auto opened = look(context, other); !opened)
        problems.push_back({true, "path", opened.error().message});
    else if (!other.m_fault.empty())
        problems.push_back({false, "path",
                            "No line of " + inQuotes(fileName(m_path))
                                + " is a JSON value by itself; is this a JSON "
                                  "Lines file? Its first line is "
                                + other.m_fault + "."});
}

SchemaPtr ReadJsonl::outputSchema(const CheckContext &context) const
{
    ReadJsonl other;
    if (!canLookAhead(context) || !look(context, other))
        return nullptr;
    return other.m_schema;
}

void registerReadJsonl(StepRegistry &registry)
{
    registry.add<ReadJsonl>();
}

} // namespace millrace
