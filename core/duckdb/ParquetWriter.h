// SPDX-License-Identifier: MIT
#pragma once

#include "duckdb/DuckDbSession.h"
#include "duckdb/values/DuckDbColumns.h"

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace millrace {

/// Writes a Parquet file: DuckDB asks for the rows on a thread of the writer's own, and gives row groups to the disk as they are full. One thread
/// at a time.
class ParquetWriter
{
public:
    struct Settings
    {
        std::string path; ///< absolute, of a file that is there
        std::string compression = "zstd";
        uint64_t memory = DuckDbSession::UsualMemory;
    };

    /// Begins a file with these columns, one at least. Throws std::system_error where the system has no thread.
    static Result<std::unique_ptr<ParquetWriter>> open(const Settings &settings,
                                                       std::vector<DuckDbColumns::Column> columns);
    /// Ends the file as it is, if finish() wasn't called.
    ~ParquetWriter();
    ParquetWriter(const ParquetWriter &) = delete;
    ParquetWriter &operator=(const ParquetWriter &) = delete;

    /// Takes the items, which fit the columns. Returns when none of them is needed any more.
    Result<> write(const DuckDbColumns::Rows &rows);
    /// The file is whole then.
    Result<> finish();

private:
    ParquetWriter(std::unique_ptr<DuckDbSession> session, std::vector<DuckDbColumns::Column> columns);
    Result<> offerRows();
    void bind(DuckDbHandle info) const;
    void fill(DuckDbHandle info, DuckDbHandle chunk);
    void fillChunk(DuckDbHandle chunk);
    void work(const std::string &sql);

    std::unique_ptr<DuckDbSession> m_session;
    const DuckDbFunctions m_duckdb; ///< a copy: what the library calls has no other way to them
    const std::vector<DuckDbColumns::Column> m_columns;

    std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_changed;
    const DuckDbColumns::Rows *m_rows = nullptr; ///< of somebody who waits; null: there are none at the moment
    size_t m_next = 0;                           ///< of them
    bool m_isOver = false;                       ///< no more will come
    bool m_isDone = false;                       ///< the file is whole, or never will be
    Result<> m_outcome;
    std::thread m_thread; ///< the last, for it uses the others
};

} // namespace millrace
