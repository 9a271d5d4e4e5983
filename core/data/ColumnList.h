// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace millrace {

/// The columns of a batch, spare ones behind those that count. The first lies in place, so that batches of one field need no
/// further memory for the list, nor a cache line of it. There is always a first one, if only a spare one.
class ColumnList
{
public:
    size_t size() const { return 1 + m_others.size(); }
    Column &operator[](size_t index) { return index == 0 ? m_first : m_others[index - 1]; }
    const Column &operator[](size_t index) const { return index == 0 ? m_first : m_others[index - 1]; }
    void growTo(size_t size)
    {
        if (size > this->size())
            m_others.resize(size - 1);
    }
    void append(Column column) { m_others.push_back(std::move(column)); }
    /// Takes the last one away.
    Column takeLast()
    {
        if (m_others.empty())
            return std::move(m_first);
        Column last = std::move(m_others.back());
        m_others.pop_back();
        return last;
    }
    /// Replaces them all.
    void assign(std::vector<Column> columns)
    {
        m_first = columns.empty() ? Column() : std::move(columns.front());
        if (!columns.empty())
            columns.erase(columns.begin());
        m_others = std::move(columns);
    }

private:
    Column m_first;
    std::vector<Column> m_others;
};

} // namespace millrace
