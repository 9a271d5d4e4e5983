// SPDX-License-Identifier: MIT
#include "steps/database/DatabaseUser.h"

#include "data/files/FilePath.h"

namespace millrace {

Result<std::unique_ptr<Database>> DatabaseUser::openDatabase(const std::string &folder, Database::Access access) const
{
    const auto address = databaseAddressOf(m_database, folder);
    if (!address)
        return address.forward();
    const bool isFile = address->kind == DatabaseKind::Sqlite;
    if (isFile && access != Database::Access::Write)
        if (std::string problem = readProblem(address->file); !problem.empty())
            return failure(ErrorKind::Io, std::move(problem));
    return Database::open(*address, m_password, access);
}

std::optional<DatabaseAddress> DatabaseUser::checkDatabase(const CheckContext &context,
                                                           bool isWritten,
                                                           std::vector<StepProblem> &problems) const
{
    if (m_database.empty())
        return std::nullopt;
    auto address = databaseAddressOf(m_database, context.folder);
    std::string problem = address ? driverProblem(address->kind) : address.error().message;
    if (problem.empty() && address->kind == DatabaseKind::Sqlite) {
        const bool isThere = readProblem(address->file).empty();
        problem = isWritten                       ? writeProblem(address->file)
                  : !isThere                      ? readProblem(address->file)
                  : !isRegularFile(address->file) ? fileName(address->file) + " is no file that a database could be in."
                                                  : std::string();
        if (problem.empty() && isThere)
            problem = sqliteFileProblem(address->file);
    }
    if (problem.empty())
        return *std::move(address);
    problems.push_back({true, "database", std::move(problem)});
    return std::nullopt;
}

std::unique_ptr<Database> DatabaseUser::lookAtDatabase(const CheckContext &context) const
{
    const auto address =
        m_database.empty() ? failure(ErrorKind::Param, {}) : databaseAddressOf(m_database, context.folder);
    if (!address || address->kind != DatabaseKind::Sqlite || !isRegularFile(address->file))
        return nullptr;
    auto opened = openDatabase(context.folder, Database::Access::Look);
    return opened ? *std::move(opened) : nullptr;
}

std::string DatabaseUser::summaryWith(const std::string &more) const
{
    const std::string text = shownDatabase(m_database);
    return text.empty() || more.empty() ? text + more : text + ", " + more;
}

} // namespace millrace
