// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/csv/CsvDelimiter.h"
#include "formats/csv/CsvEncoder.h"
#include "steps/write/FileSink.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace millrace {

/// Writes a CSV file. The fields of the first batch make its header.
class WriteCsv final : public FileSink
{
public:
    static void describe(StepBuilder<WriteCsv> &step)
    {
        step.id("write.csv").title("CSV file").family(Family::Sink).icon("csv");
        step.help(
            "Writes a table as a text file of comma-separated values (RFC 4180, UTF-8), with a first line that names "
            "the "
            "fields. Null becomes an empty field, lists and objects JSON. The fields are those of the first items; an "
            "item with a value in another field fails.");
        step.synonyms({"table", "spreadsheet", "excel", "tsv", "comma", "export", "save"});
        describePath(step);
        step.param("delimiter", &WriteCsv::m_delimiter)
            .title("Delimiter")
            .help("The character between fields: \",\", \";\", \"|\", or \\t for a tab.");
        describeOrdered(step);
    }
    Result<> open(const StepContext &context) override
    {
        m_header.reset();
        m_written.reset();
        if (auto ready = openEncoder(*this, context); !ready)
            return ready;
        return FileSink::open(context);
    }
    Result<> openEncoder(const Sink &, const StepContext &) override
    {
        const auto delimiter = csvDelimiterOf(m_delimiter);
        if (!delimiter)
            return delimiter.forward();
        m_encoder = CsvEncoder(*delimiter);
        return {};
    }
    Result<> encode(Batch &batch) override
    {
        std::string &text = batch.encodedToChange();
        text.clear();
        m_encoder.appendItems(text, batch);
        return {};
    }
    Result<> write(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        FileSink::check(context, problems);
        if (const auto delimiter = csvDelimiterOf(m_delimiter); !delimiter)
            problems.push_back({true, "delimiter", delimiter.error().message});
    }

private:
    bool hasFieldsOfHeader(const SchemaPtr &schema);
    Result<> writeRearranged(Batch &batch);

    std::string m_delimiter = ",";

    CsvEncoder m_encoder;
    SchemaPtr m_header;  ///< whose fields the file has
    SchemaPtr m_written; ///< the last one seen with the same fields
};

Result<> WriteCsv::write(Batch &batch)
{
    if (!batch.schema())
        return {};
    if (!m_header) {
        std::string header;
        m_encoder.appendHeader(header, *batch.schema());
        if (auto appended = appendItems(header, 0); !appended)
            return appended;
        m_header = m_written = batch.schema(); // last: before, nobody would write the header
    }
    return hasFieldsOfHeader(batch.schema()) ? appendItems(batch.encoded(), batch.size()) : writeRearranged(batch);
}

bool WriteCsv::hasFieldsOfHeader(const SchemaPtr &schema)
{
    if (schema == m_written)
        return true;
    if (schema->size() != m_header->size())
        return false;
    for (size_t i = 0; i < schema->size(); ++i) {
        if (schema->field(i).name != m_header->field(i).name)
            return false;
    }
    m_written = schema;
    return true;
}

/// For a batch with other fields than the header's, or the same in another order.
Result<> WriteCsv::writeRearranged(Batch &batch)
{
    const Schema &schema = *batch.schema();
    std::unordered_map<std::string_view, size_t> places; // Schema::find() looks through all
    for (size_t i = 0; i < schema.size(); ++i)
        places.emplace(schema.field(i).name, i);
    std::vector<std::optional<size_t>> columns;
    std::vector<bool> isInHeader(schema.size());
    for (const Field &field : m_header->fields()) {
        const auto found = places.find(field.name);
        columns.push_back(found == places.end() ? std::nullopt : std::optional(found->second));
        if (found != places.end())
            isInHeader[found->second] = true;
    }
    std::vector<size_t> others; // columns that the file lacks
    for (size_t i = 0; i < schema.size(); ++i) {
        if (!isInHeader[i])
            others.push_back(i);
    }
    std::string text;
    size_t items = 0;
    for (size_t row = 0; row < batch.size(); ++row) {
        const auto lost = std::find_if(others.begin(), others.end(),
                                       [&](size_t column) { return !batch.column(column).isNull(row); });
        if (lost != others.end()) {
            batch.fail(row, ErrorKind::Field,
                       "The header of " + inQuotes(fileName(m_path)) + " has no field "
                           + inQuotes(schema.field(*lost).name) + "; its fields are " + m_header->names()
                           + ". Choose the fields with a step \"select\" before this one.");
            continue;
        }
        m_encoder.appendItem(text, batch, row, columns);
        ++items;
    }
    return appendItems(text, items);
}

void registerWriteCsv(StepRegistry &registry)
{
    registry.add<WriteCsv>();
}

} // namespace millrace
