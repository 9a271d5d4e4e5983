// SPDX-License-Identifier: MIT
#include "database/TableStatements.h"

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

/// What a column of a new table is for.
struct ColumnUse
{
    ValueType type = ValueType::Null;
    bool hasZone = false, hasTime = true; ///< of moments
    bool isKey = false;
};

/// The field's type, or the one that all values of the batch have. SQLite keeps whatever comes in a column without a type, so there only
/// what is known counts.
ColumnUse useOf(DatabaseKind kind, const Batch &batch, size_t column)
{
    ColumnUse use;
    use.type = batch.schema()->field(column).type;
    const bool isOpen = use.type == ValueType::Null && kind != DatabaseKind::Sqlite;
    bool isMixed = false;
    for (size_t row = 0; row < batch.size(); ++row) {
        const Value value = batch.column(column).value(row);
        if (value.isNull())
            continue;
        if (value.isTimestamp()) {
            const uint8_t form = value.toTimestamp().form;
            use.hasZone |= (form & (UtcForm | OffsetForm)) != 0;
            use.hasTime = (form & DateOnlyForm) == 0;
        }
        if (!isOpen)
            break;
        const bool areNumbers = value.isNumber() && (use.type == ValueType::Integer || use.type == ValueType::Real);
        isMixed |= use.type != ValueType::Null && use.type != value.type() && !areNumbers;
        use.type = areNumbers && use.type != value.type() ? ValueType::Real : value.type();
    }
    if (isMixed)
        use.type = ValueType::Text;
    return use;
}

const char *momentType(DatabaseKind kind, const ColumnUse &use)
{
    if (!use.hasTime)
        return "DATE";
    switch (kind) {
    case DatabaseKind::Postgres: return use.hasZone ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
    case DatabaseKind::MySql: return "DATETIME(6)";
    default: return "TIMESTAMP";
    }
}

/// Of text, lists, objects, and what is mixed.
const char *textType(DatabaseKind kind, const ColumnUse &use)
{
    switch (kind) {
    case DatabaseKind::MySql: return use.isKey ? "VARCHAR(255)" : "LONGTEXT"; // which can be no key
    case DatabaseKind::Odbc: return use.isKey ? "VARCHAR(255)" : "VARCHAR(4000)";
    default: return "TEXT";
    }
}

const char *typeNameOf(DatabaseKind kind, const ColumnUse &use)
{
    const bool isSqlite = kind == DatabaseKind::Sqlite;
    switch (use.type) {
    case ValueType::Null: return isSqlite ? "" : textType(kind, use);
    case ValueType::Boolean: return kind == DatabaseKind::Odbc ? "SMALLINT" : "BOOLEAN";
    case ValueType::Integer: return isSqlite ? "INTEGER" : "BIGINT";
    case ValueType::Real: return isSqlite ? "REAL" : kind == DatabaseKind::MySql ? "DOUBLE" : "DOUBLE PRECISION";
    case ValueType::Timestamp: return momentType(kind, use);
    case ValueType::Bytes:
        return kind == DatabaseKind::Postgres ? "BYTEA" : kind == DatabaseKind::MySql ? "LONGBLOB" : "BLOB";
    default: return textType(kind, use);
    }
}

QString definitionOf(const DatabaseConnection &connection, const Batch &batch, size_t column, bool isKey)
{
    ColumnUse use = useOf(connection.kind, batch, column);
    use.isKey = isKey;
    const QString type = QLatin1String(typeNameOf(connection.kind, use));
    return connection.quoted(batch.schema()->field(column).name) + (type.isEmpty() ? type : QLatin1Char(' ') + type);
}

QString listOf(const DatabaseConnection &connection, const std::vector<std::string> &names)
{
    QStringList quoted;
    for (const std::string &name : names)
        quoted += connection.quoted(name);
    return quoted.join(QLatin1String(", "));
}

/// "… DO UPDATE SET a = excluded.a", for what isn't among the keys.
QString changeClause(const DatabaseConnection &connection, const Schema &schema, const std::vector<std::string> &keys)
{
    const bool isMySql = connection.kind == DatabaseKind::MySql;
    QStringList changes;
    for (const Field &field : schema.fields()) {
        if (std::ranges::find(keys, field.name) != keys.end())
            continue;
        const QString name = connection.quoted(field.name);
        changes += name
                   + (isMySql ? QStringLiteral(" = VALUES(") + name + QLatin1Char(')')
                              : QStringLiteral(" = excluded.") + name);
    }
    if (isMySql) {
        const QString first = connection.quoted(keys.front());
        return QStringLiteral(" ON DUPLICATE KEY UPDATE ")
               + (changes.isEmpty() ? first + QStringLiteral(" = ") + first : changes.join(QLatin1String(", ")));
    }
    return QStringLiteral(" ON CONFLICT (") + listOf(connection, keys) + QStringLiteral(") DO ")
           + (changes.isEmpty() ? QStringLiteral("NOTHING")
                                : QStringLiteral("UPDATE SET ") + changes.join(QLatin1String(", ")));
}

/// The moment by the clock of UTC, for databases that read no offsets.
std::string momentInUtc(Timestamp moment)
{
    moment.zoneMinutes = 0;
    const bool hasTime = (moment.form & DateOnlyForm) == 0;
    moment.form = hasTime ? uint8_t(SpaceForm | SecondsForm) : uint8_t(DateOnlyForm);
    constexpr uint8_t Micros = 6;
    moment.decimals = hasTime ? Micros : 0;
    return toPlain(Value(moment));
}

Result<QVariant> momentBinding(DatabaseKind kind, const Value &value)
{
    if (kind == DatabaseKind::Sqlite)
        return QVariant(toQt(toPlain(value)));
    const Timestamp moment = value.toTimestamp();
    if (moment.nanoseconds != 0)
        return failure(ErrorKind::Type, toPlain(value) + " has nanoseconds, and the database microseconds only.");
    return QVariant(toQt(kind == DatabaseKind::Postgres ? toPlain(value) : momentInUtc(moment)));
}

} // namespace

QString createStatement(const DatabaseConnection &connection,
                        const std::string &table,
                        const Batch &batch,
                        const std::vector<std::string> &keys)
{
    QStringList columns;
    for (size_t i = 0; i < batch.schema()->size(); ++i)
        columns +=
            definitionOf(connection, batch, i, std::ranges::find(keys, batch.schema()->field(i).name) != keys.end());
    if (!keys.empty())
        columns += QStringLiteral("PRIMARY KEY (") + listOf(connection, keys) + QLatin1Char(')');
    return QStringLiteral("CREATE TABLE ") + connection.quotedTable(table) + QStringLiteral(" (")
           + columns.join(QLatin1String(", ")) + QLatin1Char(')');
}

QString addColumnStatement(const DatabaseConnection &connection,
                           const std::string &table,
                           const Batch &batch,
                           size_t column)
{
    return QStringLiteral("ALTER TABLE ") + connection.quotedTable(table) + QStringLiteral(" ADD COLUMN ")
           + definitionOf(connection, batch, column, false);
}

QString insertStatement(const DatabaseConnection &connection,
                        const std::string &table,
                        const Schema &schema,
                        const TableForm &form)
{
    std::vector<std::string> names;
    QStringList marks;
    for (const Field &field : schema.fields()) {
        names.push_back(field.name);
        marks += QStringLiteral("?");
    }
    return QStringLiteral("INSERT INTO ") + connection.quotedTable(table) + QStringLiteral(" (")
           + listOf(connection, names) + QStringLiteral(") VALUES (") + marks.join(QLatin1String(", "))
           + QLatin1Char(')')
           + (form.mode == TableMode::Upsert ? changeClause(connection, schema, form.keys) : QString());
}

std::vector<QString> replaceStatements(const DatabaseConnection &connection,
                                       const std::string &table,
                                       const std::string &by,
                                       bool isThere)
{
    const QString old = connection.quotedTable(table), made = connection.quotedTable(by);
    const std::string bare = table.substr(connection.kind == DatabaseKind::Sqlite ? 0 : table.rfind('.') + 1);
    if (connection.kind == DatabaseKind::MySql) { // where only one statement is ever done wholly
        if (!isThere)
            return {QStringLiteral("RENAME TABLE ") + made + QStringLiteral(" TO ") + old};
        const QString aside = connection.quotedTable(table + "_millrace_old");
        return {QStringLiteral("RENAME TABLE ") + old + QStringLiteral(" TO ") + aside + QStringLiteral(", ") + made
                    + QStringLiteral(" TO ") + old,
                QStringLiteral("DROP TABLE ") + aside};
    }
    std::vector<QString> statements;
    if (isThere)
        statements.push_back(QStringLiteral("DROP TABLE ") + old);
    statements.push_back(QStringLiteral("ALTER TABLE ") + made + QStringLiteral(" RENAME TO ")
                         + connection.quoted(bare));
    return statements;
}

Result<QVariant> bindingOf(DatabaseKind kind, const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: return QVariant();
    case ValueType::Boolean: return QVariant(value.toBoolean());
    case ValueType::Integer: return QVariant::fromValue(qlonglong(value.toInteger()));
    case ValueType::Real:
        if (std::isnan(value.toReal()) && kind != DatabaseKind::Postgres)
            return failure(ErrorKind::Type, "NaN is no number that the database has.");
        return QVariant(value.toReal());
    case ValueType::Timestamp: return momentBinding(kind, value);
    case ValueType::Bytes: return QVariant(QByteArray(value.toText().data(), qsizetype(value.toText().size())));
    case ValueType::Text:
        if (kind == DatabaseKind::Postgres && value.toText().find('\0') != std::string_view::npos)
            return failure(ErrorKind::Type, "a text has the character NUL, which the database can't hold.");
        return QVariant(toQt(value.toText()));
    case ValueType::List:
    case ValueType::Object: return QVariant(toQt(toJson(value)));
    }
    return QVariant();
}

} // namespace millrace
