// SPDX-License-Identifier: MIT
// What a decoder of CSV says of records and values that aren't as they should be.
#include "data/text/Counted.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "data/text/VisibleText.h"
#include "formats/csv/CsvDecoder.h"
#include "formats/csv/DialectParser.h"
#include "formats/text/ParseText.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

std::string placeOf(int64_t line)
{
    return "line " + std::to_string(line) + ": ";
}

const char *nounFor(ValueType type)
{
    switch (type) {
    case ValueType::Integer: return "an integer";
    case ValueType::Real: return "a number";
    case ValueType::Boolean: return "true or false";
    default: return "a date or time that is known here";
    }
}

} // namespace

/// Of a record that hasn't as many fields as there are columns. `isMarked`: it begins as comments often do.
void CsvDecoder::endRecord(Batch &batch, size_t row, size_t count, bool isMarked)
{
    const size_t columns = m_targetOf.size();
    for (size_t column = count; column < columns; ++column)
        if (const size_t target = m_targetOf[column]; target != CsvLayout::None)
            storeNull(batch, row, target);
    if (m_layout.ragged == Ragged::Keep && count > columns)
        m_targets[m_layout.extra].values[row] = Value(std::exchange(m_extra, {}));
    if (m_layout.ragged == Ragged::Keep || (m_layout.ragged == Ragged::Pad && count < columns))
        return;
    const char *const advice = count > columns ? R"(set "ragged" to "keep" to keep what is too much)"
                               : isMarked && m_layout.dialect.comment.empty()
                                   ? R"(set "comment" to "#" if this is a comment)"
                                   : R"(set "ragged" to "pad" to take what is missing for null)";
    addProblem(batch, row,
               "has " + counted(count, "field") + ", the " + (m_layout.hasHeader ? "header" : "first line") + " has "
                   + std::to_string(columns) + "; " + advice);
}

void CsvDecoder::addProblem(const Batch &batch, size_t row, const std::string &what, bool isOfValue)
{
    m_problems.push_back({row, placeOf(lineOfRow(batch.origin, row)) + what, isOfValue});
}

void CsvDecoder::addMisfit(Batch &batch, size_t row, size_t target, std::string_view text)
{
    const Field &field = m_layout.schema->field(target);
    if (field.type == ValueType::Integer && widen(batch, row, target, text))
        return;
    if (m_layout.nullsMisfits)
        return storeNull(batch, row, target);
    m_misfits.push_back({row, target, Value(readableText(text)), false, {}});
    addProblem(
        batch, row,
        field.name + ": " + inQuotes(codedText(text)) + " is not " + nounFor(field.type)
            + R"(, as this field is in the first rows; set "types" to "text" to read all as it is, or "misfit" to "null")",
        true);
}

/// An integer field goes on as one of reals where a value has decimals.
bool CsvDecoder::widen(const Batch &batch, size_t row, size_t target, std::string_view text)
{
    double real = 0;
    const std::string_view plain = m_layout.rules.plainNumber(text, m_plain);
    if (!parseReal(plain, real))
        return false;
    m_targets[target].integers[row] = 0; // until then
    const bool isAsWritten = plain == formatNumber(real);
    m_misfits.push_back({row, target, Value(real), true, isAsWritten ? std::string() : std::string(plain)});
    if (m_log && !(*m_layout.hasWidened)[target].exchange(true))
        m_log->info(m_step, placeOf(lineOfRow(batch.origin, row)) + m_layout.schema->field(target).name + ": "
                                + inQuotes(text)
                                + " is no integer, as the field's values are in the first rows; they are numbers from "
                                  "here on.");
    return true;
}

/// Columns of integers whose misfits are all numbers become columns of reals. How these were written is kept in any case.
void CsvDecoder::storeMisfits(Batch &batch)
{
    std::ranges::stable_sort(m_misfits, {}, [](const Misfit &misfit) { return std::pair(misfit.column, misfit.row); });
    for (auto begin = m_misfits.begin(); begin != m_misfits.end();) {
        const auto end =
            std::find_if(begin, m_misfits.end(), [&](const Misfit &misfit) { return misfit.column != begin->column; });
        Column &column = batch.columnToChange(begin->column);
        if (std::all_of(begin, end, [](const Misfit &misfit) { return misfit.isWidened; }))
            column.convertToReals();
        for (auto misfit = begin; misfit != end; ++misfit) {
            column.setValue(misfit->row, misfit->value);
            if (!misfit->written.empty())
                column.setWritten(misfit->row, misfit->written);
        }
        begin = end;
    }
}

void CsvDecoder::addFault(const Batch &batch, size_t row, size_t column, const CsvField &field, const char *recordBegin)
{
    const DialectScanner scanner(m_layout.dialect, field.begin, true);
    const int64_t linesBefore = scanner.lineEnds(recordBegin, field.begin);
    const std::string name =
        column < m_layout.fileColumns.size() ? m_layout.fileColumns[column] : counted(column + 1, "field");
    m_problems.push_back(
        {row,
         placeOf(lineOfRow(batch.origin, row) + linesBefore) + name
             + (field.fault == CsvField::Fault::NotClosed
                    ? R"(: the quote that begins here is never closed; set "quote" to "none" if it is an ordinary character)"
                    : ": text follows the closing quote; a quote within a quoted field is written twice, or set "
                      "\"quotes\" to \"lenient\"")});
}

/// Of each record that can't be read as text, says where that begins.
void CsvDecoder::findInvalidText(const Batch &batch, const RawRecords &raw)
{
    RecordRun run;
    const std::string_view all(raw.begin, size_t(raw.end - raw.begin));
    const auto cutter = csvCutterFor(m_layout.dialect, m_layout.skipsEmptyLines());
    const DialectScanner scanner(m_layout.dialect, raw.end, true);
    for (size_t row = 0; row < raw.rows; ++row) {
        const char *begin = raw.begin + run.bytes;
        cutter->cut(all, true, row + 1, run);
        begin = scanner.skipLines(begin, m_layout.skipsEmptyLines()); // they belong to the record, but aren't counted
        const std::string_view record(begin, size_t(raw.begin + run.bytes - begin));
        if (isUtf8(record))
            continue;
        size_t at = 0, place = 1; // in its line
        int64_t line = lineOfRow(batch.origin, row);
        while (const size_t length = utf8SequenceLength(record.substr(at))) {
            const bool isLineEnd = scanner.lineEnds(begin + at, begin + at + length) > 0;
            line += isLineEnd ? 1 : 0;
            place = isLineEnd ? 1 : place + (m_layout.isUtf8() ? length : 1);
            at += length;
        }
        m_problems.push_back(
            {row,
             placeOf(line) + (m_layout.isUtf8() ? "byte " : "character ") + std::to_string(place)
                 + (m_layout.isUtf8() ? R"( is not UTF-8; set "encoding" to the file's, or save the file as UTF-8)"
                                      : " is none of " + m_layout.encoding + R"(; set "encoding" to the file's)")});
    }
}

/// Says one thing of each row that failed, and leaves what was in the file in its fields.
void CsvDecoder::reportProblems(Batch &batch)
{
    std::stable_sort(m_problems.begin(), m_problems.end(), [](const Problem &left, const Problem &right) {
        return std::pair(left.row, left.isOfValue) < std::pair(right.row, right.isOfValue);
    });
    size_t next = 0;
    for (Problem &problem : m_problems) {
        if (problem.row < next)
            continue;
        next = problem.row + 1;
        for (size_t column = 0; column < m_targets.size(); ++column) {
            const Column &texts = batch.column(column);
            if (texts.type() == ColumnType::Text && !isUtf8(texts.text(problem.row)))
                batch.columnToChange(column).setValue(problem.row, Value(readableText(texts.text(problem.row))));
        }
        batch.fail(problem.row, ErrorKind::Parse, std::move(problem.message));
    }
}

} // namespace millrace
