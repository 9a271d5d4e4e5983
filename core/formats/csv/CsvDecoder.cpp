// SPDX-License-Identifier: MIT
#include "formats/csv/CsvDecoder.h"

#include "data/text/DateText.h"
#include "data/text/NumberText.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "formats/csv/DialectParser.h"
#include "formats/text/ParseShort.h"
#include "formats/text/ParseShortWide.h"
#include "formats/text/ParseText.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>

namespace millrace {

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
    m_isInGrid = mayBeGrid() && m_grid.find(text, dialect.delimiter[0], raw.rows, m_layout.fileColumns.size());
    if (m_isInGrid) {
        for (size_t target = 0; target < m_layout.sources.size(); ++target)
            decodeColumn(batch, target);
    } else if (dialect.isPlain()) {
        decodeRecords<CsvFields>(batch, raw, dialect.delimiter[0]);
    } else {
        decodeRecords<DialectFields>(batch, raw, dialect);
    }
    fillOwnColumns(batch, raw.rows);
    batch.setSize(raw.rows);
    if (!m_misfits.empty())
        storeMisfits(batch);
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
    m_written.clear();
    if (isNumber && !m_hasPlainNumbers) {
        m_grid.forEach(column, storeOther);
        return storeWritten(batch, index);
    }
    switch (target.type) {
    case ValueType::Text: decodeTexts(index, column); break;
    case ValueType::Integer: decodeNumbers(batch, index, column, target.integers); break;
    case ValueType::Real:
        decodeNumbers(batch, index, column, target.reals);
        storeWritten(batch, index);
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

/// Hands the texts of numbers that were noted over to their column.
void CsvDecoder::storeWritten(Batch &batch, size_t index)
{
    if (m_written.empty())
        return;
    batch.columnToChange(index).setWritten(m_written, m_block);
    m_written.clear();
}

/// A piece of the block.
void CsvDecoder::note(size_t row, std::string_view text)
{
    m_written.push_back({uint32_t(row), uint32_t(text.data() - m_block), uint32_t(text.size())});
}

/// `text`: the number as it would stand in a file with decimal points.
void CsvDecoder::noteNumber(Batch &batch, size_t row, size_t index, std::string_view text)
{
    const Column &column = batch.column(index);
    if (isSurelyShortest(text) || column.isNull(row) || text == formatNumber(column.reals()[row]))
        return;
    if (m_isInGrid && m_layout.rules.hasPlainNumbers())
        note(row, text);
    else
        batch.columnToChange(index).setWritten(row, text);
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

/// By fours where most are short, and one by one where they aren't. Notes reals that would be written otherwise than they are in the file.
template <class Number>
void CsvDecoder::decodeNumbers(Batch &batch, size_t target, size_t column, Number *out)
{
    constexpr bool AreReals = std::is_same_v<Number, double>;
    const char *const text = m_grid.text();
    const auto decode = [&](size_t row, uint32_t begin, uint32_t end) {
        const size_t length = end - begin;
        // What is before this batch's text belongs to others, who may be writing.
        const bool isShort = length - 1 < 8 && end >= 8;
        if constexpr (AreReals) {
            if (!isShort || !parseShortReal(text + end, length, out[row]))
                storeTyped(batch, row, target, {text + begin, length});
            else if (isPaddedShort(text + end, length))
                note(row, {text + begin, length});
        } else if (!isShort || !parseShortInteger(text + end, length, out[row])) {
            storeTyped(batch, row, target, {text + begin, length});
        }
    };
#ifdef MILLRACE_WIDE_BYTE_MASK
    const size_t columns = m_grid.columns(), rows = m_grid.rows();
    if (WideByteMask::isThere() && column + 1 < columns) { // the last one's line end may have two bytes
        const uint32_t *const ends = m_grid.ends(column);
        const auto field = [&](size_t row, auto use) { use(row, ends[row * columns] + 1, ends[row * columns + 1]); };
        for (size_t row = 0; row < rows;) {
            if constexpr (AreReals) {
                m_odd.resize(rows);
                uint32_t *oddEnd = m_odd.data();
                row = parseShortWidely(text, ends, columns, row, rows, out, m_odd.data(), oddEnd);
                for (const uint32_t *odd = m_odd.data(); odd < oddEnd; ++odd)
                    field(*odd, [&](size_t at, uint32_t begin, uint32_t end) {
                        note(at, {text + begin, end - begin});
                    });
            } else {
                row = parseShortWidely(text, ends, columns, row, rows, out);
            }
            for (const size_t behind = std::min(row + 4, rows); row < behind; ++row)
                field(row, decode);
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
    const Target &target = m_targets[index];
    if (target.type != ValueType::Real) {
        if (!read(target, row, text))
            addMisfit(batch, row, index, text);
        return;
    }
    const std::string_view plain = m_layout.rules.plainNumber(text, m_plain);
    if (parseReal(plain, target.reals[row]))
        noteNumber(batch, row, index, plain);
    else
        addMisfit(batch, row, index, text);
}

/// For all types but text and reals.
bool CsvDecoder::read(const Target &target, size_t row, std::string_view text) const
{
    const FieldRules &rules = m_layout.rules;
    switch (target.type) {
    case ValueType::Integer: return rules.readInteger(text, target.integers[row]);
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

} // namespace millrace
