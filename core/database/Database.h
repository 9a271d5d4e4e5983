// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "database/DatabaseAddress.h"
#include "database/DatabaseColumn.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

class DatabaseConnection;

/// An open connection to a database. What is done with it is done on a thread of its own, since the drivers want that, while the caller
/// waits: one call at a time, from any thread.
class Database
{
public:
    using Access = DatabaseAccess;

    /// `password`: of the user at the server; may be empty. Fails (ErrorKind::Database) with a sentence and the database's words, which
    /// hold no password.
    static Result<std::unique_ptr<Database>> open(const DatabaseAddress &address,
                                                  const std::string &password,
                                                  Access access);
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    const DatabaseAddress &address() const { return m_address; }
    /// Runs a statement, and forgets what rows it gives. Fails (ErrorKind::Database) with the database's words.
    Result<> execute(const std::string &sql);
    /// The columns of a table or view; none: there is no such table.
    Result<std::vector<DatabaseColumn>> columnsOf(const std::string &table);
    /// The columns that a query would give, without running it; parameters count as NULL. Of SQLite only, else there are none.
    Result<std::vector<DatabaseColumn>> columnsOfQuery(const std::string &sql);

    /// For the files of this room, which know the drivers: what `work` returns, done on the connection's thread.
    Result<> work(const std::function<Result<>(DatabaseConnection &)> &work);

private:
    explicit Database(DatabaseAddress address);

    DatabaseAddress m_address;
    std::unique_ptr<DatabaseConnection> m_connection; ///< never null
};

} // namespace millrace
