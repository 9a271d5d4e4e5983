// SPDX-License-Identifier: MIT
#include "formats/json/JsonLinesDecoder.h"

#include "data/FieldLimit.h"
#include "data/text/Quote.h"
#include "formats/text/RecordCutter.h"

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

JsonLinesLayout jsonLinesLayoutOf(std::string_view sample)
{
    std::string fault;
    JsonReader reader;
    FieldCollector collector;
    std::string_view line;
    bool isAnyJson = false;
    while (takeLine(sample, line)) {
        const auto value = reader.parse(line);
        if (!value) {
            if (fault.empty())
                fault = value.error().message;
            continue;
        }
        isAnyJson = true;
        if (!value->isObject()) {
            collector.add(std::string(ValueField), *value);
            continue;
        }
        for (const auto &[name, member] : value->toObject())
            collector.add(name, member);
    }
    if (isAnyJson)
        fault.clear();
    std::vector<Field> fields = collector.takeFields();
    if (!fault.empty())
        fields.push_back({std::string(ValueField), ValueType::Null, Role::DataInput}); // somewhere to show the text
    return {std::make_shared<const Schema>(std::move(fields)), std::move(fault)};
}

JsonLinesDecoder::JsonLinesDecoder(const JsonLinesLayout &layout) : m_base(layout.schema)
{
    for (size_t i = 0; i < m_base->size(); ++i)
        m_columns.emplace(m_base->field(i).name, i);
}

void JsonLinesDecoder::startBatch()
{
    for (const std::string &name : m_added)
        m_columns.erase(name);
    m_added.clear();
}

void JsonLinesDecoder::decode(Batch &batch)
{
    const RawRecords raw(batch);
    startBatch();
    batch.reset(m_base);
    std::string_view text(raw.begin, size_t(raw.end - raw.begin)), line;
    for (size_t row = 0; takeLine(text, line); ++row)
        addRow(batch, row, line);
    if (!m_added.empty())
        batch.setSchema(schema());
    batch.setSize(raw.rows);
}

void JsonLinesDecoder::addRow(Batch &batch, size_t row, std::string_view line)
{
    const auto value = m_reader.parse(line);
    if (!value) {
        // The line is shown where it adds no field to the items that are well: in `value`, or in the first field.
        const std::string name(ValueField);
        const bool isOwn = m_columns.contains(name) || fieldCount() == 0;
        addValue(batch, row, isOwn ? columnOf(batch, name, row).value_or(0) : 0, Value(readableText(line)));
        batch.fail(row, ErrorKind::Parse,
                   "line " + std::to_string(lineOfRow(batch.origin, row)) + ": " + value.error().message);
    } else if (value->isObject()) {
        addFields(batch, row, *value);
    } else {
        addFields(batch, row, Value(Members{{std::string(ValueField), *value}}));
    }
    for (size_t column = 0; column < batch.columnCount(); ++column) {
        if (batch.column(column).size() == row)
            batch.columnToChange(column).appendNull();
    }
}

void JsonLinesDecoder::addFields(Batch &batch, size_t row, const Value &object)
{
    size_t expected = 0;
    for (const auto &[name, member] : object.toObject()) {
        const bool isAsExpected = expected < fieldCount() && nameOf(expected) == name;
        const auto column = isAsExpected ? expected : columnOf(batch, name, row);
        if (!column) {
            batch.fail(row, ErrorKind::Fields,
                       "line " + std::to_string(lineOfRow(batch.origin, row)) + ": with the field " + inQuotes(name)
                           + " there would be more than " + std::to_string(MostFields)
                           + " fields; names that differ from line to line are better values of a field");
            return;
        }
        addValue(batch, row, *column, member);
        expected = *column + 1;
    }
}

const std::string &JsonLinesDecoder::nameOf(size_t column) const
{
    return column < m_base->size() ? m_base->field(column).name : m_added[column - m_base->size()];
}

void JsonLinesDecoder::addValue(Batch &batch, size_t row, size_t column, const Value &value)
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
std::optional<size_t> JsonLinesDecoder::columnOf(Batch &batch, const std::string &name, size_t row)
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
    values.resize(row);
    batch.addColumn(m_base, std::move(values)); // which gets its schema once all its fields are known
    return column;
}

/// That of the batch at hand: the same object for the same fields, so that later steps need not resolve them again.
SchemaPtr JsonLinesDecoder::schema()
{
    constexpr size_t MostExtensions = 16;
    if (m_extensions.size() >= MostExtensions && !m_extensions.contains(m_added))
        m_extensions.clear();
    SchemaPtr &schema = m_extensions[m_added];
    if (!schema) {
        std::vector<Field> fields = m_base->fields();
        for (const std::string &name : m_added)
            fields.push_back({name, ValueType::Null, Role::DataInput});
        schema = std::make_shared<const Schema>(std::move(fields));
    }
    return schema;
}

} // namespace millrace
