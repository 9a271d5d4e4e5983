// SPDX-License-Identifier: MIT
#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/xlsx/XlsxWriter.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <utility>

namespace millrace {

/// Writes the items as the rows of a sheet, in memory that doesn't grow with them.
class WriteXlsx final : public Sink
{
public:
    static void describe(StepBuilder<WriteXlsx> &step);

    Result<> open(const StepContext &context) override;
    Result<> write(Batch &batch) override;
    Result<> settle() override;
    Result<> finish() override
    {
        auto settled = settle();
        return settled ? m_file.commit() : std::move(settled);
    }
    std::string abandon() override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_path; }

private:
    Result<> takeFields(const Schema &schema);
    std::vector<size_t> columnsOf(const Schema &schema, std::string &unknown) const;
    std::string readRow(const Batch &batch, size_t row, const std::vector<size_t> &columns);

    std::string m_path, m_sheet = "Sheet1", m_overflow = "next";
    bool m_header = true, m_table = false;

    AtomicFile m_file;
    XlsxWriter m_writer;
    std::vector<std::string> m_names;
    std::vector<Value> m_row;
    bool m_hasRows = false, m_isSettled = false;
};

void WriteXlsx::describe(StepBuilder<WriteXlsx> &step)
{
    step.id("write.xlsx").title("Excel workbook").family(Family::Sink).icon("xlsx");
    step.help(
        "Writes an Excel workbook (.xlsx): a row for each item, a column for each field. Numbers, truth values and "
        "dates are what they are in Excel, lists and objects are their JSON, and a text stays text, also where it "
        "begins with \"=\". Reals have 16 digits there; integers of more than 15 are text, so that no digit is lost. "
        "The fields are "
        "those of the first items; an item with another one fails. For example path: sales.xlsx, sheet: 2026.");
    step.synonyms({"excel", "xlsx", "spreadsheet", "workbook", "calc", "office", "export", "save"});
    step.param("path", &WriteXlsx::m_path)
        .kind(ParamKind::OutputFile)
        .required()
        .title("File")
        .help("The file to write. A relative path starts at the pipeline's folder. The file appears when the run has "
              "finished; until then an older one of that name stays.");
    step.param("sheet", &WriteXlsx::m_sheet).help("The name of the sheet, of 31 characters at most.");
    step.param("header", &WriteXlsx::m_header).help("Whether the first row has the names of the fields.");
    step.param("table", &WriteXlsx::m_table)
        .title("With filters")
        .help("Whether the header stays in sight and has filters.");
    step.param("overflow", &WriteXlsx::m_overflow)
        .choices({"next", "fail"})
        .title("More than a sheet holds")
        .help("What becomes of items beyond the 1,048,576 rows of a sheet: next: they go to further sheets, with (2), "
              "(3) and so on behind the name. fail: the run fails.");
}

Result<> WriteXlsx::open(const StepContext &context)
{
    m_names.clear();
    m_hasRows = m_isSettled = false;
    const std::string path = resolveFile(context.folder, m_path);
    if (AtomicFile::isStream(path))
        return failure(ErrorKind::Io,
                       "A workbook is written as a whole, so it needs a file, not " + inQuotes(m_path) + '.');
    if (auto opened = m_file.open(path); !opened)
        return opened;
    return m_writer.open(m_file.temporary(), {m_sheet, m_header, m_table, m_overflow == "next"});
}

Result<> WriteXlsx::takeFields(const Schema &schema)
{
    for (const Field &field : schema.fields())
        m_names.push_back(field.name);
    return m_writer.setFields(m_names);
}

/// For each field that is written the column of these items, or SIZE_MAX; `unknown`: a field that is none of those.
std::vector<size_t> WriteXlsx::columnsOf(const Schema &schema, std::string &unknown) const
{
    std::vector<size_t> columns;
    for (const std::string &name : m_names)
        columns.push_back(schema.find(name).value_or(SIZE_MAX));
    for (const Field &field : schema.fields())
        if (unknown.empty() && std::ranges::find(m_names, field.name) == m_names.end())
            unknown = field.name;
    return columns;
}

/// What is wrong with the item, or nothing; then m_row has its values.
std::string WriteXlsx::readRow(const Batch &batch, size_t row, const std::vector<size_t> &columns)
{
    m_row.resize(columns.size());
    for (size_t i = 0; i < columns.size(); ++i) {
        m_row[i] = columns[i] == SIZE_MAX ? Value() : batch.column(columns[i]).value(row);
        if (const std::string problem = XlsxWriter::problemOf(m_row[i]); !problem.empty())
            return m_names[i] + ' ' + problem + '.';
    }
    return {};
}

Result<> WriteXlsx::write(Batch &batch)
{
    if (!m_writer.hasFields())
        if (auto taken = takeFields(*batch.schema()); !taken)
            return taken;
    std::string unknown;
    const std::vector<size_t> columns = columnsOf(*batch.schema(), unknown);
    const auto strange = unknown.empty() ? std::nullopt : batch.schema()->find(unknown);
    for (size_t row = 0; row < batch.size(); ++row) {
        if (strange && !batch.column(*strange).value(row).isNull()) {
            batch.fail(row, ErrorKind::Fields,
                       "The field " + inQuotes(unknown)
                           + " isn't among those of the first items, which are the columns of the sheet; choose the "
                             "fields with \"select\" before.");
            continue;
        }
        if (const std::string problem = readRow(batch, row, columns); !problem.empty()) {
            batch.fail(row, ErrorKind::Type, problem);
            continue;
        }
        if (auto added = m_writer.addRow(m_row); !added)
            return added;
        m_hasRows = true;
    }
    return {};
}

Result<> WriteXlsx::settle()
{
    if (std::exchange(m_isSettled, true))
        return {};
    if (auto finished = m_writer.finish(); !finished)
        return finished;
    return m_file.settle();
}

std::string WriteXlsx::abandon()
{
    const bool isWhole = m_isSettled || (m_hasRows && m_writer.finish());
    return m_file.abandon(isWhole);
}

void WriteXlsx::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    (void)checkWritable(context, m_path, problems);
    if (isStandardStream(m_path))
        problems.push_back({true, "path", "A workbook can't be written to standard output; name a file."});
    if (std::string problem = XlsxWriter::nameProblem(m_sheet); !problem.empty())
        problems.push_back({true, "sheet", std::move(problem)});
    if (m_table && !m_header)
        problems.push_back({false, "table", "Without a header there is nothing that filters could stand in."});
}

void registerWriteXlsx(StepRegistry &registry)
{
    registry.add<WriteXlsx>();
}

} // namespace millrace
