// SPDX-License-Identifier: MIT
#include "database/QueryReader.h"
#include "database/SqlText.h"
#include "steps/database/DatabaseUser.h"

namespace millrace {

/// Gives the rows of a query to a database.
class ReadSql final : public Source, public DatabaseUser
{
public:
    static void describe(StepBuilder<ReadSql> &step)
    {
        step.id("read.sql").title("SQL query").family(Family::Source).icon("database");
        step.help(
            "Gives the rows that a query has in a database, an item each, for example {\"database\": \"shop.db\", "
            "\"query\": \"SELECT id, total FROM orders WHERE day >= :since\", \"params\": {\"since\": "
            "\"2024-01-01\"}}. Rows are taken as they are needed, however many there are. Whole numbers keep all their "
            "digits, decimals how they are written; null is null, a blob bytes, and a column declared as a date or a "
            "timestamp a timestamp. The database is only read. Each server needs its driver: libqt6sql6-psql for "
            "PostgreSQL, libqt6sql6-mysql, libqt6sql6-odbc.");
        step.synonyms(
            {"database", "select", "sqlite", "postgres", "postgresql", "mysql", "mariadb", "odbc", "table", "db"});
        describeDatabase(step, ParamKind::InputFile);
        step.param("query", &ReadSql::m_query)
            .required()
            .title("Query")
            .help("One statement that gives rows. A value for :name comes from \"params\", and is never taken for a "
                  "part of the statement.");
        step.param("params", &ReadSql::m_params)
            .title("Parameters")
            .help("A value for each :name in the query, for example {\"since\": \"2024-01-01\", \"least\": 10}.");
        describePassword(step);
    }
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    void close() override { m_reader.reset(); }
    SchemaPtr schema() const override { return m_reader ? m_reader->schema() : emptySchema(); }
    std::string originName() const override { return shownDatabase(m_database); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override { return summaryWith(m_query); }

private:
    std::string m_query;
    Value m_params;

    std::unique_ptr<QueryReader> m_reader;
    uint64_t m_batchBytes = UINT64_MAX;
    int64_t m_rows = 0;
};

Result<> ReadSql::open(const StepContext &context)
{
    auto database = openDatabase(context.folder, Database::Access::Read);
    if (!database)
        return database.forward();
    auto reader = QueryReader::open(*std::move(database), m_query, m_params);
    if (!reader)
        return reader.forward();
    m_reader = *std::move(reader);
    m_batchBytes = context.batchBytes;
    m_rows = 0;
    return {};
}

Result<bool> ReadSql::fetch(Batch &batch, size_t items)
{
    auto any = m_reader->fetch(batch, items, m_batchBytes);
    if (!any || !*any)
        return any;
    batch.origin.firstRow = m_rows;
    batch.setFirstId(m_rows);
    m_rows += int64_t(batch.size());
    return true;
}

void ReadSql::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    const auto address = checkDatabase(context, false, problems);
    if (m_query.empty())
        return;
    if (std::string problem = QueryReader::problemOf(m_query, m_params); !problem.empty()) {
        problems.push_back({true, problem.starts_with("The query is ") ? "query" : "params", std::move(problem)});
        return;
    }
    if (std::string problem = address ? serverSqlProblem(m_query, address->kind) : ""; !problem.empty()) {
        problems.push_back({true, "query", std::move(problem)});
        return;
    }
    const auto database = address ? lookAtDatabase(context) : nullptr;
    if (!database)
        return;
    if (const auto columns = database->columnsOfQuery(m_query); !columns)
        problems.push_back({true, "query", columns.error().message});
}

SchemaPtr ReadSql::outputSchema(const CheckContext &context) const
{
    if (!QueryReader::problemOf(m_query, m_params).empty())
        return nullptr;
    const auto database = lookAtDatabase(context);
    const auto columns = database ? database->columnsOfQuery(m_query) : std::vector<DatabaseColumn>();
    if (!columns || columns->empty())
        return nullptr;
    return std::make_shared<const Schema>(QueryReader::fieldsOf(*columns));
}

void registerReadSql(StepRegistry &registry)
{
    registry.add<ReadSql>();
}

} // namespace millrace
