// SPDX-License-Identifier: MIT
#include "formats/csv/guess/CsvHeader.h"

#include "data/text/Counted.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "formats/csv/CsvLayout.h"
#include "formats/csv/DialectParser.h"
#include "formats/text/ParseText.h"
#include "formats/text/TypeInference.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace millrace {

namespace {

using Record = std::vector<std::string>;

constexpr size_t MostRows = 4;        // of a header that is guessed
constexpr size_t MostMatched = 1000;  // columns that are looked at for further rows
constexpr size_t LeastBelow = 2;      // records below a row of the header
constexpr size_t LeastUnfitting = 2;  // cells of such a row that are no values of their columns
constexpr size_t MostLookedAt = 1000; // records whose fields are counted
constexpr double NearlyAll = 0.9;     // of the records

/// Up to `most` records: fewer where they are so wide that a few tell as much.
std::vector<Record> recordsOf(std::string text, const CsvDialect &dialect, size_t most)
{
    constexpr size_t MostCells = 40'000, FewRecords = 5;
    size_t cells = 0;
    std::vector<Record> records;
    DialectFields fields(text.data(), text.data() + text.size(), dialect);
    CsvField field;
    while (records.size() < most && (cells < MostCells || records.size() < FewRecords) && fields.skipLines(true)) {
        Record &record = records.emplace_back();
        record.reserve(records.front().size());
        for (bool isLast = false; !isLast;) {
            isLast = fields.next(field);
            record.emplace_back(field.text());
        }
        cells += record.size();
    }
    return records;
}

/// Whether the first records all have so many fields; `most` are looked at.
bool haveFields(std::string text, const CsvDialect &dialect, size_t most, size_t count)
{
    DialectFields fields(text.data(), text.data() + text.size(), dialect);
    CsvField field;
    for (size_t record = 0; record < most && fields.skipLines(true); ++record) {
        size_t own = 1;
        while (!fields.next(field))
            ++own;
        if (own != count)
            return false;
    }
    return true;
}

/// Whether the numbers among these cells count up by one, as years over columns do, or from 0: names that look like values.
bool areCounted(const Record &cells)
{
    constexpr int64_t FirstYear = 1800, LastYear = 2200;
    std::vector<int64_t> numbers;
    for (const std::string &cell : cells)
        if (int64_t number = 0; parseInteger(cell, number))
            numbers.push_back(number);
    for (size_t i = 1; i < numbers.size(); ++i)
        if (numbers[i] != numbers[i - 1] + 1)
            return false;
    return numbers.size() > 1 && (numbers.front() == 0 || (numbers.front() >= FirstYear && numbers.back() <= LastYear));
}

/// The types that the columns of `columns` records have from record `first` on.
std::vector<ValueType> typesFrom(const std::vector<Record> &records,
                                 size_t first,
                                 size_t columns,
                                 const FieldRules &rules)
{
    std::vector<TypeInference> inferences(columns);
    for (size_t row = first; row < records.size(); ++row)
        for (size_t column = 0; column < std::min(columns, records[row].size()); ++column)
            inferences[column].add(records[row][column], rules);
    std::vector<ValueType> types;
    types.reserve(columns);
    for (const TypeInference &inference : inferences)
        types.push_back(inference.type());
    return types;
}

/// Whether a text is what people write for a value that isn't there.
bool isWordForNothing(std::string_view text)
{
    constexpr std::array<std::string_view, 9> Words{"na",  "n/a",     "nan", "null", "none",
                                                    "nil", "missing", "inf", "-inf"};
    std::string small;
    bool hasLetter = false;
    for (const char c : text) {
        small += char(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
        hasLetter = hasLetter || (small.back() >= 'a' && small.back() <= 'z') || c == '%' || (c & 0x80) != 0;
    }
    return !hasLetter || std::ranges::find(Words, small) != Words.end();
}

/// Whether the first record names the fields: some cell isn't what the values below it are, or nothing speaks against it.
bool isHeader(const std::vector<Record> &records, const FieldRules &rules)
{
    const Record &first = records.front();
    const auto all = typesFrom(records, 0, first.size(), rules);
    const auto below = typesFrom(records, 1, first.size(), rules);
    size_t fitting = 0, other = 0;
    for (size_t column = 0; column < first.size(); ++column) {
        if (below[column] == ValueType::Text)
            continue;
        const bool fits = all[column] != ValueType::Text || rules.isNull(first[column]);
        (fits && !first[column].empty() ? fitting : other) += fits && first[column].empty() ? 0 : 1;
    }
    return other > 0 || fitting == 0 || areCounted(first);
}

/// Whether a record below the header's first one belongs to it: it has the same cells, or texts where those below it have numbers,
/// dates and the like, and no such value.
bool isFurtherRow(const std::vector<Record> &records, size_t row, const FieldRules &rules)
{
    const Record &cells = records[row];
    if (cells.size() != records[0].size())
        return false;
    const bool isRepeated = cells == records[0] && std::ranges::any_of(cells, [](const auto &c) { return !c.empty(); });
    if (isRepeated || cells.size() > MostMatched || records.size() < row + 1 + LeastBelow)
        return isRepeated;
    const auto below = typesFrom(records, row + 1, cells.size(), rules);
    size_t unfitting = 0;
    for (size_t column = 0; column < cells.size(); ++column) {
        if (below[column] == ValueType::Text || cells[column].empty() || rules.isNull(cells[column]))
            continue;
        TypeInference own;
        own.add(cells[column], rules);
        if (own.type() != ValueType::Text || isWordForNothing(cells[column]))
            return false;
        ++unfitting;
    }
    return unfitting >= LeastUnfitting;
}

std::string faultText(size_t column, CsvField::Fault fault)
{
    return "The first line has a fault in field " + std::to_string(column + 1) + ": "
           + (fault == CsvField::Fault::NotClosed ? "a quote that is never closed."
                                                  : "text follows the closing quote.");
}

/// The cells of the record at hand. `fault`: gets what is wrong with the first one that isn't as it should be.
Result<Record> cellsOf(DialectFields &fields, std::string &fault)
{
    Record cells;
    CsvField field;
    for (bool isLast = false; !isLast;) {
        isLast = fields.next(field);
        if (field.fault != CsvField::Fault::None && fault.empty())
            fault = faultText(cells.size(), field.fault);
        if (cells.size() == CsvLayout::MostColumns)
            return tooManyCsvColumns();
        cells.emplace_back(field.text());
    }
    return cells;
}

/// The first line's cells without the quotes around them; nothing where it goes on in the next one, as far as can be told: what
/// is behind it then isn't a record like it.
std::optional<CsvHeader> headerWithoutQuotes(const std::string &text, const CsvDialect &strict)
{
    CsvDialect dialect = strict;
    dialect.quote = dialect.escape = '\0';
    const DialectScanner scanner(dialect, text.data() + text.size(), true);
    CsvHeader header;
    const char *at = scanner.skipLines(text.data(), true);
    FieldExtent extent;
    do {
        scanner.field(at, extent);
        std::string &cell = header.cells.emplace_back(extent.begin, extent.end);
        if (cell.size() > 1 && cell.front() == strict.quote && cell.back() == strict.quote)
            cell = cell.substr(1, cell.size() - 2);
        at = extent.next;
    } while (!extent.isLast);
    header.bytes = size_t(at - text.data());
    const auto behind = recordsOf(text.substr(header.bytes), strict, 1);
    return behind.empty() || behind[0].size() == header.cells.size() ? std::optional(std::move(header)) : std::nullopt;
}

/// The number of fields that nearly all records have; 0: they don't agree.
size_t commonFields(const std::vector<Record> &records)
{
    std::vector<size_t> counts;
    counts.reserve(records.size());
    for (const Record &record : records)
        counts.push_back(record.size());
    if (counts.empty())
        return 0;
    std::ranges::sort(counts);
    const size_t middle = counts[counts.size() / 2];
    return double(std::ranges::count(counts, middle)) >= NearlyAll * double(counts.size()) ? middle : 0;
}

bool isEmptyFrom(const std::vector<Record> &records, size_t column)
{
    return std::ranges::all_of(records, [&](const Record &record) {
        return std::all_of(record.begin() + ptrdiff_t(std::min(column, record.size())), record.end(),
                           [](const std::string &cell) { return cell.empty(); });
    });
}

/// Whether the first field is another one in each record, as the names of rows are.
bool hasDistinctFirst(const std::vector<Record> &records)
{
    std::set<std::string_view> seen;
    return std::ranges::all_of(
        records, [&](const Record &record) { return !record.front().empty() && seen.insert(record.front()).second; });
}

/// Leaves out cells without a name, from the end, until there are so many. Nothing changes where there aren't enough of them.
bool dropNameless(Record &cells, size_t columns)
{
    if (size_t(std::ranges::count(cells, std::string())) < cells.size() - columns)
        return false;
    for (size_t at = cells.size(); at-- > 0 && cells.size() > columns;)
        if (cells[at].empty())
            cells.erase(cells.begin() + ptrdiff_t(at));
    return true;
}

} // namespace

size_t guessCsvHeaderRows(const std::string &text, const CsvDialect &dialect, const FieldRules &rules)
{
    constexpr size_t Looked = 50;
    const auto records = recordsOf(text, dialect, Looked);
    if (records.empty())
        return 1;
    size_t rows = 1;
    while (rows < std::min(MostRows, records.size()) && isFurtherRow(records, rows, rules))
        ++rows;
    return rows > 1 || isHeader(records, rules) ? rows : 0;
}

Result<CsvHeader> csvHeaderOf(const std::string &given, const CsvDialect &dialect, size_t rows)
{
    size_t valid = 0;
    while (const size_t length = utf8SequenceLength(std::string_view(given).substr(valid)))
        valid += length;
    if (valid < given.size())
        return failure(ErrorKind::Parse,
                       "The header isn't UTF-8 (byte " + std::to_string(valid + 1)
                           + R"( of it); set "encoding" to that of the file, such as "windows-1252".)");
    std::string text = given, fault;
    DialectFields fields(text.data(), text.data() + text.size(), dialect);
    CsvHeader header;
    for (size_t row = 0; row < rows && fields.skipLines(true); ++row) {
        auto cells = cellsOf(fields, fault);
        if (!cells)
            return cells.forward();
        if (header.cells.size() < cells->size())
            header.cells.resize(cells->size());
        for (size_t i = 0; i < cells->size(); ++i)
            header.cells[i] += (header.cells[i].empty() || (*cells)[i].empty() ? "" : " ") + (*cells)[i];
    }
    header.bytes = given.size();
    if (fault.empty())
        return header;
    auto unquoted = rows == 1 ? headerWithoutQuotes(given, dialect) : std::nullopt;
    if (!unquoted)
        return failure(ErrorKind::Parse,
                       fault
                           + " Mend it, or set \"quotes\" to \"lenient\", or \"quote\" to \"none\" if "
                             "quotes are ordinary characters in this file.");
    unquoted->warnings.push_back(
        fault
        + " Its quotes are taken for ordinary characters where they don't enclose a name; mend "
          "it, or set \"names\".");
    return *std::move(unquoted);
}

void fitCsvHeader(CsvHeader &header, const std::string &sample, const CsvDialect &dialect)
{
    constexpr size_t First = 20; // which tell where all is well
    const size_t named = header.cells.size();
    if (haveFields(sample, dialect, First, named))
        return;
    const auto records = recordsOf(sample, dialect, MostLookedAt);
    const size_t columns = commonFields(records);
    if (columns == 0 || columns == named || named == 0 || columns > CsvLayout::MostColumns)
        return;
    const std::string counts =
        "The header has " + counted(named, "name") + ", the records have " + counted(columns, "field") + ": ";
    if (named > columns) {
        if (dropNameless(header.cells, columns))
            header.warnings.push_back(counts + "what has no name in it is left out. Set \"names\" if that is wrong.");
        return;
    }
    const bool isFilled = !isEmptyFrom(records, named);
    const bool hasRowNames = isFilled && columns == named + 1 && records.size() > 1 && hasDistinctFirst(records);
    header.cells.insert(hasRowNames ? header.cells.begin() : header.cells.end(), columns - named, std::string());
    header.warnings.push_back(
        counts
        + (!isFilled ? "what is behind the last name is empty, and has no name."
           : hasRowNames
               ? "the first field, another one in each record, is taken for the one that has none. Set \"names\" if "
                 "that is wrong."
               : "the names are taken for those of the first fields. Set \"names\" if that is wrong."));
}

std::optional<size_t> repeatedHeader(std::string_view header, std::string_view records)
{
    header = header.substr(0, header.find_last_not_of("\r\n") + 1);
    if (header.empty())
        return {};
    for (size_t at = records.find(header); at != std::string_view::npos; at = records.find(header, at + 1)) {
        const size_t end = at + header.size();
        const bool begins = at == 0 || records[at - 1] == '\n' || records[at - 1] == '\r';
        if (begins && (end == records.size() || records[end] == '\n' || records[end] == '\r'))
            return size_t(std::count(records.begin(), records.begin() + ptrdiff_t(at), '\n'));
    }
    return {};
}

std::string csvHeaderDifference(const std::vector<std::string> &first, const std::vector<std::string> &other)
{
    const size_t shorter = std::min(first.size(), other.size());
    for (size_t i = 0; i < shorter; ++i)
        if (first[i] != other[i])
            return "column " + std::to_string(i + 1) + " is " + inQuotes(other[i]) + " instead of " + inQuotes(first[i])
                   + '.';
    return "it has " + std::to_string(other.size()) + " columns instead of " + std::to_string(first.size()) + '.';
}

} // namespace millrace
