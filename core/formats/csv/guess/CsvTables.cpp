// SPDX-License-Identifier: MIT
#include "formats/csv/guess/CsvTables.h"

#include "data/text/Quote.h"
#include "data/text/VisibleText.h"
#include "formats/csv/DialectParser.h"
#include "formats/text/TypeInference.h"

#include <algorithm>
#include <array>
#include <set>

namespace millrace {

namespace {

constexpr size_t MostBytes = 256 * 1024;
constexpr size_t LeastRecords = 3;      // that tell what is usual
constexpr size_t MostOfFooter = 10;     // records
constexpr size_t LongestName = 64;      // bytes of a column's
constexpr size_t LongestShown = 40;     // bytes of a footer
constexpr double NearlyAllValues = 0.9; // of a column's cells that are no texts

struct TableRow
{
    std::vector<std::string> cells;
    int64_t line = 1;
};

std::vector<TableRow> rowsOf(const CsvTablesSeen &seen, const CsvDialect &dialect)
{
    std::string text(seen.text.substr(0, MostBytes));
    DialectFields fields(text.data(), text.data() + text.size(), dialect);
    std::vector<TableRow> rows;
    const std::string written = text; // escapes are undone in place
    size_t counted = 0;
    int64_t line = seen.line;
    CsvField field;
    while (fields.skipLines(true)) {
        const auto at = size_t(fields.position() - text.data());
        line += std::count(written.begin() + ptrdiff_t(counted), written.begin() + ptrdiff_t(at),
                           dialect.endsAtCr ? '\r' : '\n');
        counted = at;
        TableRow &row = rows.emplace_back();
        row.line = line;
        for (bool isLast = false; !isLast;) {
            isLast = fields.next(field);
            row.cells.emplace_back(field.text());
        }
    }
    if (seen.text.size() > MostBytes && !rows.empty())
        rows.pop_back(); // it may go on
    return rows;
}

bool isValue(std::string_view cell, const FieldRules &rules)
{
    TypeInference own;
    own.add(cell, rules);
    return own.type() != ValueType::Text;
}

/// Distinct short texts, one over each column.
bool areNames(const TableRow &row, size_t columns, const FieldRules &rules)
{
    if (row.cells.size() != columns)
        return false;
    std::set<std::string_view> seen;
    return std::ranges::all_of(row.cells, [&](const std::string &cell) {
        return !cell.empty() && cell.size() <= LongestName && !rules.isNull(cell) && !isValue(cell, rules)
               && seen.insert(cell).second;
    });
}

/// Of each column, how many of the cells so far are values, and how many are there at all.
class ColumnCounts
{
public:
    explicit ColumnCounts(size_t columns) : m_values(columns), m_cells(columns) {}
    void add(const TableRow &row, const FieldRules &rules)
    {
        for (size_t column = 0; column < std::min(row.cells.size(), m_cells.size()); ++column) {
            if (rules.isNull(row.cells[column]))
                continue;
            ++m_cells[column];
            m_values[column] += isValue(row.cells[column], rules) ? 1 : 0;
        }
    }
    bool hasValues(size_t column) const
    {
        return m_cells[column] >= LeastRecords && double(m_values[column]) >= NearlyAllValues * double(m_cells[column]);
    }

private:
    std::vector<size_t> m_values, m_cells;
};

std::string otherTable(const std::vector<TableRow> &rows, size_t columns, const FieldRules &rules)
{
    ColumnCounts before(columns);
    for (size_t i = 0; i + 1 < rows.size(); ++i) {
        const TableRow &row = rows[i], &next = rows[i + 1];
        const auto isOverValues = [&](size_t column) { return before.hasValues(column); };
        const auto hasNextValue = [&](size_t column) {
            return column < next.cells.size() && isValue(next.cells[column], rules);
        };
        if (i >= LeastRecords && areNames(row, columns, rules)) {
            size_t over = 0, behind = 0;
            for (size_t column = 0; column < columns; ++column) {
                over += isOverValues(column) ? 1 : 0;
                behind += hasNextValue(column) ? 1 : 0;
            }
            if (over > 0 && behind > 0)
                return "Line " + std::to_string(row.line) + " looks like the header of another table ("
                       + codedText(row.cells[0]) + ", " + codedText(row.cells[1]) + (columns > 2 ? ", …" : "")
                       + "); put each table into a file of its own, or its records are read "
                         "with the names of the first one.";
        }
        before.add(row, rules);
    }
    return {};
}

/// "Total", "Total:", "Total of May", but not "Totals Ltd".
bool beginsWithWord(std::string_view cell)
{
    constexpr auto Words = std::to_array<std::string_view>({"total", "totals", "subtotal", "grand total", "sum",
                                                            "average", "mean", "source", "sources", "note", "notes",
                                                            "footnote", "summe", "gesamt", "quelle", "mittelwert"});
    std::string small(cell);
    std::ranges::transform(small, small.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; });
    return std::ranges::any_of(Words, [&](std::string_view word) {
        return small.starts_with(word) && (small.size() == word.size() || small[word.size()] == ':');
    });
}

/// Whether a record at the end is none of the table's: a text alone, or a sum or a note by its first word.
bool isFooter(const TableRow &row, size_t columns, const FieldRules &rules)
{
    const std::string &first = row.cells.front();
    if (first.empty() || first.front() == '\0' || isValue(first, rules)) // zeros are what a crash leaves
        return false;
    const bool isAlone =
        std::all_of(row.cells.begin() + 1, row.cells.end(), [](const auto &cell) { return cell.empty(); });
    return beginsWithWord(first) || (isAlone && (row.cells.size() == 1 || columns > 2));
}

std::string footer(const std::vector<TableRow> &rows, size_t columns, const FieldRules &rules)
{
    size_t count = 0;
    while (count < rows.size() && isFooter(rows[rows.size() - 1 - count], columns, rules))
        ++count;
    // Where there are many such records, they are the table's.
    if (count == 0 || count > MostOfFooter || rows.size() - count < std::max(LeastRecords, count)
        || std::ranges::any_of(rows.begin(), rows.end() - ptrdiff_t(count),
                               [&](const TableRow &row) { return isFooter(row, columns, rules); }))
        return {};
    const TableRow &row = rows[rows.size() - count];
    std::string shown = row.cells.front().substr(0, LongestShown);
    return "From line " + std::to_string(row.line) + " on there seems to be a footer (" + inQuotes(codedText(shown))
           + "); set \"skipEnd\" to " + std::to_string(count)
           + (count == 1 ? " if that is no record." : " if these are no records.");
}

} // namespace

std::vector<std::string> csvTableWarnings(const CsvTablesSeen &seen, const CsvDialect &dialect, const FieldRules &rules)
{
    std::vector<std::string> warnings;
    if (seen.columns < 2)
        return warnings;
    const std::vector<TableRow> rows = rowsOf(seen, dialect);
    if (std::string warning = otherTable(rows, seen.columns, rules); !warning.empty())
        warnings.push_back(std::move(warning));
    if (seen.isWhole && seen.text.size() <= MostBytes)
        if (std::string warning = footer(rows, seen.columns, rules); !warning.empty())
            warnings.push_back(std::move(warning));
    return warnings;
}

} // namespace millrace
