// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "duckdb/values/DuckDbTypeGuess.h"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

namespace millrace {

/// The columns of a table that items go into: fields and types are those of the first items, which are kept until they are known. One thread at
/// a time.
class DuckDbColumns
{
public:
    static constexpr size_t LookedAt = 1000;           ///< items that the types follow from
    static constexpr uint64_t MostLooked = 4ull << 20; ///< bytes of them

    struct Column
    {
        std::string name;
        DuckDbType type;
    };
    /// Items of a batch that go into the table.
    struct Rows
    {
        const Batch *batch = nullptr;
        std::vector<const millrace::Column *> columns; ///< for each of the table's; null: the items have no such field
        std::vector<uint32_t> rows;
    };

    /// Looks at the items, and keeps them. False: the columns are known by now, and nothing was done.
    bool look(const Batch &batch);
    /// Whether enough was looked at for decide().
    bool isReady() const { return m_items >= LookedAt || m_bytes >= MostLooked; }
    bool isDecided() const { return m_isDecided; }
    /// The columns as they would be now: names that differ in case alone fail.
    Result<std::vector<Column>> guess() const;
    /// From now on they are so. The items that were looked at are all in kept(), and fit.
    Result<> decide();
    const std::vector<Column> &columns() const { return m_columns; }
    std::deque<Batch> &kept() { return m_kept; }
    /// Which items fit; the others fail in the batch, with the field and the value.
    Rows fitting(Batch &batch) const;

private:
    struct Seen
    {
        Field field;
        DuckDbTypeGuess guess;
    };

    void noteColumn(Seen &seen, const millrace::Column &column);
    std::string problemOf(const Batch &batch, const Rows &rows, std::span<const size_t> unknown, uint32_t row) const;

    std::vector<Seen> m_seen;
    std::vector<Column> m_columns;
    std::deque<Batch> m_kept;
    size_t m_items = 0;
    uint64_t m_bytes = 0;
    bool m_isDecided = false;
};

} // namespace millrace
