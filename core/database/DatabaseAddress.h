// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// The kinds of databases that are spoken to.
enum class DatabaseKind : uint8_t { Sqlite, Postgres, MySql, Odbc };

/// Where a database is: a file, or a server and what it calls it there.
struct DatabaseAddress
{
    DatabaseKind kind = DatabaseKind::Sqlite;
    std::string file; ///< of SQLite, as an absolute path or one from the current folder
    std::string host; ///< empty: this machine, by its socket
    int port = 0;     ///< 0: the usual one
    std::string name; ///< of the database on its server; of ODBC the data source
    std::string user;
    std::string options; ///< as the driver reads them, "sslmode=require"

    /// As people know it: the file's name, or the server's address without a password.
    std::string shown() const;
};

/// Whether it is the address of a server, such as postgresql://host/name, and not a file.
bool isDatabaseUrl(std::string_view text);
/// The text without a password, for messages.
std::string shownDatabase(std::string_view text);

/// What a person wrote: the path of an SQLite file, `folder` being what a relative one is relative to, or
/// postgresql://user@host:port/name, mysql://user@host:port/name, odbc://user@source. Fails (ErrorKind::Param) with a sentence, also where
/// there is a password in it.
Result<DatabaseAddress> databaseAddressOf(std::string_view text, const std::string &folder);

/// Empty, or a sentence that names the package to install: there is no driver for such databases here.
std::string driverProblem(DatabaseKind kind);

/// Whether it is an SQLite file that is written while others read it: its changes go to a write-ahead log first.
bool hasWriteAheadLog(const std::string &file);
/// Empty, or a sentence: the file is none of SQLite. One that isn't there, or is empty, is none that is wrong.
std::string sqliteFileProblem(const std::string &file);

} // namespace millrace
