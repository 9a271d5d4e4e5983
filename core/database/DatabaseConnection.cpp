// SPDX-License-Identifier: MIT
#include "database/DatabaseConnection.h"

#include "data/text/Quote.h"

#include <QSqlDriver>
#include <QSqlField>
#include <QSqlRecord>

#include <algorithm>
#include <array>
#include <atomic>

namespace millrace {

namespace {

struct DatabaseDriver
{
    DatabaseKind kind;
    const char *name;    ///< Qt's
    const char *package; ///< Debian's
    const char *title;
};

constexpr auto Drivers =
    std::to_array<DatabaseDriver>({{DatabaseKind::Sqlite, "QSQLITE", "libqt6sql6-sqlite", "SQLite"},
                                   {DatabaseKind::Postgres, "QPSQL", "libqt6sql6-psql", "PostgreSQL"},
                                   {DatabaseKind::MySql, "QMYSQL", "libqt6sql6-mysql", "MySQL and MariaDB"},
                                   {DatabaseKind::Odbc, "QODBC", "libqt6sql6-odbc", "ODBC"}});

const DatabaseDriver &driverOf(DatabaseKind kind)
{
    return *std::ranges::find(Drivers, kind, &DatabaseDriver::kind);
}

constexpr int ShortWait = 200, LongWait = 30'000; ///< milliseconds for others who write an SQLite file

/// What is set once of a session, so that results depend on neither machine nor server.
std::vector<QString> settingsOf(DatabaseKind kind, DatabaseAccess access)
{
    const bool isRead = access != DatabaseAccess::Write;
    switch (kind) {
    case DatabaseKind::Sqlite:
        // Or a table that views speak of couldn't be replaced.
        return isRead ? std::vector<QString>() : std::vector{QStringLiteral("PRAGMA legacy_alter_table = ON")};
    case DatabaseKind::Postgres: {
        std::vector<QString> settings{QStringLiteral("SET TIME ZONE 'UTC'"), QStringLiteral("SET DateStyle = 'ISO'"),
                                      QStringLiteral("SET client_min_messages = 'error'"),
                                      // As SqlText reads a backslash.
                                      QStringLiteral("SET standard_conforming_strings = on")};
        if (isRead)
            settings.push_back(QStringLiteral("SET default_transaction_read_only = on"));
        return settings;
    }
    case DatabaseKind::MySql: {
        std::vector<QString> settings{QStringLiteral("SET time_zone = '+00:00'")};
        if (isRead)
            settings.push_back(QStringLiteral("SET SESSION TRANSACTION READ ONLY"));
        return settings;
    }
    case DatabaseKind::Odbc: break;
    }
    return {};
}

/// How many of SQLite's codes say that it is the row's own fault: SQLITE_ERROR as a trigger may raise it, TOOBIG, CONSTRAINT, MISMATCH.
bool isRowsCodeOfSqlite(int code)
{
    constexpr int Base = 0xff, Error = 1, TooBig = 18, Constraint = 19, Mismatch = 20;
    code &= Base;
    return code == Error || code == TooBig || code == Constraint || code == Mismatch;
}

} // namespace

QString toQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

std::string fromQt(const QString &text)
{
    return text.toStdString();
}

std::string wordsOf(const QSqlError &error)
{
    QString words = error.databaseText().trimmed();
    if (words.isEmpty() || words == QLatin1String("not an error")) // of SQLite
        words = error.driverText().trimmed();
    std::string text = fromQt(words.simplified());
    if (text.empty())
        text = "it says nothing more";
    if (text.back() != '.' && text.back() != '?' && text.back() != '!')
        text += '.';
    return text;
}

bool isFaultOfRow(DatabaseKind kind, const QSqlError &error)
{
    const QString code = error.nativeErrorCode();
    switch (kind) {
    case DatabaseKind::Sqlite: return isRowsCodeOfSqlite(code.toInt());
    case DatabaseKind::Postgres: // SQLSTATE: data, integrity, what a trigger raises
        return code.startsWith(QLatin1String("22")) || code.startsWith(QLatin1String("23"))
               || code.startsWith(QLatin1String("44")) || code.startsWith(QLatin1String("P0"));
    case DatabaseKind::MySql: {
        // The server's own, or its connection's; SQLite calls all of its errors those of the connection.
        constexpr std::array Others{1053, 1114, 1142, 1205, 1213, 1290, 2006, 2013};
        return error.type() == QSqlError::StatementError && std::ranges::find(Others, code.toInt()) == Others.end();
    }
    case DatabaseKind::Odbc: return error.type() == QSqlError::StatementError;
    }
    return false;
}

std::string driverProblem(DatabaseKind kind)
{
    const DatabaseDriver &driver = driverOf(kind);
    if (QSqlDatabase::isDriverAvailable(QLatin1String(driver.name)))
        return {};
    return std::string("The driver for ") + driver.title + " isn't installed; install the package " + driver.package
           + ", or Qt's driver " + driver.name + " by other means.";
}

Failure DatabaseConnection::failureOf(const QSqlError &error) const
{
    std::string text = "The database " + inQuotes(shown) + " says: " + wordsOf(error);
    const int code = error.nativeErrorCode().toInt() & 0xff;
    constexpr int Busy = 5, Locked = 6;
    if (kind == DatabaseKind::Sqlite && (code == Busy || code == Locked))
        text += " Somebody else writes it, or reads it for long; try again when that is over.";
    return failure(ErrorKind::Database, std::move(text));
}

Result<> DatabaseConnection::open(const DatabaseAddress &address, const std::string &password, DatabaseAccess access)
{
    static std::atomic<uint64_t> connections{0}; // names of connections are known to the whole program
    const QString name = QStringLiteral("millrace-%1").arg(connections.fetch_add(1));
    handle = QSqlDatabase::addDatabase(QLatin1String(driverOf(kind).name), name);
    QString options = toQt(address.options);
    if (kind == DatabaseKind::Sqlite) {
        handle.setDatabaseName(toQt(address.file));
        options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(access == DatabaseAccess::Look ? ShortWait : LongWait);
        if (access != DatabaseAccess::Write)
            options += QStringLiteral(";QSQLITE_OPEN_READONLY");
    } else {
        handle.setDatabaseName(toQt(address.name));
        handle.setHostName(toQt(address.host));
        handle.setUserName(toQt(address.user));
        handle.setPassword(toQt(password));
        if (address.port > 0)
            handle.setPort(address.port);
    }
    handle.setConnectOptions(options);
    handle.setNumericalPrecisionPolicy(QSql::HighPrecision);
    if (!handle.open())
        return failure(ErrorKind::Database,
                       "The database " + inQuotes(shown) + " can't be opened: " + wordsOf(handle.lastError()));
    for (const QString &setting : settingsOf(kind, access))
        if (auto set = execute(setting); !set)
            return set;
    return {};
}

void DatabaseConnection::close()
{
    const QString name = handle.connectionName();
    handle.close();
    handle = QSqlDatabase();
    if (!name.isEmpty())
        QSqlDatabase::removeDatabase(name);
}

Result<> DatabaseConnection::execute(const QString &sql)
{
    QSqlQuery query(handle);
    query.setForwardOnly(true);
    if (!query.exec(sql))
        return failureOf(query.lastError());
    return {};
}

QString DatabaseConnection::quoted(std::string_view name) const
{
    const QChar mark = kind == DatabaseKind::MySql ? QLatin1Char('`') : QLatin1Char('"');
    QString text = toQt(name);
    text.replace(mark, QString(2, mark));
    return mark + text + mark;
}

QString DatabaseConnection::quotedTable(std::string_view table) const
{
    QString text;
    while (kind != DatabaseKind::Sqlite && table.find('.') != std::string_view::npos) {
        text += quoted(table.substr(0, table.find('.'))) + QLatin1Char('.');
        table.remove_prefix(table.find('.') + 1);
    }
    return text + quoted(table);
}

Result<std::vector<DatabaseColumn>> DatabaseConnection::columnsOf(const std::string &table)
{
    std::vector<DatabaseColumn> columns;
    const auto add = [&](const QString &name, const QString &declared) {
        const std::string text = fromQt(declared);
        columns.push_back({fromQt(name), text, typeOfDeclared(kind, text)});
    };
    if (kind == DatabaseKind::MySql || kind == DatabaseKind::Odbc) {
        const QSqlRecord record = handle.record(toQt(table));
        for (int i = 0; i < record.count(); ++i)
            add(record.fieldName(i), {});
        return columns;
    }
    QSqlQuery query(handle);
    query.setForwardOnly(true);
    bool isDone = false;
    if (kind == DatabaseKind::Sqlite) {
        isDone = query.prepare(QStringLiteral("SELECT name, type FROM pragma_table_info(?)"));
        query.addBindValue(toQt(table));
    } else {
        isDone = query.prepare(
            QStringLiteral("SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
                           "WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"));
        query.addBindValue(quotedTable(table));
    }
    if (!isDone || !query.exec())
        return failureOf(query.lastError());
    while (query.next())
        add(query.value(0).toString(), query.value(1).toString());
    if (query.lastError().isValid())
        return failureOf(query.lastError());
    return columns;
}

} // namespace millrace
