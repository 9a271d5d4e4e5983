// SPDX-License-Identifier: MIT
#include "duckdb/values/DuckDbChunk.h"

#include "data/text/DateText.h"

#include <algorithm>

namespace millrace {

namespace {

struct ListPlace
{
    uint64_t offset, length;
};

int32_t daysOf(int64_t microseconds)
{
    return int32_t(microseconds / MicrosPerDay - (microseconds % MicrosPerDay < 0 ? 1 : 0));
}

int64_t momentCount(DuckDbKind kind, const Timestamp &moment)
{
    return kind == DuckDbKind::TimestampNanos ? moment.microseconds * NanosPerMicro + moment.nanoseconds
                                              : moment.microseconds;
}

template <class T, class Take>
void putValues(void *data, std::span<const Value> values, uint64_t begin, Take take)
{
    T *const to = static_cast<T *>(data) + begin;
    for (size_t i = 0; i < values.size(); ++i)
        to[i] = values[i].isNull() ? T() : take(values[i]);
}

} // namespace

void DuckDbChunk::setNulls(DuckDbHandle vector, std::span<const Value> values, uint64_t begin)
{
    if (std::ranges::none_of(values, &Value::isNull))
        return;
    m_duckdb.vector_ensure_validity_writable(vector);
    uint64_t *const validity = m_duckdb.vector_get_validity(vector);
    for (uint64_t i = 0; i < values.size(); ++i)
        if (values[i].isNull())
            validity[(begin + i) / 64] &= ~(uint64_t(1) << (begin + i) % 64);
}

void DuckDbChunk::fillLists(const DuckDbType &type, DuckDbHandle vector, std::span<const Value> values, uint64_t begin)
{
    std::vector<Value> elements;
    const uint64_t before = m_duckdb.list_vector_get_size(vector);
    ListPlace *const places = static_cast<ListPlace *>(m_duckdb.vector_get_data(vector)) + begin;
    for (size_t i = 0; i < values.size(); ++i) {
        places[i] = {before + elements.size(), values[i].isNull() ? 0 : values[i].toList().size()};
        if (!values[i].isNull())
            elements.insert(elements.end(), values[i].toList().begin(), values[i].toList().end());
    }
    m_duckdb.list_vector_reserve(vector, before + elements.size());
    m_duckdb.list_vector_set_size(vector, before + elements.size());
    fillValues(type.parts.front(), m_duckdb.list_vector_get_child(vector), elements, before);
}

void DuckDbChunk::fillStructs(const DuckDbType &type,
                              DuckDbHandle vector,
                              std::span<const Value> values,
                              uint64_t begin)
{
    std::vector<Value> members(values.size());
    for (size_t part = 0; part < type.parts.size(); ++part) {
        for (size_t i = 0; i < values.size(); ++i) {
            const Value *const member = values[i].member(type.names[part]);
            members[i] = member ? *member : Value();
        }
        fillValues(type.parts[part], m_duckdb.struct_vector_get_child(vector, part), members, begin);
    }
}

void DuckDbChunk::fillValues(const DuckDbType &type, DuckDbHandle vector, std::span<const Value> values, uint64_t begin)
{
    void *const data = m_duckdb.vector_get_data(vector);
    switch (type.kind) {
    case DuckDbKind::Boolean:
        putValues<uint8_t>(data, values, begin, [](const Value &value) { return uint8_t(value.toBoolean()); });
        break;
    case DuckDbKind::BigInt:
        putValues<int64_t>(data, values, begin, [](const Value &value) { return value.toInteger(); });
        break;
    case DuckDbKind::Double:
        putValues<double>(data, values, begin, [](const Value &value) { return value.toReal(); });
        break;
    case DuckDbKind::Date:
        putValues<int32_t>(data, values, begin,
                           [](const Value &value) { return daysOf(value.toTimestamp().microseconds); });
        break;
    case DuckDbKind::Timestamp:
    case DuckDbKind::TimestampNanos:
    case DuckDbKind::TimestampZoned:
        putValues<int64_t>(data, values, begin,
                           [&](const Value &value) { return momentCount(type.kind, value.toTimestamp()); });
        break;
    case DuckDbKind::List: fillLists(type, vector, values, begin); break;
    case DuckDbKind::Struct: fillStructs(type, vector, values, begin); break;
    default:
        for (size_t i = 0; i < values.size(); ++i) {
            if (values[i].isNull())
                continue;
            const bool isText = values[i].isText() || type.kind == DuckDbKind::Blob;
            const std::string text = isText ? std::string(values[i].toText()) : toPlain(values[i]);
            m_duckdb.vector_assign_string_element_len(vector, begin + i, text.data(), text.size());
        }
    }
    setNulls(vector, values, begin);
}

/// False: the column isn't packed as the type is, or has nulls.
bool DuckDbChunk::fillPacked(const DuckDbType &type,
                             DuckDbHandle vector,
                             const Column &column,
                             std::span<const uint32_t> rows)
{
    if (column.hasNulls())
        return false;
    if (type.kind == DuckDbKind::BigInt && column.type() == ColumnType::Integer) {
        auto *const to = static_cast<int64_t *>(m_duckdb.vector_get_data(vector));
        for (size_t i = 0; i < rows.size(); ++i)
            to[i] = column.integers()[rows[i]];
    } else if (type.kind == DuckDbKind::Double && column.type() == ColumnType::Real) {
        auto *const to = static_cast<double *>(m_duckdb.vector_get_data(vector));
        for (size_t i = 0; i < rows.size(); ++i)
            to[i] = column.reals()[rows[i]];
    } else if (type.kind == DuckDbKind::Varchar && column.type() == ColumnType::Text) {
        for (size_t i = 0; i < rows.size(); ++i) {
            const std::string_view text = column.text(rows[i]);
            m_duckdb.vector_assign_string_element_len(vector, i, text.data(), text.size());
        }
    } else {
        return false;
    }
    return true;
}

void DuckDbChunk::fill(uint64_t place, const DuckDbType &type, const Column *column, std::span<const uint32_t> rows)
{
    const DuckDbHandle vector = m_duckdb.data_chunk_get_vector(m_chunk, place);
    if (column && fillPacked(type, vector, *column, rows))
        return;
    m_values.clear();
    for (const uint32_t row : rows)
        m_values.push_back(column ? column->value(row) : Value());
    fillValues(type, vector, m_values, 0);
}

} // namespace millrace
