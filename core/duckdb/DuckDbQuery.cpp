// SPDX-License-Identifier: MIT
#include "duckdb/DuckDbQuery.h"

#include "data/text/Quote.h"
#include "data/text/UniqueNames.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <unordered_set>
#include <utility>

namespace millrace {

namespace {

constexpr auto WaitForOthers = std::chrono::microseconds(200); ///< who work on the last tasks

Failure wasInterrupted()
{
    return failure(ErrorKind::Interrupted, "The query was stopped.");
}

} // namespace

DuckDbQuery::~DuckDbQuery()
{
    dropChunk();
    if (m_result)
        m_duckdb.destroy_result(&*m_result);
}

Result<> DuckDbQuery::begin(const DuckDbStatement &statement, Interrupted isInterrupted)
{
    m_statement = statement;
    m_isInterrupted = std::move(isInterrupted);
    DuckDbHandle prepared = nullptr;
    auto begun = prepare(prepared);
    if (begun)
        begun = execute(prepared);
    m_duckdb.destroy_prepare(&prepared);
    return begun ? describe() : std::move(begun);
}

Result<> DuckDbQuery::prepare(DuckDbHandle &prepared)
{
    DuckDbHandle statements = nullptr;
    const uint64_t count = m_duckdb.extract_statements(m_session.connection(), m_statement.sql.c_str(), &statements);
    Result<> done;
    const char *message = nullptr;
    if (count == 0 && (message = m_duckdb.extract_statements_error(statements)))
        done = Failure{duckDbProblem(message, &m_statement)};
    else if (count != 1)
        done =
            failure(ErrorKind::Param, "The " + m_statement.name + (count == 0 ? " is empty" : " is several statements")
                                          + "; write one, which gives rows.");
    else if (m_duckdb.prepare_extracted_statement(m_session.connection(), statements, 0, &prepared) != DuckDbSuccess)
        done = Failure{duckDbProblem(m_duckdb.prepare_error(prepared), &m_statement)};
    else if (m_duckdb.prepared_statement_type(prepared) != DuckDbSelect)
        done = failure(ErrorKind::Param, "The " + m_statement.name
                                             + " is no statement that only reads; write one that begins with SELECT, "
                                               "WITH or FROM.");
    else if (m_duckdb.nparams(prepared) > 0)
        done = failure(ErrorKind::Param,
                       "The " + m_statement.name + " has a parameter, such as ? or $1, for which there is no value.");
    m_duckdb.destroy_extracted(&statements);
    return done;
}

/// Until the first rows are there: what has to be sorted or grouped as a whole is so by then.
Result<> DuckDbQuery::execute(DuckDbHandle prepared)
{
    DuckDbHandle pending = nullptr;
    Result<> done;
    if (m_duckdb.pending_prepared_streaming(prepared, &pending) != DuckDbSuccess) {
        done = Failure{duckDbProblem(m_duckdb.pending_error(pending), &m_statement)};
        m_duckdb.destroy_pending(&pending);
        return done;
    }
    int state = DuckDbNotReady;
    while (state == DuckDbNotReady || state == DuckDbNoTasks) {
        if (m_isInterrupted && m_isInterrupted()) {
            m_duckdb.interrupt(m_session.connection());
            m_duckdb.destroy_pending(&pending);
            return wasInterrupted();
        }
        state = m_duckdb.pending_execute_task(pending);
        if (state == DuckDbNoTasks)
            std::this_thread::sleep_for(WaitForOthers);
    }
    if (state == DuckDbBroken) {
        done = Failure{duckDbProblem(m_duckdb.pending_error(pending), &m_statement)};
    } else {
        m_result.emplace();
        if (m_duckdb.execute_pending(pending, &*m_result) != DuckDbSuccess) {
            const char *const message = m_duckdb.result_error(&*m_result);
            done = Failure{duckDbProblem(message ? message : "It failed.", &m_statement)};
        }
    }
    m_duckdb.destroy_pending(&pending);
    return done;
}

Result<> DuckDbQuery::describe()
{
    const uint64_t count = m_duckdb.column_count(&*m_result);
    UniqueNames names;
    std::vector<std::string> given;
    for (uint64_t i = 0; i < count; ++i) {
        given.emplace_back(m_duckdb.column_name(&*m_result, i));
        if (std::ranges::count(given, given.back()) == 1)
            names.reserve(given.back());
    }
    std::unordered_set<std::string> seen;
    std::vector<Field> fields;
    m_types.reserve(count);
    for (uint64_t i = 0; i < count; ++i) {
        DuckDbType type = DuckDbType::take(m_duckdb, m_duckdb.column_logical_type(&*m_result, i));
        if (type.unreadable() != 0)
            return failure(ErrorKind::Type, "The column " + inQuotes(given[i])
                                                + " has a type that items have no values for; make it a text in a "
                                                  "query, as CAST("
                                                + duckDbName(given[i]) + " AS VARCHAR).");
        const std::string name = seen.insert(given[i]).second ? given[i] : names.add(given[i]);
        fields.push_back({name, type.valueType()});
        m_types.push_back(std::move(type));
    }
    m_schema = std::make_shared<const Schema>(std::move(fields));
    return {};
}

void DuckDbQuery::dropChunk()
{
    m_vectors.clear();
    if (m_chunk)
        m_duckdb.destroy_data_chunk(&m_chunk);
    m_chunk = nullptr;
    m_row = m_rows = 0;
}

/// False: there are no more rows.
Result<bool> DuckDbQuery::nextChunk()
{
    while (m_row == m_rows) {
        dropChunk();
        if (m_isOver) // it may not be asked again
            return false;
        if (m_isInterrupted && m_isInterrupted())
            return wasInterrupted();
        m_chunk = m_duckdb.fetch_chunk(*m_result);
        if (!m_chunk) {
            m_isOver = true;
            if (const char *const message = m_duckdb.result_error(&*m_result); message && *message)
                return Failure{duckDbProblem(message, &m_statement)};
            return false;
        }
        m_rows = m_duckdb.data_chunk_get_size(m_chunk);
        m_isOver = m_rows == 0; // an empty one stands at the end
        if (m_isOver)
            return false;
        for (uint64_t i = 0; i < m_types.size(); ++i)
            m_vectors.emplace_back(m_duckdb, m_types[i], m_duckdb.data_chunk_get_vector(m_chunk, i));
    }
    return true;
}

Result<bool> DuckDbQuery::fetch(Batch &batch, size_t items, uint64_t bytes)
{
    constexpr uint64_t Piece = 64; ///< rows, after which bytes are looked at
    batch.reset(m_schema);
    size_t rows = 0;
    uint64_t held = 0;
    while (rows < items && (rows == 0 || held < bytes)) {
        const auto any = nextChunk();
        if (!any)
            return any.forward();
        if (!*any)
            break;
        uint64_t count = std::min<uint64_t>(items - rows, m_rows - m_row);
        if (bytes != UINT64_MAX)
            count = std::min(count, Piece);
        for (size_t i = 0; i < m_vectors.size(); ++i) {
            m_vectors[i].appendTo(batch.columnToChange(i), m_row, count);
            held += count * sizeof(double) + m_vectors[i].textBytes(m_row, count);
        }
        m_row += count;
        rows += count;
    }
    batch.setSize(rows);
    return rows > 0;
}

} // namespace millrace
