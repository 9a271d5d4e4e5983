// SPDX-License-Identifier: MIT
#include "streaming/data/DataList.h"

#include "formats/container/ContainerColumns.h"

#include <algorithm>
#include <numeric>

namespace millrace {

DataItem::DataItem(std::initializer_list<DataItem> parts) : m_isBraced(true)
{
    if (parts.size() > 0
        && std::all_of(parts.begin(), parts.end(), [](const DataItem &part) { return part.isMember(); })) {
        Members members;
        for (const DataItem &part : parts)
            members.emplace_back(part.m_value.toList()[0].toText(), part.m_value.toList()[1]);
        m_value = Value(std::move(members));
        return;
    }
    List list;
    for (const DataItem &part : parts)
        list.push_back(part.m_value);
    m_value = Value(std::move(list));
}

bool DataItem::isMember() const
{
    return m_isBraced && m_value.isList() && m_value.toList().size() == 2 && m_value.toList()[0].isText();
}

DataList::DataList(std::initializer_list<DataItem> items)
{
    std::vector<Value> values;
    values.reserve(items.size());
    for (const DataItem &item : items)
        values.push_back(item.value());
    takeValues(std::move(values));
}

DataList::DataList(std::vector<Value> items)
{
    takeValues(std::move(items));
}

DataList::DataList(const std::vector<std::string> &texts)
{
    Column column(ColumnType::Text);
    for (const std::string &text : texts)
        column.appendText(text);
    addColumn({}, std::move(column));
}

void DataList::takeValues(std::vector<Value> items)
{
    const bool hasObjects = std::any_of(items.begin(), items.end(), [](const Value &item) { return item.isObject(); });
    // Objects are taken apart as read.container does.
    auto columns = containerColumnsOf(Value(Members{{"data_inputs", Value(List(std::move(items)))}}));
    if (!columns)
        return;
    m_size = columns->count;
    for (size_t i = 0; i < columns->columns.size(); ++i)
        addColumn(hasObjects ? columns->schema->field(i).name : std::string(), std::move(columns->columns[i]));
}

DataList DataList::records(std::vector<NamedColumn> columns)
{
    DataList list;
    for (NamedColumn &column : columns)
        list.addColumn(std::move(column.name), std::move(column.column));
    return list;
}

DataList DataList::numbers(int64_t first, size_t count)
{
    Column column(ColumnType::Integer);
    column.resize(count);
    const auto numbers = column.integersToChange();
    std::iota(numbers.begin(), numbers.end(), first);
    return DataList(std::move(column));
}

void DataList::addColumn(std::string name, Column column)
{
    if (m_columns.empty())
        m_size = column.size();
    m_isValid &= column.size() == m_size;
    m_columns.push_back({std::move(name), std::move(column)});
}

Value DataList::operator[](size_t row) const
{
    if (isPlain())
        return m_columns.empty() ? Value() : m_columns.front().column.value(row);
    Members members;
    members.reserve(m_columns.size());
    for (const NamedColumn &one : m_columns)
        members.emplace_back(one.name, one.column.value(row));
    return Value(std::move(members));
}

std::vector<Value> DataList::toValues() const
{
    std::vector<Value> values;
    values.reserve(m_size);
    for (size_t row = 0; row < m_size; ++row)
        values.push_back((*this)[row]);
    return values;
}

std::span<const int64_t> DataList::integers() const
{
    if (m_columns.empty() || !isPlain() || m_columns.front().column.type() != ColumnType::Integer)
        return {};
    return m_columns.front().column.integers();
}

std::span<const double> DataList::reals() const
{
    if (m_columns.empty() || !isPlain() || m_columns.front().column.type() != ColumnType::Real)
        return {};
    return m_columns.front().column.reals();
}

const Column *DataList::column(std::string_view name) const
{
    for (const NamedColumn &one : m_columns)
        if (one.name == name)
            return &one.column;
    return nullptr;
}

DataList DataList::slice(size_t first, size_t count) const
{
    first = std::min(first, m_size);
    count = std::min(count, m_size - first);
    DataList part;
    for (const NamedColumn &one : m_columns) {
        Column column(one.column.type());
        appendRange(column, one.column, first, count);
        part.addColumn(one.name, std::move(column));
    }
    part.m_size = count;
    return part;
}

void DataList::append(const Value &item)
{
    if (m_columns.empty())
        addColumn({}, Column(columnTypeFor(item.type())));
    const bool isRecord = !isPlain() && item.isObject();
    for (NamedColumn &one : m_columns) {
        const Value *member = isRecord ? item.member(one.name) : &item;
        one.column.append(member ? *member : Value());
    }
    ++m_size;
}

bool DataList::operator==(const DataList &other) const
{
    if (m_size != other.m_size)
        return false;
    if (m_size == 0)
        return true;
    if (isPlain() != other.isPlain() || m_columns.size() != other.m_columns.size())
        return false;
    for (size_t i = 0; i < m_columns.size(); ++i) {
        if (m_columns[i].name != other.m_columns[i].name)
            return false;
        for (size_t row = 0; row < m_size; ++row)
            if (m_columns[i].column.value(row) != other.m_columns[i].column.value(row))
                return false;
    }
    return true;
}

namespace {

/// Whether the column is of packed numbers, none of which is null.
bool isFull(const Column &column, ColumnType type)
{
    return column.type() == type && column.nulls().empty();
}

template <class T>
void copyRange(std::span<T> to, std::span<const T> from)
{
    std::copy(from.begin(), from.end(), to.end() - ptrdiff_t(from.size()));
}

} // namespace

void appendRange(Column &to, const Column &from, size_t first, size_t count)
{
    if (isFull(from, ColumnType::Integer) && isFull(to, ColumnType::Integer)) {
        if (count == 1)
            return to.appendInteger(from.integers()[first]);
        to.resize(to.size() + count);
        return copyRange(to.integersToChange(), from.integers().subspan(first, count));
    }
    if (isFull(from, ColumnType::Real) && isFull(to, ColumnType::Real)) {
        if (count == 1)
            return to.appendReal(from.reals()[first]);
        to.resize(to.size() + count);
        return copyRange(to.realsToChange(), from.reals().subspan(first, count));
    }
    static thread_local std::vector<uint32_t> rows;
    rows.resize(count);
    std::iota(rows.begin(), rows.end(), uint32_t(first));
    to.appendRows(from, rows);
}

} // namespace millrace
