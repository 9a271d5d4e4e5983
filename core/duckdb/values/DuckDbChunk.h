// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"
#include "duckdb/values/DuckDbType.h"

#include <cstdint>
#include <span>
#include <vector>

namespace millrace {

/// Writes items into the vectors of a chunk of DuckDB's. The values fit the types (duckDbMisfit()). One thread at a time.
class DuckDbChunk
{
public:
    DuckDbChunk(const DuckDbFunctions &duckdb, DuckDbHandle chunk) : m_duckdb(duckdb), m_chunk(chunk) {}

    /// Fills a column with these rows of one of the batch's; null: the items have no such field.
    void fill(uint64_t place, const DuckDbType &type, const Column *column, std::span<const uint32_t> rows);
    void setSize(uint64_t rows) { m_duckdb.data_chunk_set_size(m_chunk, rows); }

private:
    void fillValues(const DuckDbType &type, DuckDbHandle vector, std::span<const Value> values, uint64_t begin);
    void fillLists(const DuckDbType &type, DuckDbHandle vector, std::span<const Value> values, uint64_t begin);
    void fillStructs(const DuckDbType &type, DuckDbHandle vector, std::span<const Value> values, uint64_t begin);
    void setNulls(DuckDbHandle vector, std::span<const Value> values, uint64_t begin);
    bool fillPacked(const DuckDbType &type, DuckDbHandle vector, const Column &column, std::span<const uint32_t> rows);

    const DuckDbFunctions &m_duckdb;
    DuckDbHandle m_chunk;
    std::vector<Value> m_values; ///< of a column, for as long as it is filled
};

} // namespace millrace
