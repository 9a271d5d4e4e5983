// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/KeyTable.h"
#include "steps/keys/ValueOrder.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// How many items of each group have come: of those that are equal in some fields, or of all.
class GroupCounts
{
public:
    static constexpr uint64_t MostBytes = 1ull << 30; ///< of keys and counts

    void start(std::vector<std::string> by)
    {
        *this = GroupCounts();
        m_by = std::move(by);
    }
    void bind(const Batch &batch) { findColumns(batch, m_by, m_columns); }
    /// Where the group's next items are counted, from 0. Valid until the next call.
    int64_t &of(uint32_t row)
    {
        if (m_by.empty())
            return m_all;
        m_key.clear();
        for (const Column *column : m_columns)
            appendKey(m_key, column, row);
        const uint64_t hash = KeyTable::hashOf(m_key);
        auto number = m_table.find(m_key, hash);
        if (!number) {
            m_counts.push_back(0); // first, so that each key has one
            number = m_table.add(m_key, hash);
        }
        return m_counts[*number];
    }
    bool isTooLarge() const { return m_table.byteSize() + m_counts.capacity() * sizeof(int64_t) > MostBytes; }
    static Failure tooLarge()
    {
        return failure(ErrorKind::Memory,
                       "There are more groups than 1 GiB of memory holds; name fewer or other fields in \"by\".");
    }

private:
    std::vector<std::string> m_by;
    std::vector<const Column *> m_columns;
    KeyTable m_table;
    std::vector<int64_t> m_counts;
    int64_t m_all = 0;
    std::string m_key;
};

} // namespace millrace
