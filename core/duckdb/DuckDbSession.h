// SPDX-License-Identifier: MIT
#pragma once

#include "duckdb/DuckDbFolder.h"
#include "duckdb/DuckDbProblem.h"
#include "duckdb/values/DuckDbFunctions.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// A database of DuckDB's in memory and a connection to it, which reaches no files but those that it is opened for, no network and
/// no settings: so statements that somebody else wrote may be run. One thread at a time.
class DuckDbSession
{
public:
    static constexpr uint64_t UsualMemory = 256ull << 20;

    struct Settings
    {
        uint64_t memory = UsualMemory;       ///< bytes
        unsigned threads = 0;                ///< that work for it; 0: one for each core, but four at most
        std::vector<std::string> files = {}; ///< absolute paths that may be read and written
        bool spills = false;                 ///< what memory has no room for goes to files
        std::string folder = {};             ///< where they are
    };

    /// Fails with a sentence, also where the library isn't found.
    static Result<std::unique_ptr<DuckDbSession>> open(Settings settings);
    ~DuckDbSession();
    DuckDbSession(const DuckDbSession &) = delete;
    DuckDbSession &operator=(const DuckDbSession &) = delete;

    /// Runs statements of Millrace's own that give nothing.
    Result<> run(const std::string &sql);
    const DuckDbFunctions &duckdb() const { return m_duckdb; }
    DuckDbHandle connection() const { return m_connection; }
    /// Bytes in files for which memory had no room.
    uint64_t spilledBytes() const { return m_folder.bytes(); }

private:
    DuckDbSession() = default;
    Result<> start(const Settings &settings);
    Result<> connect(const Settings &settings);

    DuckDbFolder m_folder; ///< the first, for it is removed last
    DuckDbFunctions m_duckdb;
    DuckDbHandle m_database = nullptr, m_connection = nullptr;
};

} // namespace millrace
