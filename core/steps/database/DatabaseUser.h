// SPDX-License-Identifier: MIT
#pragma once

#include "database/Database.h"
#include "steps/StepBuilder.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What steps have in common that speak to a database: its parameters, their check, the connection.
class DatabaseUser
{
protected:
    /// Declares the parameters. `kind`: InputFile or OutputFile, as the database is read or written.
    template <class T>
    static void describeDatabase(StepBuilder<T> &step, ParamKind kind, bool isNeeded = true)
    {
        auto database = step.param("database", &DatabaseUser::m_database);
        database.kind(kind)
            .database()
            .title("Database")
            .help("The file of an SQLite database, or the address of a server, such as postgresql://user@host/name; in "
                  "the same "
                  "way mysql: and odbc://user@source. A relative path starts at the pipeline's folder.");
        if (isNeeded)
            database.required();
    }
    template <class T>
    static void describePassword(StepBuilder<T> &step)
    {
        step.param("password", &DatabaseUser::m_password)
            .secret()
            .title("Password")
            .help("The user's password at a server: where it is, env:NAME or file:PATH, and never the password "
                  "itself.");
    }

    Result<std::unique_ptr<Database>> openDatabase(const std::string &folder, Database::Access access) const;
    /// For check(): adds what is wrong with the settings. Nothing: there is something, or nothing is set.
    std::optional<DatabaseAddress> checkDatabase(const CheckContext &context,
                                                 bool isWritten,
                                                 std::vector<StepProblem> &problems) const;
    /// The database for a look at it before the run. Null: it is on a server, or isn't there, or can't be read.
    std::unique_ptr<Database> lookAtDatabase(const CheckContext &context) const;
    /// What is asked for and where, for the step's card; never a password.
    std::string summaryWith(const std::string &more) const;

    std::string m_database, m_password;
};

} // namespace millrace
