// SPDX-License-Identifier: MIT
#include "duckdb/DuckDbTable.h"

#include "duckdb/DuckDbQuery.h"
#include "duckdb/values/DuckDbChunk.h"

#include <algorithm>
#include <span>

namespace millrace {

DuckDbTable::~DuckDbTable()
{
    if (m_chunk)
        m_duckdb.destroy_data_chunk(&m_chunk);
    if (m_appender)
        m_duckdb.appender_destroy(&m_appender);
}

Failure DuckDbTable::appenderFailure() const
{
    const char *const message = m_duckdb.appender_error(m_appender);
    return Failure{duckDbProblem(message ? message : "The items can't be taken.")};
}

Result<> DuckDbTable::make(const std::vector<DuckDbColumns::Column> &columns)
{
    std::string list;
    for (const DuckDbColumns::Column &column : columns)
        list += (list.empty() ? "" : ", ") + duckDbName(column.name) + ' ' + column.type.sql();
    return m_session.run("CREATE OR REPLACE TABLE " + duckDbName(m_name) + " (" + list + ')');
}

Result<std::vector<DuckDbColumns::Column>> DuckDbTable::columns() const
{
    return m_columns.isDecided() ? Result<std::vector<DuckDbColumns::Column>>(m_columns.columns()) : m_columns.guess();
}

bool DuckDbTable::hasChanged()
{
    auto now = columns();
    if (!now)
        return true;
    const auto isSame = [](const DuckDbColumns::Column &a, const DuckDbColumns::Column &b) {
        return a.name == b.name && a.type == b.type;
    };
    const bool hasChanged = !std::ranges::equal(*now, m_told, isSame);
    m_told = *std::move(now);
    return hasChanged;
}

Result<SchemaPtr> DuckDbTable::schemaOf(const std::string &query, const std::vector<DuckDbColumns::Column> &columns)
{
    if (columns.empty() || m_appender)
        return emptySchema();
    if (auto made = make(columns); !made)
        return made.forward();
    const size_t length = query.find_last_not_of(" \t\r\n;") + 1; // npos + 1 is 0
    DuckDbStatement statement{"SELECT * FROM (", 0, length};
    statement.begin = statement.sql.size();
    statement.sql += query.substr(0, length) + "\n) LIMIT 0";
    DuckDbQuery look(m_session);
    if (auto begun = look.begin(statement, {}); !begun)
        return begun.forward();
    return look.schema();
}

/// The columns are known: the items go in that were kept until then.
Result<> DuckDbTable::begin()
{
    if (auto decided = m_columns.decide(); !decided)
        return decided;
    if (m_columns.columns().empty())
        return {};
    if (auto made = make(m_columns.columns()); !made)
        return made;
    if (m_duckdb.appender_create(m_session.connection(), nullptr, m_name.c_str(), &m_appender) != DuckDbSuccess)
        return appenderFailure();
    std::vector<DuckDbHandle> types;
    for (const DuckDbColumns::Column &column : m_columns.columns())
        types.push_back(column.type.make(m_duckdb));
    m_chunk = m_duckdb.create_data_chunk(types.data(), types.size());
    for (DuckDbHandle &type : types)
        m_duckdb.destroy_logical_type(&type);
    for (Batch &batch : m_columns.kept())
        if (auto appended = append(m_columns.fitting(batch)); !appended)
            return appended;
    m_columns.kept().clear();
    return {};
}

Result<> DuckDbTable::append(const DuckDbColumns::Rows &rows)
{
    const size_t most = m_duckdb.vector_size();
    for (size_t begin = 0; begin < rows.rows.size(); begin += most) {
        const std::span<const uint32_t> some =
            std::span(rows.rows).subspan(begin, std::min(most, rows.rows.size() - begin));
        m_duckdb.data_chunk_reset(m_chunk);
        DuckDbChunk chunk(m_duckdb, m_chunk);
        for (size_t i = 0; i < rows.columns.size(); ++i)
            chunk.fill(i, m_columns.columns()[i].type, rows.columns[i], some);
        chunk.setSize(some.size());
        if (m_duckdb.append_data_chunk(m_appender, m_chunk) != DuckDbSuccess)
            return appenderFailure();
    }
    return {};
}

Result<> DuckDbTable::add(Batch &batch)
{
    m_bytes += batch.byteSize();
    if (m_columns.look(batch))
        return m_columns.isReady() ? begin() : Result<>();
    if (!m_appender)
        return failure(ErrorKind::Fields, "The items have no fields, so that there are no columns for a query.");
    return append(m_columns.fitting(batch));
}

Result<> DuckDbTable::finish()
{
    if (!m_columns.isDecided())
        if (auto begun = begin(); !begun)
            return begun;
    if (!m_appender)
        return {};
    const bool isClosed = m_duckdb.appender_close(m_appender) == DuckDbSuccess;
    Result<> outcome;
    if (!isClosed)
        outcome = appenderFailure();
    m_duckdb.appender_destroy(&m_appender);
    m_appender = nullptr;
    return outcome;
}

} // namespace millrace
