// SPDX-License-Identifier: MIT
#include "database/TableWriter.h"

#include "data/text/Quote.h"
#include "database/DatabaseConnection.h"
#include "database/TableStatements.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr const char *NewTable = "_millrace_new"; ///< behind the name of a table whose place it takes
constexpr const char *BatchPoint = "millrace_batch", *RowPoint = "millrace_row"; ///< savepoints
constexpr auto LongestTransaction = std::chrono::seconds(1); ///< of a table that takes another's place

std::string joined(const std::vector<std::string> &names)
{
    std::string text;
    for (const std::string &name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

} // namespace

/// The prepared insertion for items of one schema, and what it said last.
struct TableWriter::Statement
{
    SchemaPtr schema;
    QSqlQuery query;
    bool isFaultOfItem = false; ///< of the last row that wasn't inserted
};

TableWriter::TableWriter(std::unique_ptr<Database> database, TableForm form)
    : m_database(std::move(database)), m_form(std::move(form))
{}

TableWriter::~TableWriter()
{
    (void)m_database->work([this](DatabaseConnection &) -> Result<> {
        m_statement.reset();
        return {};
    });
}

Result<std::unique_ptr<TableWriter>> TableWriter::open(std::unique_ptr<Database> database, const TableForm &form)
{
    std::unique_ptr<TableWriter> writer(new TableWriter(std::move(database), form));
    const DatabaseKind kind = writer->m_database->address().kind;
    if (form.mode == TableMode::Upsert && (form.keys.empty() || kind == DatabaseKind::Odbc))
        return failure(ErrorKind::Param, form.keys.empty()
                                             ? R"("keys" must say by which columns rows are told that are changed.)"
                                             : "By ODBC rows can't be changed by their keys; choose another \"mode\".");
    return writer;
}

bool TableWriter::hasColumn(const std::string &name) const
{
    const DatabaseKind kind = m_database->address().kind;
    return std::ranges::any_of(m_columns, [&](const std::string &column) { return isSameColumn(kind, column, name); });
}

/// At the first items that have fields: finds the table, or makes it.
Result<> TableWriter::begin(DatabaseConnection &connection, const Batch &batch)
{
    auto columns = connection.columnsOf(m_form.table);
    if (!columns)
        return columns.forward();
    const bool isThere = !columns->empty();
    if (!isThere && !m_form.isMade)
        return failure(ErrorKind::Database, "The database " + inQuotes(connection.shown) + " has no table "
                                                + inQuotes(m_form.table) + "; make it, or set \"create\" to true.");
    m_target = m_form.table;
    m_isOwn = !isThere || m_form.mode == TableMode::Replace;
    m_mustEmpty = isThere && m_form.mode == TableMode::Truncate;
    if (m_form.mode == TableMode::Replace) {
        m_target += NewTable; // one that is there is what a run left which was killed
        const QString drop = QStringLiteral("DROP TABLE IF EXISTS ") + connection.quotedTable(m_target);
        if (auto dropped = connection.execute(drop); !dropped)
            return dropped;
    }
    m_isBegun = true;
    if (m_isOwn)
        return makeTable(connection, batch);
    for (const DatabaseColumn &column : *columns)
        m_columns.push_back(column.name);
    return {};
}

Result<> TableWriter::makeTable(DatabaseConnection &connection, const Batch &batch)
{
    for (const std::string &key : m_form.keys)
        if (!batch.schema()->find(key))
            return failure(ErrorKind::Field, "\"keys\" has the column " + inQuotes(key)
                                                 + ", which the items have no field for; they have "
                                                 + batch.schema()->names() + '.');
    for (const Field &field : batch.schema()->fields())
        m_columns.push_back(field.name);
    return connection.execute(createStatement(connection, m_target, batch, m_form.keys));
}

/// Sees to it that there is a column for each field.
Result<> TableWriter::takeFields(DatabaseConnection &connection, const Batch &batch)
{
    for (size_t i = 0; i < batch.schema()->size(); ++i) {
        const std::string &name = batch.schema()->field(i).name;
        if (hasColumn(name))
            continue;
        if (!m_isOwn)
            return failure(ErrorKind::Field, "The table " + inQuotes(m_form.table) + " has no column " + inQuotes(name)
                                                 + "; leave the field out with \"select\", or name it as one of "
                                                 + joined(m_columns) + '.');
        if (auto added = connection.execute(addColumnStatement(connection, m_target, batch, i)); !added)
            return added;
        m_columns.push_back(name);
    }
    return {};
}

Result<> TableWriter::prepare(DatabaseConnection &connection, const Schema &schema)
{
    m_statement = std::make_unique<Statement>(Statement{nullptr, QSqlQuery(connection.handle), false});
    if (!m_statement->query.prepare(insertStatement(connection, m_target, schema, m_form)))
        return connection.failureOf(m_statement->query.lastError());
    return {};
}

Result<> TableWriter::write(Batch &batch)
{
    if (batch.schema()->size() == 0)
        return {};
    return m_database->work([&](DatabaseConnection &connection) { return writeBatch(connection, batch); });
}

Result<> TableWriter::writeBatch(DatabaseConnection &connection, Batch &batch)
{
    if (batch.isEmpty()) { // what types its fields have isn't known before there are values
        if (!m_fields)
            m_fields = batch.schema();
        return {};
    }
    if (!m_isBegun)
        if (auto begun = begin(connection, batch); !begun)
            return begun;
    if (!m_statement || m_statement->schema != batch.schema()) {
        if (auto taken = takeFields(connection, batch); !taken)
            return taken;
        if (auto prepared = prepare(connection, *batch.schema()); !prepared)
            return prepared;
        m_statement->schema = batch.schema();
    }
    bool isRefused = false;
    if (auto inserted = insertAll(connection, batch, isRefused); inserted || !isRefused)
        return inserted;
    return insertEach(connection, batch);
}

/// What is to be written wholly or not at all begins here. The rows of a table that nobody sees before it is complete share a transaction
/// for a second, since the end of each waits for the disk.
Result<> TableWriter::beginBatch(DatabaseConnection &connection)
{
    if (!m_isOpen) {
        if (!connection.handle.transaction())
            return connection.failureOf(connection.handle.lastError());
        m_isOpen = true;
        m_opened = std::chrono::steady_clock::now();
    }
    if (isShared())
        return connection.execute(QStringLiteral("SAVEPOINT ") + QLatin1String(BatchPoint));
    return {};
}

Result<> TableWriter::endBatch(DatabaseConnection &connection, Result<> done)
{
    const QString point = QLatin1String(BatchPoint);
    if (!done) {
        if (!isShared() || !connection.execute(QStringLiteral("ROLLBACK TO SAVEPOINT ") + point)) {
            connection.handle.rollback();
            m_isOpen = false;
        }
        return done;
    }
    if (isShared())
        if (auto released = connection.execute(QStringLiteral("RELEASE SAVEPOINT ") + point); !released)
            return released;
    if (isShared() && std::chrono::steady_clock::now() - m_opened < LongestTransaction)
        return {};
    return commit(connection);
}

Result<> TableWriter::commit(DatabaseConnection &connection)
{
    if (!m_isOpen)
        return {};
    m_isOpen = false;
    if (connection.handle.commit())
        return {};
    const Failure failed = connection.failureOf(connection.handle.lastError());
    connection.handle.rollback();
    return failed;
}

Result<> TableWriter::emptyTable(DatabaseConnection &connection)
{
    return m_mustEmpty ? connection.execute(QStringLiteral("DELETE FROM ") + connection.quotedTable(m_target))
                       : Result<>();
}

/// All rows, or none. `isRefused`: because one of them is at fault.
Result<> TableWriter::insertAll(DatabaseConnection &connection, const Batch &batch, bool &isRefused)
{
    if (auto begun = beginBatch(connection); !begun)
        return begun;
    Result<> done = emptyTable(connection);
    for (size_t row = 0; row < batch.size() && done; ++row) {
        done = insert(batch, row);
        isRefused = !done && m_statement->isFaultOfItem;
    }
    if (auto ended = endBatch(connection, std::move(done)); !ended)
        return ended;
    m_rows += batch.size();
    m_mustEmpty = false;
    return {};
}

/// One by one, so that only those fail which the database refuses.
Result<> TableWriter::insertEach(DatabaseConnection &connection, Batch &batch)
{
    if (auto begun = beginBatch(connection); !begun)
        return begun;
    Result<> done = emptyTable(connection);
    std::vector<ItemError> refused;
    for (uint32_t row = 0; row < batch.size() && done; ++row)
        done = insertAlone(connection, batch, row, refused);
    if (auto ended = endBatch(connection, std::move(done)); !ended)
        return ended;
    m_rows += batch.size() - refused.size();
    m_mustEmpty = false;
    for (ItemError &error : refused)
        batch.fail(error.row, std::move(error.kind), std::move(error.message));
    return {};
}

Result<> TableWriter::insertAlone(DatabaseConnection &connection,
                                  const Batch &batch,
                                  uint32_t row,
                                  std::vector<ItemError> &refused)
{
    const QString point = QLatin1String(RowPoint);
    if (auto set = connection.execute(QStringLiteral("SAVEPOINT ") + point); !set)
        return set;
    const auto inserted = insert(batch, row);
    if (!inserted && !m_statement->isFaultOfItem)
        return inserted.forward();
    if (!inserted) {
        refused.push_back({row, inserted.error().kind, inserted.error().message, {}});
        if (auto back = connection.execute(QStringLiteral("ROLLBACK TO SAVEPOINT ") + point); !back)
            return back;
    }
    return connection.execute(QStringLiteral("RELEASE SAVEPOINT ") + point);
}

Result<> TableWriter::insert(const Batch &batch, size_t row)
{
    const DatabaseKind kind = m_database->address().kind;
    m_statement->isFaultOfItem = true;
    for (size_t i = 0; i < batch.schema()->size(); ++i) {
        auto binding = bindingOf(kind, batch.column(i).value(row));
        if (!binding)
            return failure(binding.error().kind,
                           inQuotes(batch.schema()->field(i).name) + ": " + binding.error().message);
        m_statement->query.bindValue(int(i), *binding);
    }
    if (m_statement->query.exec())
        return {};
    const QSqlError error = m_statement->query.lastError();
    m_statement->isFaultOfItem = isFaultOfRow(kind, error);
    return failure(ErrorKind::Database, "The table " + inQuotes(m_form.table) + " doesn't take it: " + wordsOf(error));
}

Result<> TableWriter::replaceTable(DatabaseConnection &connection)
{
    m_statement.reset(); // a table that a statement is prepared for can't go
    if (auto committed = commit(connection); !committed)
        return committed;
    const auto columns = connection.columnsOf(m_form.table);
    if (!columns)
        return columns.forward();
    if (!connection.handle.transaction())
        return connection.failureOf(connection.handle.lastError());
    m_isOpen = true;
    for (const QString &sql : replaceStatements(connection, m_form.table, m_target, !columns->empty()))
        if (auto done = connection.execute(sql); !done) {
            connection.handle.rollback();
            m_isOpen = false;
            return done;
        }
    return commit(connection);
}

Result<> TableWriter::finish()
{
    return m_database->work([this](DatabaseConnection &connection) -> Result<> {
        if (!m_isBegun && m_fields) { // there were no items: an empty table, if there is to be one
            Batch none;
            none.reset(m_fields);
            if (auto begun = begin(connection, none); !begun)
                return begun;
        }
        if (m_isBegun && m_form.mode == TableMode::Replace)
            return replaceTable(connection);
        if (!m_isBegun && (m_form.mode == TableMode::Replace || m_form.mode == TableMode::Truncate)) {
            const auto columns = connection.columnsOf(m_form.table); // nothing is known of the items, not even fields
            if (!columns)
                return columns.forward();
            m_target = m_form.table;
            m_mustEmpty = !columns->empty();
        }
        if (!m_mustEmpty)
            return {};
        return connection.execute(QStringLiteral("DELETE FROM ") + connection.quotedTable(m_target));
    });
}

uint64_t TableWriter::abandon()
{
    const bool isReplacing = m_form.mode == TableMode::Replace;
    (void)m_database->work([&](DatabaseConnection &connection) -> Result<> {
        m_statement.reset();
        if (m_isOpen)
            connection.handle.rollback();
        m_isOpen = false;
        if (!isReplacing || !m_isBegun)
            return {};
        return connection.execute(QStringLiteral("DROP TABLE IF EXISTS ") + connection.quotedTable(m_target));
    });
    return isReplacing ? 0 : m_rows;
}

} // namespace millrace
