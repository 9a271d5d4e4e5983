// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "steps/arrange/Accumulator.h"
#include "steps/keys/KeyTable.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// Groups of items by their keys, in the order in which they first came, with what a few calls know of each. One thread at a time.
class GroupTable
{
public:
    void start(size_t keys, const std::vector<AggregateCall> &calls);
    /// The columns of a batch whose items come next: of the keys, then of the calls. Null: no item has the field.
    void bind(std::span<const Column *const> columns) { m_columns.assign(columns.begin(), columns.end()); }
    /// Adds items of these columns to their groups. Those of new groups are left over where `mayGrow` is false, in `leftOver`, with
    /// their keys' hashes. `firstPlace`: of row 0 among all items; a group's place is that of its first item.
    void add(std::span<const uint32_t> rows,
             bool mayGrow,
             std::vector<uint32_t> &leftOver,
             std::vector<uint64_t> &hashes);
    /// A group that all those items belong to, whatever their keys; the next add() or startGroup() begins another one.
    void startGroup(uint32_t row);
    void addToLast(std::span<const uint32_t> rows);

    size_t size() const { return m_firstRows.size(); }
    /// In bytes, about.
    uint64_t byteSize() const;
    /// Appends groups to columns, one for each key and call.
    Result<> appendTo(std::span<Column> columns, size_t begin, size_t end) const;
    /// Where each group's first item stood: what place() said of its row.
    std::span<const int64_t> places() const { return m_firstRows; }
    /// What to add to a row for its place, or where its place stands.
    void setPlaces(int64_t first, const Column *places)
    {
        m_firstPlace = first;
        m_places = places;
    }
    void clear();

private:
    uint32_t newGroup(uint32_t row);
    void addToCalls(std::span<const uint32_t> rows);

    size_t m_keyCount = 0;
    KeyTable m_table;
    std::vector<std::vector<Value>> m_keys; ///< by key, then by group
    uint64_t m_outside = 0;                 ///< bytes of m_keys
    std::vector<int64_t> m_firstRows;
    std::vector<std::unique_ptr<Accumulator>> m_calls;
    std::vector<const Column *> m_columns;
    const Column *m_places = nullptr;
    int64_t m_firstPlace = 0;
    std::vector<uint32_t> m_rows, m_groups;
    std::string m_key;
};

} // namespace millrace
