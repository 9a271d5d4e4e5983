// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "data/text/UniqueNames.h"
#include "formats/xlsx/XlsxRows.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <deque>

namespace millrace {

namespace {

// What fields and types follow from.
constexpr size_t XlsxRowsLookedAt = 1000;
constexpr uint64_t XlsxBytesLookedAt = 8 << 20;

/// The type that all values have, where integers may be reals; Null: there is none.
ValueType commonTypeOf(const std::deque<XlsxRow> &rows, size_t column)
{
    ValueType type = ValueType::Null;
    for (const XlsxRow &row : rows) {
        const ValueType own = column < row.cells.size() ? row.cells[column].type() : ValueType::Null;
        const bool areNumbers = (type == ValueType::Integer || type == ValueType::Real)
                                && (own == ValueType::Integer || own == ValueType::Real);
        if (own == ValueType::Null || own == type)
            continue;
        if (type != ValueType::Null && !areNumbers)
            return ValueType::Null;
        type = areNumbers ? ValueType::Real : own;
    }
    return type;
}

} // namespace

/// Gives the rows of a sheet of a workbook.
class ReadXlsx final : public Source
{
public:
    static void describe(StepBuilder<ReadXlsx> &step)
    {
        step.id("read.xlsx").title("Excel sheet").family(Family::Source).icon("xlsx").opens({"xlsx", "xlsm"});
        step.help(
            "Reads a sheet of a workbook (.xlsx), however long, for example {\"path\": \"sales.xlsx\", \"sheet\": "
            "\"2024\", \"range\": \"B3:F\"}: an item for each row that isn't empty. Values are what the cells hold, "
            "whatever they look like: numbers with all their digits, dates as timestamps, formulas by their last "
            "results. Errors such as #N/A are null, and are counted in the log. An old .xls, or a workbook with a "
            "password, has to be saved as .xlsx without one first.");
        step.synonyms({"excel", "spreadsheet", "workbook", "xls", "calc", "table", "load", "open", "office"});
        step.param("path", &ReadXlsx::m_path)
            .kind(ParamKind::InputFile)
            .required()
            .title("File")
            .help("The workbook. A relative path starts at the pipeline's folder.");
        step.param("sheet", &ReadXlsx::m_sheet).title("Sheet").help("The sheet's number, from 1, or its name.");
        step.param("range", &ReadXlsx::m_range)
            .title("Range")
            .help("The cells to read, with the header: B2:F100, B:F, 2:100, or B2 for all from there on. Empty: all.");
        step.param("header", &ReadXlsx::m_header)
            .choices({"auto", "true", "false"})
            .title("First row is a header")
            .help("Whether the first row names the fields. Otherwise they are called column1, column2 and so on. auto: "
                  "it does where all of it is text.");
        step.param("types", &ReadXlsx::m_types)
            .choices({"infer", "text"})
            .title("Types")
            .help("infer: values are what the cells hold. text: all become texts.");
    }
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    void close() override
    {
        m_rows.reset();
        m_book.reset();
    }
    SchemaPtr schema() const override { return m_schema; }
    std::string originName() const override { return fileName(m_path); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override { return m_path; }

private:
    Result<> start(const std::string &path);
    void convert(XlsxRow &row) const;
    void makeSchema();
    void sayErrors();
    Result<std::unique_ptr<ReadXlsx>> look(const CheckContext &context) const;

    std::string m_path, m_range, m_header = "auto", m_types = "infer";
    Value m_sheet{1};

    StepContext m_context;
    std::unique_ptr<XlsxBook> m_book;
    std::unique_ptr<XlsxRows> m_rows;
    std::deque<XlsxRow> m_ahead;
    size_t m_lookedAt = 0; ///< rows that the fields follow from
    SchemaPtr m_schema = emptySchema();
    int64_t m_row = 0;
};

Result<> ReadXlsx::start(const std::string &path)
{
    const auto range = xlsxRangeOf(m_range);
    if (!range)
        return range.forward();
    auto book = XlsxBook::open(path);
    if (!book)
        return book.forward();
    m_book = *std::move(book);
    const auto part = m_book->partOf(m_sheet);
    if (!part)
        return part.forward();
    auto rows = XlsxRows::open(*m_book, *part, *range);
    if (!rows)
        return rows.forward();
    m_rows = *std::move(rows);
    m_ahead.clear();
    uint64_t bytes = 0;
    while (m_ahead.size() < XlsxRowsLookedAt && bytes < XlsxBytesLookedAt) {
        XlsxRow row;
        const auto any = m_rows->next(row);
        if (!any)
            return any.forward();
        if (!*any)
            break;
        for (const Value &cell : row.cells)
            bytes += sizeof(Value) + cell.heapSize();
        m_ahead.push_back(std::move(row));
    }
    m_lookedAt = m_ahead.size();
    makeSchema();
    return {};
}

Result<> ReadXlsx::open(const StepContext &context)
{
    m_context = context;
    m_row = 0;
    return start(context.resolve(m_path));
}

/// Texts in place of all values, where they are wanted.
void ReadXlsx::convert(XlsxRow &row) const
{
    if (m_types == "text")
        for (Value &cell : row.cells)
            if (!cell.isNull())
                cell = Value(toPlain(cell));
}

void ReadXlsx::makeSchema()
{
    size_t width = 0;
    for (const XlsxRow &row : m_ahead)
        width = std::max(width, row.cells.size());
    const bool isText = !m_ahead.empty() && std::ranges::all_of(m_ahead.front().cells, [](const Value &cell) {
        return cell.isNull() || cell.isText();
    });
    std::vector<Value> header;
    if (!m_ahead.empty() && (m_header == "true" || (m_header == "auto" && isText))) {
        header = std::move(m_ahead.front().cells);
        m_ahead.pop_front();
    }
    for (XlsxRow &row : m_ahead) // only now, for a header is known by what is no text
        convert(row);
    UniqueNames names;
    std::vector<Field> fields;
    for (size_t i = 0; i < width; ++i) {
        const std::string name = i < header.size() ? toPlain(header[i]) : std::string();
        fields.push_back({names.add(name.empty() ? "column" + std::to_string(i + 1) : name), commonTypeOf(m_ahead, i)});
    }
    m_schema = std::make_shared<const Schema>(std::move(fields));
}

void ReadXlsx::sayErrors()
{
    const uint64_t errors = m_rows->errors();
    if (errors > 0 && m_context.log)
        m_context.log->warn(m_context.stepId, std::to_string(errors)
                                                  + (errors == 1 ? " cell is an error" : " cells are errors")
                                                  + " such as #N/A, and null here.");
}

Result<bool> ReadXlsx::fetch(Batch &batch, size_t items)
{
    batch.reset(m_schema);
    Origin &origin = batch.origin;
    origin.lineOffsets.clear();
    size_t rows = 0;
    uint64_t bytes = 0;
    XlsxRow row;
    while (rows < items && (rows == 0 || bytes < m_context.batchBytes)) {
        if (!m_ahead.empty()) {
            row = std::move(m_ahead.front());
            m_ahead.pop_front();
        } else if (const auto any = m_rows->next(row); !any) {
            return any.forward();
        } else if (!*any) {
            break;
        } else {
            convert(row);
        }
        if (row.cells.size() > m_schema->size())
            return failure(ErrorKind::Data, "Row " + std::to_string(row.number) + " has more cells than the first "
                                                + std::to_string(m_lookedAt)
                                                + R"( rows; name the columns to read with "range".)");
        for (size_t i = 0; i < m_schema->size(); ++i) {
            const Value cell = i < row.cells.size() ? row.cells[i] : Value();
            bytes += sizeof(Value) + cell.heapSize();
            const bool isReal = m_schema->field(i).type == ValueType::Real && cell.isInteger();
            batch.columnToChange(i).append(isReal ? Value(cell.toReal()) : cell);
        }
        if (rows == 0)
            origin.firstLine = int64_t(row.number);
        origin.lineOffsets.push_back(uint32_t(int64_t(row.number) - origin.firstLine));
        ++rows;
    }
    if (rows == 0) {
        sayErrors();
        return false;
    }
    batch.setSize(rows);
    origin.firstRow = m_row;
    origin.firstColumn = 1;
    batch.setFirstId(m_row);
    m_row += int64_t(rows);
    return true;
}

/// A copy that is open.
Result<std::unique_ptr<ReadXlsx>> ReadXlsx::look(const CheckContext &context) const
{
    auto other = std::make_unique<ReadXlsx>();
    other->m_path = m_path;
    other->m_range = m_range;
    other->m_header = m_header;
    other->m_types = m_types;
    other->m_sheet = m_sheet;
    if (auto started = other->start(resolvePath(context.folder, m_path)); !started)
        return started.forward();
    return other;
}

void ReadXlsx::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (const auto range = xlsxRangeOf(m_range); !range) {
        problems.push_back({true, "range", range.error().message});
        return;
    }
    if (m_path.empty() || !checkReadable(context, m_path, problems))
        return;
    if (isStandardStream(m_path)) {
        problems.push_back({true, "path", "A workbook can't be read from standard input; choose a file."});
        return;
    }
    if (const auto looked = look(context); !looked)
        problems.push_back({true, looked.error().kind == ErrorKind::Param ? "sheet" : "path", looked.error().message});
}

SchemaPtr ReadXlsx::outputSchema(const CheckContext &context) const
{
    if (m_path.empty() || !isRegularFile(resolvePath(context.folder, m_path)))
        return nullptr;
    const auto looked = look(context);
    return looked ? (*looked)->m_schema : nullptr;
}

void registerReadXlsx(StepRegistry &registry)
{
    registry.add<ReadXlsx>();
}

} // namespace millrace
