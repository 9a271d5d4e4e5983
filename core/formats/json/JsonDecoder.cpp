// SPDX-License-Identifier: MIT
#include "formats/json/JsonDecoder.h"

#include "data/FieldLimit.h"
#include "data/text/Quote.h"
#include "formats/json/JsonCutter.h"
#include "formats/json/JsonExtent.h"

#include <algorithm>

namespace millrace {

namespace {

/// Takes the next line that isn't blank off the front of the text. False where there is none.
bool takeLine(std::string_view &text, std::string_view &line)
{
    while (!text.empty()) {
        line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!isBlankLine(line))
            return true;
    }
    return false;
}

/// The same for a value that may have several lines, with others behind it.
bool takeElement(std::string_view &text, std::string_view &record)
{
    skipJsonSeparators(text);
    record = text.substr(0, jsonLength(text, true));
    text.remove_prefix(record.size());
    return !record.empty();
}

bool takeRecord(std::string_view &text, std::string_view &record, bool areLines)
{
    return areLines ? takeLine(text, record) : takeElement(text, record);
}

std::string longIntegerText(const std::string &digits)
{
    return inQuotes(digits)
           + " is an integer of more than 64 bits, and a text with all its digits here: + puts it and a number one "
             "behind "
             "the other.";
}

/// The fields seen so far, with the type that all their values have.
class FieldCollector
{
public:
    void add(const std::string &name, const Value &value)
    {
        if (m_fields.size() >= MostFields && !m_places.contains(name))
            return;
        const auto [found, isNew] = m_places.try_emplace(name, m_fields.size());
        if (isNew) {
            m_fields.push_back({name, value.type(), Role::DataInput});
            m_isMixed.push_back(false);
            return;
        }
        ValueType &type = m_fields[found->second].type;
        if (value.isNull() || value.type() == type || m_isMixed[found->second])
            return;
        m_isMixed[found->second] = type != ValueType::Null;
        type = type == ValueType::Null ? value.type() : ValueType::Null;
    }
    std::vector<Field> takeFields() { return std::move(m_fields); }

private:
    std::vector<Field> m_fields;
    std::vector<bool> m_isMixed;
    std::unordered_map<std::string, size_t> m_places;
};

} // namespace

JsonRecordLayout jsonRecordLayoutOf(std::string_view sample, bool areLines, bool isWhole, bool nullsNonNumbers)
{
    JsonRecordLayout layout;
    layout.areLines = areLines;
    layout.nullsNonNumbers = nullsNonNumbers;
    JsonReader reader;
    reader.takeNonNumbers(nullsNonNumbers);
    FieldCollector collector;
    std::string_view record;
    bool isAnyJson = false;
    while (takeRecord(sample, record, areLines)) {
        const auto value = reader.parse(record);
        if (!value) {
            if (layout.fault.empty())
                layout.fault = value.error().message;
            continue;
        }
        isAnyJson = true;
        if (layout.warnings.empty() && !reader.longInteger().empty())
            layout.warnings.push_back("In the first records, " + longIntegerText(reader.longInteger()));
        if (!value->isObject()) {
            collector.add(std::string(ValueField), *value);
            continue;
        }
        for (const auto &[name, member] : value->toObject())
            collector.add(name, member);
    }
    if (isAnyJson)
        layout.fault.clear();
    std::vector<Field> fields = collector.takeFields();
    if (!layout.fault.empty())
        fields.push_back({std::string(ValueField), ValueType::Null, Role::DataInput}); // somewhere to show the text
    layout.schema = std::make_shared<const Schema>(std::move(fields), !isWhole);
    return layout;
}

void addOriginFields(JsonRecordLayout &layout, bool file, bool line)
{
    std::vector<Field> fields = layout.schema->fields();
    const auto add = [&](const std::string &name, ValueType type) {
        std::string free = name;
        for (int number = 2; layout.schema->find(free); ++number)
            free = name + '_' + std::to_string(number);
        fields.push_back({free, type, Role::DataInput});
        return free;
    };
    if (file)
        layout.file = add("file", ValueType::Text);
    if (line)
        layout.line = add("line", ValueType::Integer);
    if (file || line)
        layout.schema = layout.schema->with(std::move(fields));
}

JsonDecoder::JsonDecoder(JsonRecordLayout layout) : m_layout(std::move(layout)), m_base(m_layout.schema)
{
    m_reader.takeNonNumbers(m_layout.nullsNonNumbers);
    m_reader.keepSpellings(true);
    for (size_t i = 0; i < m_base->size(); ++i)
        m_columns.emplace(m_base->field(i).name, i);
}

void JsonDecoder::startBatch()
{
    for (const std::string &name : m_added)
        m_columns.erase(name);
    m_added.clear();
}

void JsonDecoder::decode(Batch &batch)
{
    const RawRecords raw(batch);
    startBatch();
    batch.reset(m_base);
    m_begin = raw.begin;
    std::string_view text(raw.begin, size_t(raw.end - raw.begin)), record;
    size_t row = 0;
    if (raw.isFault)
        addFault(batch, text);
    else
        for (; row < raw.rows && takeRecord(text, record, m_layout.areLines); ++row)
            addRow(batch, row, record);
    if (!m_added.empty())
        batch.setSchema(schema());
    batch.setSize(raw.rows);
    addOrigins(batch);
}

/// An item without anything, which fails.
void JsonDecoder::addFault(Batch &batch, std::string_view message)
{
    for (size_t column = 0; column < batch.columnCount(); ++column)
        batch.columnToChange(column).appendAbsent();
    batch.fail(0, ErrorKind::Parse, std::string(message));
}

void JsonDecoder::addRow(Batch &batch, size_t row, std::string_view record)
{
    const auto value = m_reader.parse(record);
    if (!value)
        failRow(batch, row, record, value.error().message);
    else if (value->isObject())
        addFields(batch, row, *value);
    else
        addFields(batch, row, Value(Members{{std::string(ValueField), *value}}));
    if (value && m_log)
        sayWhatWasNoticed(batch, row);
    for (size_t column = 0; column < batch.columnCount(); ++column) {
        if (batch.column(column).size() == row)
            batch.columnToChange(column).appendAbsent();
    }
}

/// The record is shown where it adds no field to the items that are well: in `value`, or in the first field.
void JsonDecoder::failRow(Batch &batch, size_t row, std::string_view record, const std::string &message)
{
    const std::string name(ValueField);
    const bool isOwn = m_columns.contains(name) || fieldCount() == 0;
    addValue(batch, row, isOwn ? columnOf(batch, name, row).value_or(0) : 0, Value(readableText(record)));
    batch.fail(row, ErrorKind::Parse,
               m_layout.areLines || !m_reader.fault()
                   ? "line " + std::to_string(lineOfRow(batch.origin, row)) + ": " + message
                   : placeInFile(batch, row, record) + ": not valid JSON: " + m_reader.fault()->text);
}

/// Of the fault that the reader has found in that record.
std::string JsonDecoder::placeInFile(const Batch &batch, size_t row, std::string_view record) const
{
    TextPlace place{lineOfRow(batch.origin, row), batch.origin.firstColumn};
    TextPlace relative = place;
    relative.pass({m_begin, size_t(record.data() - m_begin)});
    const JsonFault &fault = *m_reader.fault();
    const int64_t column = fault.line > 1 ? fault.column : int64_t(relative.column) + fault.column - 1;
    return "line " + std::to_string(place.line + fault.line - 1) + ", column " + std::to_string(column);
}

void JsonDecoder::sayWhatWasNoticed(const Batch &batch, size_t row)
{
    if (const std::string &name = m_reader.repeatedName(); !name.empty())
        sayOnce(m_layout.said->repeated, batch, row,
                "an object has two members " + inQuotes(name) + "; the last one counts.");
    if (const std::string &digits = m_reader.longInteger(); !digits.empty())
        sayOnce(m_layout.said->longInteger, batch, row, longIntegerText(digits));
}

void JsonDecoder::sayOnce(std::atomic<bool> &said, const Batch &batch, size_t row, const std::string &what)
{
    if (!m_log || said.exchange(true))
        return;
    const std::string file = m_layout.files ? m_layout.files->nameOf(batch.origin.firstRow) : std::string();
    m_log->warn(m_step, (file.empty() ? "" : file + ": ") + "line " + std::to_string(lineOfRow(batch.origin, row))
                            + ": " + what + " This is said once.");
}

/// Fills the fields that say where the items come from, but for those of items that have such fields themselves.
void JsonDecoder::addOrigins(Batch &batch)
{
    const auto fill = [&](const std::string &name, auto valueOf) {
        if (name.empty())
            return;
        Column &column = batch.columnToChange(m_columns.at(name));
        for (size_t row = 0; row < batch.size(); ++row)
            if (column.isAbsent(row))
                column.setValue(row, valueOf(row));
    };
    fill(m_layout.file, [&](size_t) { return Value(m_layout.files->nameOf(batch.origin.firstRow)); });
    fill(m_layout.line, [&](size_t row) { return Value(lineOfRow(batch.origin, row)); });
}

void JsonDecoder::addFields(Batch &batch, size_t row, const Value &object)
{
    size_t expected = 0, place = 0;
    auto spelling = m_reader.spellings().begin();
    for (const auto &[name, member] : object.toObject()) {
        const bool isAsExpected = expected < fieldCount() && nameOf(expected) == name;
        const auto column = isAsExpected ? expected : columnOf(batch, name, row);
        if (!column) {
            batch.fail(row, ErrorKind::Fields,
                       "line " + std::to_string(lineOfRow(batch.origin, row)) + ": with the field " + inQuotes(name)
                           + " there would be more than " + std::to_string(MostFields)
                           + " fields; names that differ from item to item are better values of a field");
            return;
        }
        addValue(batch, row, *column, member);
        if (spelling != m_reader.spellings().end() && spelling->member == place)
            batch.columnToChange(*column).setWritten(row, spelling++->text);
        ++place;
        expected = *column + 1;
    }
}

const std::string &JsonDecoder::nameOf(size_t column) const
{
    return column < m_base->size() ? m_base->field(column).name : m_added[column - m_base->size()];
}

void JsonDecoder::addValue(Batch &batch, size_t row, size_t column, const Value &value)
{
    Column &values = batch.columnToChange(column);
    if (values.size() > row)
        return values.setValue(row, value);
    switch (values.type()) {
    case ColumnType::Integer:
        if (value.isInteger())
            return values.appendInteger(value.toInteger());
        break;
    case ColumnType::Real:
        if (value.isReal())
            return values.appendReal(value.toReal());
        break;
    case ColumnType::Text:
        if (value.isText())
            return values.appendText(value.toText());
        break;
    case ColumnType::Any: break;
    }
    values.append(value);
}

/// The column with that name. A new one has nulls in all rows so far. Nothing where there are too many.
std::optional<size_t> JsonDecoder::columnOf(Batch &batch, const std::string &name, size_t row)
{
    const auto found = m_columns.find(name);
    if (found != m_columns.end())
        return found->second;
    const size_t column = fieldCount();
    if (column >= MostFields)
        return std::nullopt;
    m_added.push_back(name);
    m_columns.emplace(name, column);
    Column values = batch.takeSpare(ColumnType::Any);
    while (values.size() < row)
        values.appendAbsent();
    batch.addColumn(m_base, std::move(values)); // which gets its schema once all its fields are known
    return column;
}

/// That of the batch at hand: the same object for the same fields, so that later steps need not resolve them again.
SchemaPtr JsonDecoder::schema()
{
    constexpr size_t MostExtensions = 16;
    if (m_extensions.size() >= MostExtensions && !m_extensions.contains(m_added))
        m_extensions.clear();
    SchemaPtr &schema = m_extensions[m_added];
    if (!schema) {
        std::vector<Field> fields = m_base->fields();
        for (const std::string &name : m_added)
            fields.push_back({name, ValueType::Null, Role::DataInput});
        schema = m_base->with(std::move(fields));
    }
    return schema;
}

} // namespace millrace
