// SPDX-License-Identifier: MIT
#include "data/MadeItems.h"

#include "data/FieldLimit.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace millrace {

namespace {

constexpr double MostExactInteger = 9007199254740992.0; ///< 2^53: up to here a real has all digits of integers

}

void MadeItems::begin(const Batch &batch)
{
    m_batch = &batch;
    m_fields.clear();
    m_places.clear();
    m_rows.clear();
    m_errors.clear();
    m_expected.clear();
    m_inputFields = batch.columnCount();
    for (size_t i = 0; i < m_inputFields; ++i) {
        m_fields.push_back({batch.schema()->field(i)});
        m_places.emplace(m_fields.back().field.name, i);
        if (m_fields.back().field.role == Role::ExpectedOutput)
            m_expected.push_back(i);
    }
    m_isUsed.assign(m_inputFields, 0);
}

void MadeItems::add(uint32_t row, const Value &item)
{
    if (item.isObject() && wouldBeTooMany(item)) {
        fail({row,
              "fields",
              "With the fields of this item there would be more than " + std::to_string(MostFields)
                  + "; names that differ from item to item are better values of a field.",
              {}});
        return;
    }
    if (item.isObject()) {
        size_t guess = 0;
        for (const auto &[name, value] : item.toObject())
            addMember(row, guess++, name, value);
    } else {
        addMember(row, 0, ValueField, item);
    }
    for (const size_t place : m_expected)
        if (m_fields[place].column.size() <= m_rows.size())
            addMember(row, place, m_fields[place].field.name, m_batch->column(place).value(row));
    m_rows.push_back(row);
}

bool MadeItems::wouldBeTooMany(const Value &object) const
{
    const size_t most = std::max(MostFields, m_inputFields);
    if (m_fields.size() + object.toObject().size() <= most)
        return false;
    const auto isNew = [this](const auto &member) { return !m_places.contains(member.first); };
    return m_fields.size() + size_t(std::ranges::count_if(object.toObject(), isNew)) > most;
}

size_t MadeItems::placeOf(std::string_view name, size_t guess)
{
    if (guess < m_fields.size() && m_fields[guess].field.name == name)
        return guess;
    const auto [found, isNew] = m_places.try_emplace(std::string(name), m_fields.size());
    if (isNew) {
        m_fields.push_back({Field{std::string(name)}});
        m_isUsed.push_back(1);
    }
    return found->second;
}

/// The value as it was before, if that is what came back in JSON's or a script's words.
Value MadeItems::unchanged(const Value &before, const Value &after)
{
    if (before.isAbsent() && after.isNull())
        return before; // which scripts see as null
    switch (before.type()) {
    case ValueType::Integer:
    case ValueType::Real: return after.isNumber() && before.toReal() == after.toReal() ? before : after;
    case ValueType::Timestamp:
    case ValueType::Bytes:
        if (!after.isText())
            return after;
        return toJson(before) == toJson(after) ? before : after;
    default: return after;
    }
}

void MadeItems::Made::note(const Value &value)
{
    if (value.isInteger()) {
        hasIntegers = true;
        hasLongIntegers |= std::abs(value.toReal()) > MostExactInteger;
    } else if (value.isReal()) {
        hasReals = true;
    } else if (!value.isNull()) {
        other = !hasOthers || other == value.type() ? value.type() : ValueType::Null;
        hasOthers = true;
    }
}

void MadeItems::addMember(uint32_t row, size_t guess, std::string_view name, const Value &value)
{
    const size_t place = placeOf(name, guess);
    Made &made = m_fields[place];
    m_isUsed[place] = 1;
    while (made.column.size() < m_rows.size())
        made.column.appendAbsent();
    addValue(place, row, value);
}

void MadeItems::addValue(size_t place, uint32_t row, const Value &value)
{
    const Value kept = place < m_inputFields ? unchanged(m_batch->column(place).value(row), value) : value;
    m_fields[place].note(kept);
    m_fields[place].column.append(kept);
}

bool MadeItems::beginColumns(std::vector<uint32_t> rows, size_t members)
{
    if (m_fields.size() + members > std::max(MostFields, m_inputFields))
        return false;
    m_rows = std::move(rows);
    for (const size_t place : m_expected)
        keepColumn(place);
    return true;
}

void MadeItems::keepColumn(size_t place)
{
    Made &made = m_fields[place] = {m_batch->schema()->field(place)};
    m_isUsed[place] = 1;
    made.column = m_batch->column(place);
    if (m_rows.size() != made.column.size())
        made.column.keepRows(m_rows);
    made.isPacked = made.column.type() != ColumnType::Any && made.column.type() == columnTypeFor(made.field.type);
    if (made.isPacked)
        return;
    if (made.column.type() != ColumnType::Any)
        made.column.convertToAny();
    for (const Value &value : std::as_const(made.column).values())
        made.note(value);
}

void MadeItems::addColumn(std::string_view name, std::span<const Value> values)
{
    const size_t place = placeOf(name, m_fields.size());
    m_isUsed[place] = 1;
    if (place < m_inputFields)
        m_fields[place] = {m_batch->schema()->field(place)}; // where it is an expected output, it has its values
    m_fields[place].column.reserve(values.size());
    for (size_t i = 0; i < values.size(); ++i)
        addValue(place, m_rows[i], values[i]);
}

/// In the type that all values have; integers are reals where there are reals, or were.
Column MadeItems::packed(Made &made)
{
    if (made.isPacked)
        return std::move(made.column);
    const bool isNumber = (made.hasIntegers || made.hasReals) && !made.hasOthers;
    const bool isReal = made.hasReals || (made.hasIntegers && made.field.type == ValueType::Real);
    if (isNumber)
        made.field.type = isReal ? ValueType::Real : ValueType::Integer;
    else if (made.hasOthers)
        made.field.type = made.hasIntegers || made.hasReals ? ValueType::Null : made.other;
    const ColumnType type = columnTypeFor(made.field.type);
    if (type == ColumnType::Any || (isNumber && isReal && made.hasLongIntegers))
        return std::move(made.column);
    Column column(type);
    column.reserve(made.column.size());
    for (const Value &value : made.column.values()) {
        if (isNumber && isReal && value.isInteger())
            column.appendReal(value.toReal());
        else
            column.append(value);
    }
    return column;
}

void MadeItems::applyTo(Batch &batch)
{
    std::vector<Field> fields;
    std::vector<Column> columns;
    for (size_t i = 0; i < m_fields.size(); ++i) {
        Made &made = m_fields[i];
        if (m_isUsed[i] == 0 && !m_rows.empty())
            continue; // no item has it any more
        while (made.column.size() < m_rows.size())
            made.column.appendAbsent();
        columns.push_back(packed(made));
        fields.push_back(std::move(made.field));
    }
    if (!m_lastSchema || m_lastSchema->fields() != fields)
        m_lastSchema = std::make_shared<const Schema>(std::move(fields), true); // others may come
    const bool isOneToOne = m_rows.size() == batch.size()
                            && std::adjacent_find(m_rows.begin(), m_rows.end(), std::greater_equal<>()) == m_rows.end();
    if (!isOneToOne)
        batch.expandRows(m_rows);
    batch.setColumns(m_lastSchema, std::move(columns));
    batch.clearVerdicts();
    for (ItemError &error : m_errors)
        batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
    m_batch = nullptr;
}

} // namespace millrace
