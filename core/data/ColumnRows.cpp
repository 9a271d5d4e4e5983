// SPDX-License-Identifier: MIT
// Rows of columns: which are kept, and which are appended to others.
#include "data/Column.h"

#include <algorithm>

namespace millrace {

namespace {

/// Keeps vector[rows[0]], vector[rows[1]], … in place; rows ascend.
template <class T>
void keepIn(std::vector<T> &vector, std::span<const uint32_t> rows)
{
    T *const items = vector.data();
    size_t at = 0;
    while (at < rows.size() && rows[at] == at)
        ++at;
    for (; at < rows.size(); ++at)
        items[at] = std::move(items[rows[at]]);
    vector.resize(rows.size());
}

template <class T>
void gather(std::vector<T> &to, const std::vector<T> &from, std::span<const uint32_t> rows)
{
    const size_t begin = to.size();
    to.resize(begin + rows.size());
    T *const target = to.data() + begin;
    for (size_t i = 0; i < rows.size(); ++i)
        target[i] = from[rows[i]];
}

} // namespace

/// Of these rows of another column, which are appended from row `begin` on.
void Column::gatherWritten(const Column &other, std::span<const uint32_t> rows, size_t begin)
{
    if (!other.m_data->hasWritten || type() == ColumnType::Text)
        return;
    for (size_t i = 0; i < rows.size(); ++i)
        if (const std::string_view text = other.written(rows[i]); !text.empty())
            setWritten(begin + i, text);
}

void Column::appendRows(const Column &other, std::span<const uint32_t> rows)
{
    if (&other == this || other.m_data == m_data) {
        Column copy;
        copy = other; // which detach() may be about to change
        detach();
        return appendPlain(copy, rows);
    }
    if (rows.empty())
        return;
    if (size() == 0 && type() != other.type())
        reset(other.type());
    detach();
    appendPlain(other, rows);
}

void Column::appendPlain(const Column &other, std::span<const uint32_t> rows)
{
    if (rows.empty())
        return;
    const size_t begin = size();
    if (m_data->type != other.type()) {
        for (const uint32_t row : rows)
            append(other.value(row));
        return gatherWritten(other, rows, begin);
    }
    switch (m_data->type) {
    case ColumnType::Integer: gather(m_data->integers, other.m_data->integers, rows); break;
    case ColumnType::Real: gather(m_data->reals, other.m_data->reals, rows); break;
    case ColumnType::Text: return appendTexts(other, rows);
    case ColumnType::Any: gather(m_data->values, other.m_data->values, rows); return gatherWritten(other, rows, begin);
    }
    gatherWritten(other, rows, begin);
    if (!other.m_data->nulls.empty()) {
        m_data->nulls.resize(begin);
        gather(m_data->nulls, other.m_data->nulls, rows);
    } else if (!m_data->nulls.empty()) {
        m_data->nulls.resize(begin + rows.size());
    }
}

void Column::appendTexts(const Column &other, std::span<const uint32_t> rows)
{
    if (other.m_data->block && m_data->refs.empty() && !m_data->block)
        setBlock(other.m_data->block);
    if (m_data->block && m_data->block == other.m_data->block)
        return gather(m_data->refs, other.m_data->refs, rows);
    for (const uint32_t row : rows) {
        if (other.isNull(row))
            append(other.nullOf(row));
        else
            appendText(other.text(row));
    }
}

/// Both ascend.
void Column::keepWritten(std::span<const uint32_t> rows)
{
    if (!m_data->hasWritten)
        return;
    std::vector<WrittenValue> &values = m_data->written;
    size_t kept = 0;
    auto row = rows.begin();
    for (const WrittenValue &value : values) {
        row = std::lower_bound(row, rows.end(), value.row);
        if (row != rows.end() && *row == value.row)
            values[kept++] = {uint32_t(row - rows.begin()), value.offset, value.length};
    }
    values.resize(kept);
    m_data->hasWritten = kept > 0;
}

void Column::keepRows(std::span<const uint32_t> rows)
{
    if (rows.size() == size())
        return;
    if (!isUnique()) {
        Column kept(type());
        kept.appendPlain(*this, rows);
        *this = std::move(kept);
        return;
    }
    keepWritten(rows);
    switch (m_data->type) {
    case ColumnType::Integer: keepIn(m_data->integers, rows); break;
    case ColumnType::Real: keepIn(m_data->reals, rows); break;
    case ColumnType::Text: keepIn(m_data->refs, rows); return;
    case ColumnType::Any: keepIn(m_data->values, rows); return;
    }
    if (m_data->nulls.empty())
        return;
    keepIn(m_data->nulls, rows);
    if (std::ranges::all_of(m_data->nulls, [](uint8_t mark) { return mark == 0; }))
        m_data->nulls.clear();
}

} // namespace millrace
