// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Value.h"
#include "streaming/data/DataItem.h"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// Items as columns: one column of plain values, or a named column for each field of records. A value like any other: copies
/// share their memory until one of them changes. Copies may be used on several threads, one object may not.
class DataList
{
public:
    struct NamedColumn
    {
        std::string name; ///< empty: the items are plain values
        Column column;
    };

    DataList() = default;
    /// `{1, 2}`, `{{1, 2}, {3}}` for lists, `{{{"price", 2}, {"pieces", 1}}}` for a record. Objects become records: their members are
    /// the fields, and what an object lacks is null.
    DataList(std::initializer_list<DataItem> items);
    DataList(std::vector<Value> items);
    DataList(const std::vector<std::string> &texts);
    /// Packed numbers: integers, or reals where T has a fraction.
    template <PackedNumber T>
    DataList(const std::vector<T> &numbers)
    {
        Column column(std::floating_point<T> ? ColumnType::Real : ColumnType::Integer);
        column.resize(numbers.size());
        if constexpr (std::floating_point<T>)
            std::copy(numbers.begin(), numbers.end(), column.realsToChange().begin());
        else
            std::copy(numbers.begin(), numbers.end(), column.integersToChange().begin());
        addColumn({}, std::move(column));
    }
    /// Lists, maps, truth values and whatever else a Value can be made of.
    template <ValueLike T>
    requires(!PackedNumber<T>) DataList(const std::vector<T> &items)
    {
        std::vector<Value> values;
        values.reserve(items.size());
        for (const T &item : items)
            values.push_back(toValue(item));
        takeValues(std::move(values));
    }
    DataList(Column plainValues) { addColumn({}, std::move(plainValues)); }
    /// Records. All columns must be equally long, or the list is not isValid().
    static DataList records(std::vector<NamedColumn> columns);
    /// first, first + 1, …, `count` of them.
    static DataList numbers(int64_t first, size_t count);

    size_t size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }
    bool isValid() const { return m_isValid; }
    /// Whether the items are plain values, not records.
    bool isPlain() const { return m_columns.empty() || m_columns.front().name.empty(); }
    /// A plain value, or an object of the record's fields.
    Value operator[](size_t row) const;
    std::vector<Value> toValues() const;
    /// The numbers where the items are plain and packed as such; else empty.
    std::span<const int64_t> integers() const;
    std::span<const double> reals() const;
    const std::vector<NamedColumn> &columns() const { return m_columns; }
    /// The field of that name, or null.
    const Column *column(std::string_view name) const;

    /// `count` items from `first` on (fewer at the end).
    DataList slice(size_t first, size_t count) const;
    /// Adds one item behind the others. A plain value among records is one whose fields all have that value.
    void append(const Value &item);

    /// Equal items; however they are packed, 2 and 2.0 are different.
    bool operator==(const DataList &other) const;

    // For those that make lists of batches.
    void addColumn(std::string name, Column column);
    void setSize(size_t size) { m_size = size; } ///< of a list without columns

private:
    void takeValues(std::vector<Value> items);

    std::vector<NamedColumn> m_columns;
    size_t m_size = 0;
    bool m_isValid = true;
};

/// Appends `count` rows of another column from row `first` on; as quick as the types allow.
void appendRange(Column &to, const Column &from, size_t first, size_t count);

} // namespace millrace
