// SPDX-License-Identifier: MIT
#include "duckdb/ParquetWriter.h"

#include "data/errors/ExceptionError.h"
#include "duckdb/values/DuckDbChunk.h"

#include <algorithm>
#include <span>

namespace millrace {

namespace {

thread_local ParquetWriter *writerOfThread = nullptr; ///< the one whose thread it is

} // namespace

ParquetWriter::ParquetWriter(std::unique_ptr<DuckDbSession> session, std::vector<DuckDbColumns::Column> columns)
    : m_session(std::move(session)), m_duckdb(m_session->duckdb()), m_columns(std::move(columns))
{}

ParquetWriter::~ParquetWriter()
{
    (void)finish();
}

Result<std::unique_ptr<ParquetWriter>> ParquetWriter::open(const Settings &settings,
                                                           std::vector<DuckDbColumns::Column> columns)
{
    auto session = DuckDbSession::open({.memory = settings.memory, .threads = 1, .files = {settings.path}});
    if (!session)
        return session.forward();
    std::unique_ptr<ParquetWriter> writer(new ParquetWriter(*std::move(session), std::move(columns)));
    if (auto offered = writer->offerRows(); !offered)
        return offered.forward();
    const std::string sql = "COPY (FROM millrace_rows()) TO " + duckDbText(settings.path)
                            + " (FORMAT parquet, USE_TMP_FILE false, COMPRESSION " + settings.compression + ')';
    writer->m_thread = std::thread([own = writer.get(), sql] { own->work(sql); });
    return writer;
}

/// Makes a table function of what is written. DuckDB calls it on the thread that called DuckDB, for it has no other one here; and what is called
/// from C lets no exception out.
Result<> ParquetWriter::offerRows()
{
    DuckDbHandle function = m_duckdb.create_table_function();
    m_duckdb.table_function_set_name(function, "millrace_rows");
    m_duckdb.table_function_set_bind(function, [](DuckDbHandle info) {
        if (writerOfThread)
            writerOfThread->bind(info);
    });
    m_duckdb.table_function_set_init(function, [](DuckDbHandle info) {
        if (writerOfThread)
            writerOfThread->m_duckdb.init_set_max_threads(info, 1);
    });
    m_duckdb.table_function_set_function(function, [](DuckDbHandle info, DuckDbHandle chunk) {
        if (writerOfThread)
            writerOfThread->fill(info, chunk);
    });
    const int registered = m_duckdb.register_table_function(m_session->connection(), function);
    m_duckdb.destroy_table_function(&function);
    return registered == DuckDbSuccess ? Result<>() : failure(ErrorKind::Database, "DuckDB takes no table of rows.");
}

void ParquetWriter::bind(DuckDbHandle info) const
{
    for (const DuckDbColumns::Column &column : m_columns) {
        DuckDbHandle type = column.type.make(m_duckdb);
        m_duckdb.bind_add_result_column(info, column.name.c_str(), type);
        m_duckdb.destroy_logical_type(&type);
    }
}

void ParquetWriter::fill(DuckDbHandle info, DuckDbHandle chunk)
{
    try {
        fillChunk(chunk);
    } catch (const std::exception &exception) {
        m_duckdb.function_set_error(info, exception.what());
    } catch (...) {
        m_duckdb.function_set_error(info, "The rows can't be given.");
    }
}

/// Waits for rows, and gives as many as a chunk takes. None: there are no more.
void ParquetWriter::fillChunk(DuckDbHandle handle)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_rows || m_isOver; });
    DuckDbChunk chunk(m_duckdb, handle);
    if (!m_rows) {
        chunk.setSize(0);
        return;
    }
    const size_t count = std::min<size_t>(m_duckdb.vector_size(), m_rows->rows.size() - m_next);
    const std::span<const uint32_t> rows = std::span(m_rows->rows).subspan(m_next, count);
    for (size_t i = 0; i < m_columns.size(); ++i)
        chunk.fill(i, m_columns[i].type, m_rows->columns[i], rows);
    chunk.setSize(count);
    m_next += count;
    if (m_next < m_rows->rows.size())
        return;
    m_rows = nullptr;
    m_changed.notify_all();
}

void ParquetWriter::work(const std::string &sql)
{
    writerOfThread = this;
    Result<> outcome;
    try {
        outcome = m_session->run(sql);
    } catch (...) {
        outcome = Failure{currentError()};
    }
    const std::lock_guard lock(m_mutex);
    if (outcome && !m_isOver)
        outcome = failure(ErrorKind::Database, "DuckDB has ended the file before all rows were written.");
    m_outcome = std::move(outcome);
    m_isDone = true;
    m_changed.notify_all();
}

Result<> ParquetWriter::write(const DuckDbColumns::Rows &rows)
{
    if (rows.rows.empty())
        return {};
    std::unique_lock lock(m_mutex);
    m_rows = &rows;
    m_next = 0;
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return !m_rows || m_isDone; });
    m_rows = nullptr;
    return m_isDone && !m_outcome ? m_outcome.forward() : Result<>();
}

Result<> ParquetWriter::finish()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isOver = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    return m_outcome ? Result<>() : m_outcome.forward();
}

} // namespace millrace
