// SPDX-License-Identifier: MIT
#pragma once

#include "duckdb/DuckDbSession.h"
#include "duckdb/values/DuckDbColumns.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// A table that items go into, for queries. One thread at a time, within the session's life.
class DuckDbTable
{
public:
    DuckDbTable(DuckDbSession &session, std::string name)
        : m_session(session), m_duckdb(session.duckdb()), m_name(std::move(name))
    {}
    ~DuckDbTable();
    DuckDbTable(const DuckDbTable &) = delete;
    DuckDbTable &operator=(const DuckDbTable &) = delete;

    /// Takes the batch's items; those that don't fit fail in it.
    Result<> add(Batch &batch);
    /// All have come: the table has them.
    Result<> finish();
    /// The columns, as far as they are known.
    Result<std::vector<DuckDbColumns::Column>> columns() const;
    /// Whether they may be others than when this was last asked.
    bool hasChanged();
    /// Whether items are in it by now: its columns are what they are, then.
    bool hasItems() const { return m_appender; }
    /// The fields of a query over the table, if it had those columns. Not once items are in it.
    Result<SchemaPtr> schemaOf(const std::string &query, const std::vector<DuckDbColumns::Column> &columns);
    /// Bytes of all items that were taken, about.
    uint64_t takenBytes() const { return m_bytes; }

private:
    Result<> make(const std::vector<DuckDbColumns::Column> &columns);
    Result<> begin();
    Result<> append(const DuckDbColumns::Rows &rows);
    Failure appenderFailure() const;

    DuckDbSession &m_session;
    const DuckDbFunctions &m_duckdb;
    std::string m_name;
    DuckDbColumns m_columns;
    DuckDbHandle m_appender = nullptr, m_chunk = nullptr;
    std::vector<DuckDbColumns::Column> m_told; ///< when hasChanged() was last asked
    uint64_t m_bytes = 0;
};

} // namespace millrace
