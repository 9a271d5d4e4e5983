// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "database/TableWriter.h"
#include "steps/database/DatabaseUser.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

/// Writes items as rows of a table in a database.
class WriteSql final : public Sink, public DatabaseUser
{
public:
    static void describe(StepBuilder<WriteSql> &step)
    {
        step.id("write.sql").title("SQL table").family(Family::Sink).icon("database");
        step.help(
            "Writes items as rows of a table in a database, a transaction for each batch, for example {\"database\": "
            "\"shop.db\", \"table\": \"orders\", \"mode\": \"upsert\", \"keys\": [\"id\"]}. A row that the database "
            "refuses, such as one whose key is there already, is a failed item with the database's words; the others "
            "of its batch are written. Lists and objects become JSON, what an item lacks null. A table that isn't "
            "there is made, with columns for the items' fields. Each server needs its driver: libqt6sql6-psql for "
            "PostgreSQL, libqt6sql6-mysql, libqt6sql6-odbc.");
        step.synonyms({"database", "insert", "upsert", "sqlite", "postgres", "postgresql", "mysql", "mariadb", "odbc",
                       "export", "db"});
        describeDatabase(step, ParamKind::OutputFile);
        step.param("table", &WriteSql::m_table)
            .required()
            .title("Table")
            .help("The table's name; at a server also with its schema, as public.orders.");
        step.param("mode", &WriteSql::m_mode)
            .choices({"append", "replace", "truncate", "upsert"})
            .title("Rows that are there")
            .help("What becomes of the rows that the table has. append: they stay. replace: a new table takes the "
                  "old one's place when it is complete; until then, and where the run fails, the old one stays. "
                  "truncate: they go with the first batch, the table's definition stays. upsert: those with equal "
                  "keys are changed.");
        step.param("keys", &WriteSql::m_keys)
            .kind(ParamKind::FieldNames)
            .title("Keys")
            .help("The columns that rows are told by with upsert, which must be a key or unique in the table. They "
                  "are the primary key of a table that is made.");
        step.param("create", &WriteSql::m_create)
            .title("Make the table")
            .help("Whether a table that isn't there is made, and the file of an SQLite database.");
        describePassword(step);
    }
    Result<> open(const StepContext &context) override;
    Result<> write(Batch &batch) override { return m_writer->write(batch); }
    Result<> finish() override { return m_writer->finish(); }
    std::string abandon() override;
    void close() override { m_writer.reset(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return summaryWith(m_table); }

private:
    TableForm form() const;
    void checkTable(const CheckContext &context, Database &database, std::vector<StepProblem> &problems) const;

    std::string m_table, m_mode = "append";
    std::vector<std::string> m_keys;
    bool m_create = true;

    std::unique_ptr<TableWriter> m_writer;
};

TableForm WriteSql::form() const
{
    TableForm form{.table = m_table, .keys = m_keys, .isMade = m_create};
    form.mode = m_mode == "replace"    ? TableMode::Replace
                : m_mode == "truncate" ? TableMode::Truncate
                : m_mode == "upsert"   ? TableMode::Upsert
                                       : TableMode::Append;
    return form;
}

Result<> WriteSql::open(const StepContext &context)
{
    const auto address = databaseAddressOf(m_database, context.folder);
    if (address && address->kind == DatabaseKind::Sqlite && !m_create)
        if (std::string problem = readProblem(address->file); !problem.empty())
            return failure(ErrorKind::Io, std::move(problem));
    auto database = openDatabase(context.folder, Database::Access::Write);
    if (!database)
        return database.forward();
    auto writer = TableWriter::open(*std::move(database), form());
    if (!writer)
        return writer.forward();
    m_writer = *std::move(writer);
    return {};
}

std::string WriteSql::abandon()
{
    const uint64_t rows = m_writer ? m_writer->abandon() : 0;
    return rows == 0 ? std::string() : "table " + inQuotes(m_table) + " of " + shownDatabase(m_database);
}

void WriteSql::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    const auto address = checkDatabase(context, true, problems);
    if (m_mode == "upsert" && m_keys.empty())
        problems.push_back({true, "keys", R"("keys" must say by which columns rows are told that are changed.)"});
    if (m_mode == "upsert" && address && address->kind == DatabaseKind::Odbc)
        problems.push_back({true, "mode", "By ODBC rows can't be changed by their keys; choose another \"mode\"."});
    checkFields(context, "keys", m_keys, problems);
    if (!address || m_table.empty())
        return;
    if (address->kind == DatabaseKind::Sqlite && !m_create && !isRegularFile(address->file))
        problems.push_back({true, "database", readProblem(address->file)});
    if (const auto database = lookAtDatabase(context))
        checkTable(context, *database, problems);
}

/// What the table says about the items, where it is there and stays.
void WriteSql::checkTable(const CheckContext &context, Database &database, std::vector<StepProblem> &problems) const
{
    const auto columns = database.columnsOf(m_table);
    if (!columns || (columns->empty() && m_create))
        return;
    if (columns->empty()) {
        problems.push_back({true, "table",
                            "The database " + inQuotes(fileName(m_database)) + " has no table " + inQuotes(m_table)
                                + R"(; make it, or set "create" to true.)"});
        return;
    }
    if (m_mode == "replace" || !context.input)
        return;
    std::vector<Field> fields;
    for (const DatabaseColumn &column : *columns)
        fields.push_back({column.name, column.type});
    for (const Field &field : context.input->fields()) {
        const bool isThere = std::ranges::any_of(*columns, [&](const DatabaseColumn &column) {
            return isSameColumn(database.address().kind, column.name, field.name);
        });
        if (!isThere)
            problems.push_back({true, "table",
                                "The table " + inQuotes(m_table) + " has no column for the field "
                                    + inQuotes(field.name) + "; leave it out with \"select\". The columns are "
                                    + Schema(fields).names() + '.'});
    }
}

void registerWriteSql(StepRegistry &registry)
{
    registry.add<WriteSql>();
}

} // namespace millrace
