// SPDX-License-Identifier: MIT
#include "database/Database.h"

#include "database/DatabaseConnection.h"
#include "database/SqlText.h"

#include <algorithm>

namespace millrace {

/// What a view calls "id:1" is the second column "id" of its query.
static void giveNamesBack(std::vector<DatabaseColumn> &columns)
{
    for (size_t i = 1; i < columns.size(); ++i) {
        std::string &name = columns[i].name;
        const size_t colon = name.rfind(':');
        if (colon == std::string::npos || name.find_first_not_of("0123456789", colon + 1) != std::string::npos)
            continue;
        const std::string stem = name.substr(0, colon);
        if (std::any_of(columns.begin(), columns.begin() + ptrdiff_t(i),
                        [&](const DatabaseColumn &column) { return column.name == stem; }))
            name = stem;
    }
}

Database::Database(DatabaseAddress address)
    : m_address(std::move(address)), m_connection(std::make_unique<DatabaseConnection>())
{
    m_connection->kind = m_address.kind;
    m_connection->shown = m_address.shown();
}

Database::~Database()
{
    m_connection->thread.run([this] {
        m_connection->close();
        return true;
    });
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseAddress &address,
                                                 const std::string &password,
                                                 Access access)
{
    if (std::string problem = driverProblem(address.kind); !problem.empty())
        return failure(ErrorKind::Database, std::move(problem));
    if (address.kind == DatabaseKind::Sqlite)
        if (std::string problem = sqliteFileProblem(address.file); !problem.empty())
            return failure(ErrorKind::Database, std::move(problem));
    std::unique_ptr<Database> database(new Database(address));
    auto opened =
        database->work([&](DatabaseConnection &connection) { return connection.open(address, password, access); });
    if (!opened)
        return opened.forward();
    return database;
}

Result<> Database::work(const std::function<Result<>(DatabaseConnection &)> &work)
{
    return m_connection->thread.run([&] { return work(*m_connection); });
}

Result<> Database::execute(const std::string &sql)
{
    return work([&](DatabaseConnection &connection) { return connection.execute(toQt(sql)); });
}

Result<std::vector<DatabaseColumn>> Database::columnsOf(const std::string &table)
{
    return m_connection->thread.run([&] { return m_connection->columnsOf(table); });
}

Result<std::vector<DatabaseColumn>> Database::columnsOfQuery(const std::string &sql)
{
    if (m_address.kind != DatabaseKind::Sqlite)
        return std::vector<DatabaseColumn>();
    return m_connection->thread.run([&]() -> Result<std::vector<DatabaseColumn>> {
        const std::string view = "millrace_look";
        const QString name = QStringLiteral("temp.") + m_connection->quoted(view);
        // A view's columns have the types that their sources were declared with, and making it runs nothing.
        const auto made = m_connection->execute(QStringLiteral("CREATE TEMP VIEW ") + m_connection->quoted(view)
                                                + QStringLiteral(" AS ") + toQt(withoutSqlParameters(trimmedSql(sql))));
        if (!made)
            return made.forward();
        auto columns = m_connection->columnsOf(view);
        if (auto dropped = m_connection->execute(QStringLiteral("DROP VIEW ") + name); columns && !dropped)
            return dropped.forward();
        if (columns)
            giveNamesBack(*columns);
        return columns;
    });
}

} // namespace millrace
