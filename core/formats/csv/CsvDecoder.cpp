// SPDX-License-Identifier: MIT
#include "formats/csv/CsvDecoder.h"

#include "data/text/DateText.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "formats/text/ParseShort.h"
#include "formats/text/ParseShortWide.h"
#include "formats/text/ParseText.h"

#include <algorithm>
#include <memory>

namespace millrace {

namespace {

std::string countOf(size_t count, const char *noun)
{
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

const char *nounFor(ValueType type)
{
    switch (type) {
    case ValueType::Integer: return "an integer";
    case ValueType::Real: return "a number";
    case ValueType::Boolean: return "true or false";
    default: return "an ISO 8601 timestamp";
    }
}

} // namespace

void CsvDecoder::decode(Batch &batch)
{
    const RawRecords raw(batch);
    batch.reset(m_layout.schema);
    m_problems.clear();
    m_misfits.clear();
    m_block = raw.block->bytes.data();
    if (!isUtf8({raw.begin, size_t(raw.end - raw.begin)}))
        findInvalidText(batch, raw); // before quotes are undone in place
    prepareColumns(batch, raw);
    const size_t columns = m_targets.size();
    if (m_grid.find({raw.begin, size_t(raw.end - raw.begin)}, m_layout.delimiter, raw.rows, columns)) {
        for (size_t column = 0; column < columns; ++column)
            decodeColumn(batch, column);
    } else {
        decodeRecords(batch, raw);
    }
    batch.setSize(raw.rows);
    if (!m_problems.empty())
        reportProblems(batch);
}

/// Plain text, of which m_grid knows the fields.
void CsvDecoder::decodeColumn(Batch &batch, size_t column)
{
    const Target target = m_targets[column];
    const char *const text = m_grid.text();
    const auto storeOther = [&](size_t row, uint32_t begin, uint32_t end) {
        storeTyped(batch, row, column, {text + begin, end - begin});
    };
    switch (target.type) {
    case ValueType::Text: {
        const auto base = uint32_t(text - m_block);
        m_grid.forEach(column, [=](size_t row, uint32_t begin, uint32_t end) {
            target.refs[row] = {base + begin, end == begin ? TextRef::Null : end - begin};
        });
        break;
    }
    case ValueType::Integer:
        decodeNumbers(batch, column, target.integers, [](const char *end, size_t length, int64_t &value) {
            return parseShortInteger(end, length, value);
        });
        break;
    case ValueType::Real:
        decodeNumbers(batch, column, target.reals,
                      [](const char *end, size_t length, double &value) { return parseShortReal(end, length, value); });
        break;
    case ValueType::Timestamp:
        m_grid.forEach(column, [&](size_t row, uint32_t begin, uint32_t end) {
            // Made in place, and from what is in registers: copies of what was just written in parts make a processor wait.
            if (Timestamp date; end - begin == 10 && parseDate(text + begin, date))
                std::construct_at(&target.values[row], date); // null before, so that there is nothing to destroy
            else
                storeOther(row, begin, end);
        });
        break;
    default: m_grid.forEach(column, storeOther);
    }
}

/// By fours where most are short, and one by one where they aren't.
template <class Number, class Parse>
void CsvDecoder::decodeNumbers(Batch &batch, size_t column, Number *out, Parse parse)
{
    const char *const text = m_grid.text();
    const auto decode = [&](size_t row, uint32_t begin, uint32_t end) {
        const size_t length = end - begin;
        // What is before this batch's text belongs to others, who may be writing.
        if (length - 1 >= 8 || end < 8 || !parse(text + end, length, out[row]))
            storeTyped(batch, row, column, {text + begin, length});
    };
#ifdef MILLRACE_WIDE_BYTE_MASK
    const size_t columns = m_grid.columns(), rows = m_grid.rows();
    if (WideByteMask::isThere() && column + 1 < columns) { // the last one's line end may have two bytes
        const uint32_t *const ends = m_grid.ends(column);
        for (size_t row = 0; row < rows;) {
            row = parseShortWidely(text, ends, columns, row, rows, out);
            for (const size_t behind = std::min(row + 4, rows); row < behind; ++row)
                decode(row, ends[row * columns] + 1, ends[row * columns + 1]);
        }
        return;
    }
#endif
    m_grid.forEach(column, decode);
}

void CsvDecoder::decodeRecords(Batch &batch, const RawRecords &raw)
{
    CsvFields fields(raw.begin, raw.end, m_layout.delimiter);
    for (size_t row = 0; row < raw.rows; ++row) {
        if (m_layout.skipsEmptyLines())
            fields.skipEmptyLines();
        decodeRecord(batch, fields, row);
    }
}

void CsvDecoder::prepareColumns(Batch &batch, const RawRecords &raw)
{
    m_targets.resize(m_layout.schema->size());
    for (size_t i = 0; i < m_targets.size(); ++i) {
        Target &target = m_targets[i];
        Column &column = batch.columnToChange(i);
        target.type = m_layout.schema->field(i).type;
        if (target.type == ValueType::Text)
            column.setBlock(raw.block);
        column.resize(raw.rows);
        switch (target.type) {
        case ValueType::Integer: target.integers = column.integersToChange().data(); break;
        case ValueType::Real: target.reals = column.realsToChange().data(); break;
        case ValueType::Text: target.refs = column.refsToChange().data(); break;
        default: target.values = column.valuesToChange().data(); break;
        }
    }
}

void CsvDecoder::decodeRecord(Batch &batch, CsvFields &fields, size_t row)
{
    const size_t columns = m_targets.size();
    const char *const begin = fields.position();
    size_t count = 0;
    CsvField field;
    for (bool isLast = false; !isLast; ++count) {
        isLast = fields.next(field);
        if (count < columns)
            store(batch, row, count, field);
        if (field.fault != CsvField::Fault::None)
            addFault(batch, row, count, field, begin);
    }
    if (count == columns)
        return;
    for (size_t column = count; column < columns; ++column)
        storeNull(batch, row, column);
    addProblem(batch, row,
               "has " + countOf(count, "field") + ", the " + (m_layout.hasHeader ? "header" : "first line") + " has "
                   + std::to_string(columns));
}

void CsvDecoder::store(Batch &batch, size_t row, size_t column, const CsvField &field)
{
    const Target &target = m_targets[column];
    if (target.type == ValueType::Text) {
        target.refs[row] = {uint32_t(field.begin - m_block), field.isNull() ? TextRef::Null : uint32_t(field.length)};
        return;
    }
    storeTyped(batch, row, column, field.text());
}

/// For all types but text.
void CsvDecoder::storeTyped(Batch &batch, size_t row, size_t column, std::string_view text)
{
    const Target &target = m_targets[column];
    if (text.empty())
        return storeNull(batch, row, column);
    bool fits = false;
    switch (target.type) {
    case ValueType::Integer: fits = parseInteger(text, target.integers[row]); break;
    case ValueType::Real: fits = parseReal(text, target.reals[row]); break;
    case ValueType::Boolean: {
        bool boolean = false;
        fits = parseBoolean(text, boolean);
        target.values[row] = Value(boolean);
        break;
    }
    default: {
        Timestamp timestamp;
        fits = parseTimestamp(text, timestamp);
        target.values[row] = Value(timestamp);
    }
    }
    if (!fits)
        addMisfit(batch, row, column, text);
}

void CsvDecoder::storeNull(Batch &batch, size_t row, size_t column)
{
    if (m_targets[column].type == ValueType::Text)
        m_targets[column].refs[row] = {0, TextRef::Null};
    else
        batch.columnToChange(column).setNull(row);
}

void CsvDecoder::addProblem(const Batch &batch, size_t row, const std::string &what)
{
    m_problems.push_back({row, "line " + std::to_string(lineOfRow(batch.origin, row)) + ": " + what});
}

void CsvDecoder::addMisfit(const Batch &batch, size_t row, size_t column, std::string_view text)
{
    const Field &field = m_layout.schema->field(column);
    m_misfits.push_back({row, column, readableText(text)});
    addProblem(batch, row,
               field.name + ": " + inQuotes(text) + " is not " + nounFor(field.type)
                   + R"(, as this field is in the first rows; set "types" to "text" to read all as it is)");
}

void CsvDecoder::addFault(const Batch &batch, size_t row, size_t column, const CsvField &field, const char *recordBegin)
{
    const auto linesBefore = std::count(recordBegin, static_cast<const char *>(field.begin), '\n');
    const std::string line = "line " + std::to_string(lineOfRow(batch.origin, row) + linesBefore) + ": ";
    const std::string name =
        column < m_targets.size() ? m_layout.schema->field(column).name : countOf(column + 1, "field");
    m_problems.push_back(
        {row, line + name
                  + (field.fault == CsvField::Fault::NotClosed
                         ? ": the quote that begins here is never closed"
                         : ": text follows the closing quote; a quote within a quoted field is written twice")});
}

/// Reports the first byte of each line that is no UTF-8.
void CsvDecoder::findInvalidText(const Batch &batch, const RawRecords &raw)
{
    RecordRun run;
    const std::string_view all(raw.begin, size_t(raw.end - raw.begin));
    const CsvCutter cutter(m_layout.delimiter, m_layout.skipsEmptyLines());
    for (size_t row = 0; row < raw.rows; ++row) {
        const size_t begin = run.bytes;
        cutter.cut(all, true, row + 1, run);
        const std::string_view record = all.substr(begin, run.bytes - begin);
        if (isUtf8(record))
            continue;
        size_t at = 0, lineBegin = 0, line = 0;
        while (const size_t length = utf8SequenceLength(record.substr(at))) {
            at += length;
            if (record[at - 1] == '\n') {
                lineBegin = at;
                ++line;
            }
        }
        // The record may begin with empty lines, which are counted from the end of the record before.
        const size_t skipped =
            m_layout.skipsEmptyLines() ? std::min(record.find_first_not_of("\r\n"), record.size()) : 0;
        line -= size_t(std::count(record.begin(), record.begin() + ptrdiff_t(skipped), '\n'));
        m_problems.push_back({row, "line " + std::to_string(lineOfRow(batch.origin, row) + int64_t(line)) + ": byte "
                                       + std::to_string(at - lineBegin + 1) + " is not UTF-8; save the file as UTF-8"});
    }
}

/// Says one thing of each row that failed, and leaves what was in the file in its fields.
void CsvDecoder::reportProblems(Batch &batch)
{
    std::stable_sort(m_problems.begin(), m_problems.end(),
                     [](const Problem &left, const Problem &right) { return left.row < right.row; });
    for (const Misfit &misfit : m_misfits)
        batch.columnToChange(misfit.column).setValue(misfit.row, Value(misfit.text));
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
