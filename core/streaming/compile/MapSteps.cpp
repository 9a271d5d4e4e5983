// SPDX-License-Identifier: MIT
#include "streaming/compile/MapSteps.h"

#include "steps/StepBuilder.h"
#include "streaming/data/DataList.h"

#include <algorithm>

namespace millrace {

namespace {

bool isInput(const Field &field)
{
    return field.role == Role::DataInput;
}

/// The item as a function over values sees it: its only data input where that is a plain value, else an object.
Value inputsOf(const Batch &batch, size_t row, bool isPlain)
{
    Members members;
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        const Field &field = batch.schema()->field(i);
        if (!isInput(field))
            continue;
        if (isPlain)
            return batch.column(i).value(row);
        members.emplace_back(field.name, batch.column(i).value(row));
    }
    return Value(std::move(members));
}

ValueType typeOf(const Column &column)
{
    switch (column.type()) {
    case ColumnType::Integer: return ValueType::Integer;
    case ColumnType::Real: return ValueType::Real;
    case ColumnType::Text: return ValueType::Text;
    case ColumnType::Any: break;
    }
    return ValueType::Null;
}

} // namespace

Result<Value> MapValues::mapped(const Value &item)
{
    return caught([&]() -> Result<Value> { return m_function(item); });
}

Result<> MapValues::process(Batch &batch)
{
    if (batch.isEmpty())
        return {};
    const auto &fields = batch.schema()->fields();
    const auto inputs = std::count_if(fields.begin(), fields.end(), isInput);
    const auto first = std::find_if(fields.begin(), fields.end(), isInput);
    const bool isPlain = inputs == 1 && first->name == ValueField;
    std::vector<Value> results;
    results.reserve(batch.size());
    for (size_t row = 0; row < batch.size(); ++row) {
        Result<Value> result = mapped(inputsOf(batch, row, isPlain));
        if (!result)
            batch.fail(row, result.error().kind, result.error().message);
        results.push_back(result ? *std::move(result) : Value());
    }
    const DataList list(std::move(results));
    std::vector<Field> newFields;
    std::vector<Column> columns;
    for (const auto &[name, column] : list.columns()) {
        newFields.push_back({name.empty() ? std::string(ValueField) : name, typeOf(column), Role::DataInput});
        columns.push_back(column);
    }
    for (size_t i = 0; i < fields.size(); ++i) {
        if (isInput(fields[i]))
            continue;
        newFields.push_back(fields[i]);
        columns.push_back(batch.column(i));
    }
    if (!m_output || m_output->fields() != newFields)
        m_output = std::make_shared<const Schema>(std::move(newFields));
    batch.setColumns(m_output, std::move(columns));
    return {};
}

Result<> MapNumbersBase::process(Batch &batch)
{
    if (!batch.schema())
        return {};
    const auto &fields = batch.schema()->fields();
    const bool isOnly = std::count_if(fields.begin(), fields.end(), isInput) == 1;
    for (size_t i = 0; i < fields.size(); ++i)
        if (isInput(fields[i]))
            mapColumn(batch, i, isOnly);
    if (batch.schema() != m_input) {
        m_input.reset();
        std::vector<Field> changed = batch.schema()->fields();
        for (Field &field : changed)
            if (isInput(field) && field.type == ValueType::Integer)
                field.type = ValueType::Real;
        m_output =
            changed == batch.schema()->fields() ? batch.schema() : std::make_shared<const Schema>(std::move(changed));
        m_input = batch.schema();
    }
    batch.setSchema(m_output);
    return {};
}

void MapNumbersBase::mapColumn(Batch &batch, size_t index, bool isOnly)
{
    Column &column = batch.columnToChange(index);
    const size_t count = batch.size();
    const bool isPacked = column.type() == ColumnType::Integer || column.type() == ColumnType::Real;
    if (isPacked && column.nulls().empty()) {
        std::span<const double> from = m_reals;
        if (column.type() == ColumnType::Integer) {
            m_reals.assign(column.integers().begin(), column.integers().end());
            from = m_reals;
        } else {
            from = column.reals();
        }
        Column mapped(ColumnType::Real);
        mapped.resize(count);
        mapReals(batch, from, mapped.realsToChange());
        column = std::move(mapped);
        return;
    }
    if (column.type() == ColumnType::Text && !isOnly)
        return;
    Column mapped(isPacked ? ColumnType::Real : ColumnType::Any);
    for (size_t row = 0; row < count; ++row)
        mapped.append(mapValue(batch, row, index, column.value(row), isOnly));
    column = std::move(mapped);
}

Value MapNumbersBase::mapValue(Batch &batch, size_t row, size_t column, const Value &value, bool isOnly)
{
    if (value.isNumber()) {
        const Outcome outcome = mapOne(batch, row, value.toReal());
        return outcome ? Value(*outcome) : value;
    }
    if (value.isList()) {
        List list;
        for (const Value &element : value.toList())
            list.push_back(mapValue(batch, row, column, element, isOnly));
        return Value(std::move(list));
    }
    if (isOnly || value.isNull())
        batch.fail(row, ErrorKind::Type,
                   batch.schema()->field(column).name + ": " + describeValue(value) + " is not a number");
    return value;
}

} // namespace millrace
