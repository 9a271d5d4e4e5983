// SPDX-License-Identifier: MIT
#include "duckdb/DuckDbSession.h"

#include "duckdb/DuckDbLibrary.h"
#include "duckdb/values/DuckDbType.h"

#include <algorithm>
#include <thread>

namespace millrace {

namespace {

constexpr unsigned MostThreads = 4;

unsigned threadsFor(unsigned wanted)
{
    return wanted > 0 ? wanted : std::clamp(std::thread::hardware_concurrency(), 1u, MostThreads);
}

} // namespace

Result<std::unique_ptr<DuckDbSession>> DuckDbSession::open(Settings settings)
{
    auto functions = DuckDbLibrary::open();
    if (!functions)
        return functions.forward();
    std::unique_ptr<DuckDbSession> session(new DuckDbSession);
    session->m_duckdb = *functions;
    if (auto started = session->start(settings); !started)
        return started.forward();
    return session;
}

DuckDbSession::~DuckDbSession()
{
    if (m_connection)
        m_duckdb.disconnect(&m_connection);
    if (m_database)
        m_duckdb.close(&m_database);
}

Result<> DuckDbSession::start(const Settings &settings)
{
    if (settings.spills)
        if (auto made = m_folder.make(settings.folder); !made)
            return made;
    if (auto connected = connect(settings); !connected)
        return connected;
    std::string files;
    for (const std::string &file : settings.files)
        files += (files.empty() ? "" : ", ") + duckDbText(file);
    return run("SET errors_as_json = true; SET TimeZone = 'UTC'; SET allowed_paths = [" + files
               + "]; SET enable_external_access = false; SET lock_configuration = true");
}

Result<> DuckDbSession::connect(const Settings &settings)
{
    DuckDbHandle config = nullptr;
    if (m_duckdb.create_config(&config) != DuckDbSuccess)
        return failure(ErrorKind::Memory, "DuckDB can't be started: there is not enough memory.");
    const std::string threads = std::to_string(threadsFor(settings.threads));
    const std::string memory = std::to_string(std::max<uint64_t>(settings.memory, 1) / 1024 + 1) + "KiB";
    m_duckdb.set_config(config, "threads", threads.c_str());
    m_duckdb.set_config(config, "memory_limit", memory.c_str());
    m_duckdb.set_config(config, "temp_directory", m_folder.path().c_str());
    m_duckdb.set_config(config, "autoinstall_known_extensions", "false");
    m_duckdb.set_config(config, "autoload_known_extensions", "false");
    char *problem = nullptr;
    const int opened = m_duckdb.open_ext(nullptr, &m_database, config, &problem);
    m_duckdb.destroy_config(&config);
    if (opened != DuckDbSuccess) {
        const Error error = duckDbProblem(problem ? problem : "It can't be started.");
        m_duckdb.free(problem);
        return Failure{error};
    }
    if (m_duckdb.connect(m_database, &m_connection) != DuckDbSuccess)
        return failure(ErrorKind::Database, "DuckDB can't be started: it gives no connection.");
    return {};
}

Result<> DuckDbSession::run(const std::string &sql)
{
    DuckDbResult result;
    const int done = m_duckdb.query(m_connection, sql.c_str(), &result);
    const char *const message = done == DuckDbSuccess ? nullptr : m_duckdb.result_error(&result);
    Result<> outcome;
    if (done != DuckDbSuccess)
        outcome = Failure{duckDbProblem(message ? message : "It failed.")};
    m_duckdb.destroy_result(&result);
    return outcome;
}

} // namespace millrace
