// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/csv/CsvDecoder.h"
#include "formats/csv/CsvDelimiter.h"
#include "steps/read/LayoutSource.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

namespace millrace {

namespace {

constexpr size_t InferredRows = 1000;

} // namespace

/// Reads a CSV file: fetch() cuts records, decode() takes them apart on all workers.
class ReadCsv final : public LayoutSource<CsvLayout, CsvDecoder>
{
public:
    static void describe(StepBuilder<ReadCsv> &step)
    {
        step.id("read.csv").title("CSV file").family(Family::Source).icon("csv").opens({"csv", "tsv"});
        step.help(
            "Reads a table from a text file of comma-separated values (RFC 4180, UTF-8): an item a record, with the "
            "fields that the first line names. An empty field is null, a quoted empty one an empty text. Records with "
            "too few or too many fields, and values that don't fit, are failed items that name their line.");
        step.synonyms({"table", "spreadsheet", "excel", "tsv", "comma", "import", "load", "open"});
        step.param("path", &ReadCsv::m_path)
            .kind(ParamKind::InputFile)
            .required()
            .title("File")
            .help("The file to read. A relative path starts at the pipeline's folder.");
        step.param("delimiter", &ReadCsv::m_delimiter)
            .title("Delimiter")
            .help("The character between fields: \",\", \";\", \"|\", or \\t for a tab.");
        step.param("header", &ReadCsv::m_header)
            .title("First line is a header")
            .help("Whether the first line names the fields. Otherwise they are called column1, column2 and so on.");
        step.param("types", &ReadCsv::m_types)
            .choices({"infer", "text"})
            .title("Types")
            .help("infer: a field is integer, real, boolean or timestamp where all its values in the first 1000 rows "
                  "(of 4 MiB at most) are, else text. "
                  "text: all values are text, as they stand in the file.");
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;

private:
    const RecordCutter &cutter() const override { return m_cutter; }
    std::string_view kindOfFile() const override { return "CSV"; }
    Result<CsvLayout> readLayout() override;
    std::unique_ptr<LayoutSource> copy() const override;

    std::string m_delimiter = ",";
    bool m_header = true;
    std::string m_types = "infer";

    CsvCutter m_cutter;
};

Result<CsvLayout> ReadCsv::readLayout()
{
    const auto delimiter = csvDelimiterOf(m_delimiter);
    if (!delimiter)
        return delimiter.forward();
    m_cutter = CsvCutter(*delimiter, true);
    std::string header;
    if (m_header) {
        auto run = cutRecords(m_reader, m_cutter, 1, true, m_line, kindOfFile(), {.one = m_mostRecord});
        if (!run)
            return run.forward();
        if (run->rows == 0)
            return failure(ErrorKind::Parse, "The file " + inQuotes(m_path)
                                                 + " is empty; its first line should name the fields. "
                                                   "Choose another file, or turn \"header\" off.");
        header.assign(m_reader.begin() + run->skippedBytes, m_reader.begin() + run->bytes);
        m_reader.take(run->bytes);
        m_line += run->lines;
    }
    const bool infers = m_types != "text";
    auto text = sample(infers ? InferredRows : m_header ? 0 : 1);
    if (!text)
        return text.forward();
    auto layout = csvLayoutOf(std::move(header), *std::move(text), *delimiter, m_header, infers);
    if (!layout)
        return failure(ErrorKind::Parse, fileName(m_path) + ": " + layout.error().message);
    m_cutter = CsvCutter(*delimiter, layout->skipsEmptyLines());
    return layout;
}

void ReadCsv::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    const auto delimiter = csvDelimiterOf(m_delimiter);
    if (!delimiter)
        problems.push_back({true, "delimiter", delimiter.error().message});
    if (!checkReadable(context, m_path, problems) || !delimiter || !canLookAhead(context))
        return;
    const auto layout = look(context);
    if (!layout) {
        problems.push_back(problemOf(layout.error()));
        return;
    }
    const Schema &schema = *layout->schema;
    if (schema.size() != 1 || !m_header)
        return;
    for (const char other : {';', '\t', '|', ','}) {
        if (other != *delimiter && schema.field(0).name.find(other) != std::string::npos)
            problems.push_back({false, "delimiter",
                                "The header of " + inQuotes(fileName(m_path)) + " is a single field, "
                                    + inQuotes(schema.field(0).name) + "; should the delimiter be "
                                    + (other == '\t' ? "\\t" : inQuotes({&other, 1})) + "?"});
    }
}

std::unique_ptr<LayoutSource<CsvLayout, CsvDecoder>> ReadCsv::copy() const
{
    auto other = std::make_unique<ReadCsv>();
    other->m_path = m_path;
    other->m_delimiter = m_delimiter;
    other->m_header = m_header;
    other->m_types = m_types;
    return other;
}

void registerReadCsv(StepRegistry &registry)
{
    registry.add<ReadCsv>();
}

} // namespace millrace
