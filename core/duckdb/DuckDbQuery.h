// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "duckdb/DuckDbSession.h"
#include "duckdb/values/DuckDbVector.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// The rows of a query, computed as they are asked for: what isn't asked for yet isn't kept. One thread at a time, within the session's life.
class DuckDbQuery
{
public:
    /// Asked now and then while something is computed; true: it isn't wanted any more.
    using Interrupted = std::function<bool()>;

    explicit DuckDbQuery(DuckDbSession &session) : m_session(session), m_duckdb(session.duckdb()) {}
    ~DuckDbQuery();
    DuckDbQuery(const DuckDbQuery &) = delete;
    DuckDbQuery &operator=(const DuckDbQuery &) = delete;

    /// Runs a statement, which must be one and only read. Fails with a sentence, also where a column can't be read.
    Result<> begin(const DuckDbStatement &statement, Interrupted isInterrupted);
    /// The columns, with names that are made different where they repeat. Once it has begun.
    const SchemaPtr &schema() const { return m_schema; }
    /// Fills the batch with the next rows: so many at most, or fewer that hold so many bytes. False: there are none left.
    Result<bool> fetch(Batch &batch, size_t items, uint64_t bytes);

private:
    Result<> prepare(DuckDbHandle &prepared);
    Result<> execute(DuckDbHandle prepared);
    Result<> describe();
    Result<bool> nextChunk();
    void dropChunk();

    DuckDbSession &m_session;
    const DuckDbFunctions &m_duckdb;
    DuckDbStatement m_statement;
    Interrupted m_isInterrupted;
    std::optional<DuckDbResult> m_result;
    std::vector<DuckDbType> m_types;
    SchemaPtr m_schema = emptySchema();
    DuckDbHandle m_chunk = nullptr;
    std::vector<DuckDbVector> m_vectors; ///< of the chunk
    bool m_isOver = false;               ///< there is no further one
    uint64_t m_row = 0, m_rows = 0;      ///< the next one in the chunk, and how many it has
};

} // namespace millrace
