// SPDX-License-Identifier: MIT
#include "steps/arrange/GroupTable.h"

#include "steps/keys/ValueOrder.h"

namespace millrace {

void GroupTable::start(size_t keys, const std::vector<AggregateCall> &calls)
{
    *this = GroupTable();
    m_keyCount = keys;
    m_keys.resize(keys);
    for (const AggregateCall &call : calls)
        m_calls.push_back(Accumulator::make(call));
}

uint32_t GroupTable::newGroup(uint32_t row)
{
    const auto group = uint32_t(m_firstRows.size());
    for (size_t i = 0; i < m_keyCount; ++i) {
        m_keys[i].push_back(m_columns[i] ? m_columns[i]->value(row) : Value());
        m_outside += m_keys[i].back().heapSize();
    }
    m_firstRows.push_back(m_places ? m_places->integers()[row] : m_firstPlace + int64_t(row));
    return group;
}

void GroupTable::add(std::span<const uint32_t> rows,
                     bool mayGrow,
                     std::vector<uint32_t> &leftOver,
                     std::vector<uint64_t> &hashes)
{
    m_rows.clear();
    m_groups.clear();
    for (const uint32_t row : rows) {
        m_key.clear();
        for (size_t i = 0; i < m_keyCount; ++i)
            appendKey(m_key, m_columns[i], row);
        const uint64_t hash = KeyTable::hashOf(m_key);
        auto group = m_table.find(m_key, hash);
        if (!group && !mayGrow) {
            leftOver.push_back(row);
            hashes.push_back(hash);
            continue;
        }
        if (!group) {
            group = m_table.add(m_key, hash);
            newGroup(row);
        }
        m_rows.push_back(row);
        m_groups.push_back(*group);
    }
    addToCalls(m_rows);
}

void GroupTable::startGroup(uint32_t row)
{
    newGroup(row);
}

void GroupTable::addToLast(std::span<const uint32_t> rows)
{
    m_groups.assign(rows.size(), uint32_t(m_firstRows.size() - 1));
    addToCalls(rows);
}

void GroupTable::addToCalls(std::span<const uint32_t> rows)
{
    for (size_t i = 0; i < m_calls.size(); ++i) {
        m_calls[i]->resize(m_firstRows.size());
        m_calls[i]->add(m_columns[m_keyCount + i], rows, m_groups);
    }
}

uint64_t GroupTable::byteSize() const
{
    uint64_t bytes = m_table.byteSize() + m_outside + m_firstRows.capacity() * sizeof(int64_t);
    for (const auto &keys : m_keys)
        bytes += keys.capacity() * sizeof(Value);
    for (const auto &call : m_calls)
        bytes += call->byteSize();
    return bytes;
}

Result<> GroupTable::appendTo(std::span<Column> columns, size_t begin, size_t end) const
{
    for (size_t i = 0; i < m_keyCount; ++i)
        for (size_t group = begin; group < end; ++group)
            columns[i].append(m_keys[i][group]);
    for (size_t i = 0; i < m_calls.size(); ++i)
        for (size_t group = begin; group < end; ++group) {
            const auto value = m_calls[i]->result(group);
            if (!value)
                return value.forward();
            columns[m_keyCount + i].append(*value);
        }
    return {};
}

void GroupTable::clear()
{
    m_table.clear();
    for (auto &keys : m_keys)
        keys = {};
    m_outside = 0;
    m_firstRows = {};
    for (auto &call : m_calls)
        call->clear();
}

} // namespace millrace
