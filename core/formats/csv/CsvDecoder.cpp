// SPDX-License-Identifier: MIT
#include "formats/csv/CsvDecoder.h"

#include "data/text/DateText.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "data/text/VisibleText.h"
#include "formats/csv/DialectParser.h"
#include "formats/text/ParseShort.h"
#include "formats/text/ParseShortWide.h"
#include "formats/text/ParseText.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace millrace {

namespace {

std::string countOf(size_t count, const char *noun)
{
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

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

CsvDecoder::CsvDecoder(CsvLayout layout) : m_layout(std::move(layout))
{
    m_targetOf.assign(m_layout.fileColumns.size(), CsvLayout::None);
    for (size_t target = 0; target < m_layout.sources.size(); ++target)
        m_targetOf[m_layout.sources[target]] = target;
    m_hasPlainNulls = m_layout.rules.nulls.empty();
    m_hasPlainNumbers = m_layout.rules.hasPlainNumbers() && !m_layout.rules.hasNumberAsNull();
}

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
    const CsvDialect &dialect = m_layout.dialect;
    const std::string_view text(raw.begin, size_t(raw.end - raw.begin));
    if (mayBeGrid() && m_grid.find(text, dialect.delimiter[0], raw.rows, m_layout.fileColumns.size())) {
        for (size_t target = 0; target < m_layout.sources.size(); ++target)
            decodeColumn(batch, target);
    } else if (dialect.isPlain()) {
        decodeRecords<CsvFields>(batch, raw, dialect.delimiter[0]);
    } else {
        decodeRecords<DialectFields>(batch, raw, dialect);
    }
    fillOwnColumns(batch, raw.rows);
    batch.setSize(raw.rows);
    for (const Misfit &misfit : m_misfits)
        batch.columnToChange(misfit.column).setValue(misfit.row, misfit.value);
    if (!m_problems.empty())
        reportProblems(batch);
}

/// Whether text without quotes is what CsvGrid knows.
bool CsvDecoder::mayBeGrid() const
{
    const CsvDialect &dialect = m_layout.dialect;
    return dialect.hasPlainFields() && (dialect.quote == '"' || (dialect.quote == '\0' && dialect.escape == '\0'));
}

/// Plain text, of which m_grid knows the fields.
void CsvDecoder::decodeColumn(Batch &batch, size_t index)
{
    const Target target = m_targets[index];
    const size_t column = m_layout.sources[index];
    const char *const text = m_grid.text();
    const auto storeOther = [&](size_t row, uint32_t begin, uint32_t end) {
        storeTyped(batch, row, index, {text + begin, end - begin});
    };
    const bool isNumber = target.type == ValueType::Integer || target.type == ValueType::Real;
    if (isNumber && !m_hasPlainNumbers)
        return m_grid.forEach(column, storeOther);
    switch (target.type) {
    case ValueType::Text: decodeTexts(index, column); break;
    case ValueType::Integer:
        decodeNumbers(batch, index, column, target.integers, [](const char *end, size_t length, int64_t &value) {
            return parseShortInteger(end, length, value);
        });
        break;
    case ValueType::Real:
        decodeNumbers(batch, index, column, target.reals,
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

void CsvDecoder::decodeTexts(size_t index, size_t column)
{
    const Target target = m_targets[index];
    const char *const text = m_grid.text();
    const auto base = uint32_t(text - m_block);
    if (!m_hasPlainNulls) {
        const FieldRules &rules = m_layout.rules;
        m_grid.forEach(column, [&, base](size_t row, uint32_t begin, uint32_t end) {
            const bool isNull = rules.isNull({text + begin, end - begin});
            target.refs[row] = {base + begin, isNull ? TextRef::Null : end - begin};
        });
        return;
    }
    m_grid.forEach(column, [=](size_t row, uint32_t begin, uint32_t end) {
        target.refs[row] = {base + begin, end == begin ? TextRef::Null : end - begin};
    });
}

/// By fours where most are short, and one by one where they aren't.
template <class Number, class Parse>
void CsvDecoder::decodeNumbers(Batch &batch, size_t target, size_t column, Number *out, Parse parse)
{
    const char *const text = m_grid.text();
    const auto decode = [&](size_t row, uint32_t begin, uint32_t end) {
        const size_t length = end - begin;
        // What is before this batch's text belongs to others, who may be writing.
        if (length - 1 >= 8 || end < 8 || !parse(text + end, length, out[row]))
            storeTyped(batch, row, target, {text + begin, length});
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

template <class Fields, class Spelling>
void CsvDecoder::decodeRecords(Batch &batch, const RawRecords &raw, const Spelling &spelling)
{
    Fields fields(raw.begin, raw.end, spelling);
    for (size_t row = 0; row < raw.rows; ++row) {
        fields.skipLines(m_layout.skipsEmptyLines());
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
        if (target.type == ValueType::Text && i != m_layout.file)
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

template <class Fields>
void CsvDecoder::decodeRecord(Batch &batch, Fields &fields, size_t row)
{
    const size_t columns = m_targetOf.size();
    const char *const begin = fields.position();
    size_t count = 0;
    CsvField field;
    for (bool isLast = false; !isLast; ++count) {
        isLast = fields.next(field);
        if (count < columns) {
            if (const size_t target = m_targetOf[count]; target != CsvLayout::None)
                store(batch, row, target, field);
        } else if (m_layout.ragged == Ragged::Keep) {
            m_extra.push_back(field.isNull() ? Value() : Value(readableText(field.text())));
        }
        if (field.fault != CsvField::Fault::None)
            addFault(batch, row, count, field, begin);
    }
    if (count != columns)
        endRecord(batch, row, count, *begin == '#');
}

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
               "has " + countOf(count, "field") + ", the " + (m_layout.hasHeader ? "header" : "first line") + " has "
                   + std::to_string(columns) + "; " + advice);
}

void CsvDecoder::store(Batch &batch, size_t row, size_t index, const CsvField &field)
{
    const Target &target = m_targets[index];
    if (target.type == ValueType::Text) {
        const bool isNull =
            field.isNull() || (!m_hasPlainNulls && !field.isQuoted && m_layout.rules.isNull(field.text()));
        target.refs[row] = {uint32_t(field.begin - m_block), isNull ? TextRef::Null : uint32_t(field.length)};
        return;
    }
    storeTyped(batch, row, index, field.text());
}

/// For all types but text.
void CsvDecoder::storeTyped(Batch &batch, size_t row, size_t index, std::string_view text)
{
    if (text.empty() || (!m_hasPlainNulls && m_layout.rules.isNull(text)))
        return storeNull(batch, row, index);
    if (!read(m_targets[index], row, text))
        addMisfit(batch, row, index, text);
}

bool CsvDecoder::read(const Target &target, size_t row, std::string_view text) const
{
    const FieldRules &rules = m_layout.rules;
    switch (target.type) {
    case ValueType::Integer: return rules.readInteger(text, target.integers[row]);
    case ValueType::Real: return rules.readReal(text, target.reals[row]);
    case ValueType::Boolean: {
        bool boolean = false;
        const bool fits = parseBoolean(text, boolean);
        target.values[row] = Value(boolean);
        return fits;
    }
    default: {
        Timestamp timestamp;
        const bool fits = rules.readTimestamp(text, timestamp);
        target.values[row] = Value(timestamp);
        return fits;
    }
    }
}

void CsvDecoder::storeNull(Batch &batch, size_t row, size_t target)
{
    if (m_targets[target].type == ValueType::Text)
        m_targets[target].refs[row] = {0, TextRef::Null};
    else
        batch.columnToChange(target).setNull(row);
}

/// What isn't in the file: its name, and the records' lines.
void CsvDecoder::fillOwnColumns(Batch &batch, size_t rows)
{
    if (m_layout.file != CsvLayout::None) {
        const std::string name = m_layout.files ? m_layout.files->nameOf(batch.origin.firstRow) : std::string();
        const std::vector<TextRef> refs(rows, TextRef{0, uint32_t(name.size())});
        batch.columnToChange(m_layout.file).setTexts(name, refs);
    }
    if (m_layout.line != CsvLayout::None)
        for (size_t row = 0; row < rows; ++row)
            m_targets[m_layout.line].integers[row] = lineOfRow(batch.origin, row);
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
    m_misfits.push_back({row, target, Value(readableText(text))});
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
    if (!m_layout.rules.readReal(text, real))
        return false;
    m_misfits.push_back({row, target, Value(real)});
    if (m_log && !(*m_layout.hasWidened)[target].exchange(true))
        m_log->info(m_step, placeOf(lineOfRow(batch.origin, row)) + m_layout.schema->field(target).name + ": "
                                + inQuotes(text)
                                + " is no integer, as the field's values are in the first rows; they are numbers from "
                                  "here on.");
    return true;
}

void CsvDecoder::addFault(const Batch &batch, size_t row, size_t column, const CsvField &field, const char *recordBegin)
{
    const DialectScanner scanner(m_layout.dialect, field.begin, true);
    const int64_t linesBefore = scanner.lineEnds(recordBegin, field.begin);
    const std::string name =
        column < m_layout.fileColumns.size() ? m_layout.fileColumns[column] : countOf(column + 1, "field");
    m_problems.push_back(
        {row,
         placeOf(lineOfRow(batch.origin, row) + linesBefore) + name
             + (field.fault == CsvField::Fault::NotClosed
                    ? R"(: the quote that begins here is never closed; set "quote" to "none" if it is an ordinary character)"
                    : ": text follows the closing quote; a quote within a quoted field is written twice, or set "
                      "\"quotes\" to \"lenient\"")});
}

/// Reports the first byte of each line that is no UTF-8.
void CsvDecoder::findInvalidText(const Batch &batch, const RawRecords &raw)
{
    RecordRun run;
    const std::string_view all(raw.begin, size_t(raw.end - raw.begin));
    const auto cutter = csvCutterFor(m_layout.dialect, m_layout.skipsEmptyLines());
    for (size_t row = 0; row < raw.rows; ++row) {
        const size_t begin = run.bytes;
        cutter->cut(all, true, row + 1, run);
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
        m_problems.push_back({row, placeOf(lineOfRow(batch.origin, row) + int64_t(line)) + "byte "
                                       + std::to_string(at - lineBegin + 1)
                                       + " is not UTF-8; set \"encoding\" to the file's, or save the file as UTF-8"});
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
