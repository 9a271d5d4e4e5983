// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "database/CallThread.h"
#include "database/DatabaseColumn.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What Database and the files beside it share: the driver's connection, which only the thread in it may touch.
class DatabaseConnection
{
public:
    CallThread thread;
    QSqlDatabase handle; ///< only on that thread
    DatabaseKind kind = DatabaseKind::Sqlite;
    std::string shown; ///< DatabaseAddress::shown()

    // All on that thread.

    Result<> open(const DatabaseAddress &address, const std::string &password, DatabaseAccess access);
    void close();
    Result<> execute(const QString &sql);
    Result<std::vector<DatabaseColumn>> columnsOf(const std::string &table);
    /// A name as it stands in a statement.
    QString quoted(std::string_view name) const;
    /// The same for a table, which a server may have in a schema: "public.orders".
    QString quotedTable(std::string_view table) const;
    /// What the database says, with the place.
    Failure failureOf(const QSqlError &error) const;
};

QString toQt(std::string_view text);
std::string fromQt(const QString &text);
/// What a driver says of an error, in the database's words where it has some.
std::string wordsOf(const QSqlError &error);
/// Whether the database refused a row for what is in it, so that others may be taken.
bool isFaultOfRow(DatabaseKind kind, const QSqlError &error);

} // namespace millrace
