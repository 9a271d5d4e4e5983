// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "duckdb/DuckDbQuery.h"
#include "duckdb/values/DuckDbType.h"
#include "formats/bytes/PathPattern.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <atomic>

namespace millrace {

/// Gives the rows of a Parquet file.
class ReadParquet final : public Source
{
public:
    static void describe(StepBuilder<ReadParquet> &step)
    {
        step.id("read.parquet").title("Parquet file").family(Family::Source).icon("parquet").opens({"parquet"});
        step.help(
            "Reads a Parquet file, an item a row, for example {\"path\": \"trips.parquet\", \"columns\": [\"day\", "
            "\"cents\"], \"where\": \"cents > 100\"}. Only those columns, and the parts of the file that such rows can "
            "be in, are read. Integers keep all their digits, decimals how they are written, dates and times are "
            "timestamps (in UTC where the file knows the moment), lists and structs lists and objects. Works by "
            "DuckDB's library, libduckdb.so (1.2 or newer), where that is in ~/.local/lib/millrace, in the system, or "
            "named by the variable MILLRACE_DUCKDB.");
        step.synonyms({"parquet", "duckdb", "columnar", "arrow", "columns", "load", "open", "lake"});
        step.param("path", &ReadParquet::m_path)
            .kind(ParamKind::InputFile)
            .required()
            .title("File")
            .help("The file. A relative path starts at the pipeline's folder. With * or ? it stands for all files that "
                  "fit, in the order of their names; they have the same columns.");
        step.param("columns", &ReadParquet::m_columns)
            .title("Columns")
            .help("The columns to read, in this order; empty: all.");
        step.param("where", &ReadParquet::m_where)
            .title("Rows")
            .help("Which rows are read: a condition of SQL over the columns, as cents > 100 AND city = 'Bern'; empty: "
                  "all. It may use columns that aren't among those that are read.");
        step.param("memory", &ReadParquet::m_memory)
            .help("How much memory reading may use, as \"256 MiB\": a part of each column for each core.");
    }
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    void close() override
    {
        m_query.reset();
        m_session.reset();
    }
    SchemaPtr schema() const override { return m_query ? m_query->schema() : emptySchema(); }
    SourceProgress progress() const override;
    std::string originName() const override { return fileName(m_path); }
    std::optional<std::vector<std::string>> repeatableFrom() const override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override { return m_path + (m_where.empty() ? "" : ", where " + m_where); }

private:
    Result<std::vector<std::string>> filesIn(const std::string &folder) const;
    Result<> start(const std::string &folder, bool isLook, DuckDbQuery::Interrupted isInterrupted);
    Result<> checkColumns(const Schema &schema) const;
    DuckDbStatement statement(const std::string &from, bool isLook) const;
    Result<int64_t> countRows(const std::string &files);
    Result<SchemaPtr> look(const std::string &folder, std::string &blamed) const;

    std::string m_path, m_where, m_memory = "256 MiB";
    std::vector<std::string> m_columns;

    StepContext m_context;
    std::vector<std::string> m_files;
    std::unique_ptr<DuckDbSession> m_session;
    std::unique_ptr<DuckDbQuery> m_query; ///< of that session
    int64_t m_row = 0, m_total = -1;      ///< the total: -1 where it isn't known
    std::atomic<int64_t> m_given{0}, m_all{-1};
    std::string m_blamed; ///< the parameter that an error of start() is about
};

/// Absolute paths without links, in order.
Result<std::vector<std::string>> ReadParquet::filesIn(const std::string &folder) const
{
    std::vector<std::string> files{m_path};
    if (isPathPattern(folder, m_path)) {
        files = filesOfPattern(folder, m_path);
        if (files.empty())
            return failure(ErrorKind::Io, "No file fits " + inQuotes(m_path) + "; look at the path.");
    }
    for (std::string &file : files) {
        file = resolvePath(folder, file);
        if (std::string problem = readProblem(file); !problem.empty())
            return failure(ErrorKind::Io, std::move(problem));
        if (!isRegularFile(file))
            return failure(ErrorKind::Io, "A Parquet file is read from its end, so " + inQuotes(file)
                                              + ", a pipe or a device, can't be read; choose a file.");
        std::error_code error;
        file = canonicalOf(file, error).string();
        if (error)
            return failure(ErrorKind::Io, "The file " + inQuotes(m_path) + " can't be read: " + error.message() + '.');
    }
    return files;
}

DuckDbStatement ReadParquet::statement(const std::string &from, bool isLook) const
{
    std::string columns;
    for (const std::string &column : m_columns)
        columns += (columns.empty() ? "" : ", ") + duckDbName(column);
    DuckDbStatement statement{"SELECT " + (columns.empty() ? "*" : columns) + " FROM " + from, 0, 0, "condition"};
    if (!m_where.empty()) {
        statement.sql += " WHERE (";
        statement.begin = statement.sql.size();
        statement.length = m_where.size();
        statement.sql += m_where + "\n)"; // a comment ends with its line
    }
    if (isLook)
        statement.sql += " LIMIT 0";
    return statement;
}

Result<> ReadParquet::checkColumns(const Schema &schema) const
{
    for (const std::string &column : m_columns)
        if (!schema.find(column))
            return failure(ErrorKind::Field, "The file " + inQuotes(fileName(m_path)) + " has no column "
                                                 + inQuotes(column) + "; its columns are " + schema.names() + '.');
    return {};
}

Result<int64_t> ReadParquet::countRows(const std::string &files)
{
    DuckDbQuery query(*m_session);
    if (auto begun = query.begin(
            DuckDbStatement::of("SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata(" + files + ')'), {});
        !begun)
        return begun.forward();
    Batch batch;
    const auto any = query.fetch(batch, 1, UINT64_MAX);
    if (!any)
        return any.forward();
    const Value rows = *any ? batch.column(0).value(0) : Value();
    return rows.isInteger() ? rows.toInteger() : -1;
}

Result<> ReadParquet::start(const std::string &folder, bool isLook, DuckDbQuery::Interrupted isInterrupted)
{
    m_blamed = "path";
    auto files = filesIn(folder);
    if (!files)
        return files.forward();
    m_files = *std::move(files);
    const auto memory = sizeOf("memory", m_memory);
    if (!memory)
        return memory.forward();
    auto session = DuckDbSession::open({.memory = *memory, .files = m_files});
    if (!session)
        return session.forward();
    m_session = *std::move(session);
    std::string list;
    for (const std::string &file : m_files)
        list += (list.empty() ? "[" : ", ") + duckDbText(file);
    list += ']';
    m_total = -1;
    if (const auto rows = countRows(list); !rows)
        return failure(rows.error().kind == ErrorKind::Memory ? ErrorKind::Memory : ErrorKind::Data,
                       "The file " + inQuotes(fileName(m_path)) + " is not a Parquet file, or is broken. "
                           + rows.error().message);
    else if (m_where.empty())
        m_total = *rows;
    const std::string from = "read_parquet(" + list + ')';
    if (!m_columns.empty()) {
        m_blamed = "columns";
        DuckDbQuery all(*m_session);
        auto begun = all.begin(DuckDbStatement::of("SELECT * FROM " + from + " LIMIT 0"), {});
        if (begun)
            begun = checkColumns(*all.schema());
        if (!begun)
            return begun;
    }
    m_blamed = m_where.empty() ? "path" : "where";
    m_query = std::make_unique<DuckDbQuery>(*m_session);
    return m_query->begin(statement(from, isLook), std::move(isInterrupted));
}

Result<> ReadParquet::open(const StepContext &context)
{
    m_context = context;
    m_row = 0;
    m_given = 0;
    auto started = start(context.folder, false, [this] { return m_context.isInterrupted(); });
    m_all = m_total;
    return started;
}

Result<bool> ReadParquet::fetch(Batch &batch, size_t items)
{
    auto any = m_query->fetch(batch, items, m_context.batchBytes);
    if (!any || !*any)
        return any;
    batch.origin.firstRow = m_row;
    batch.setFirstId(m_row);
    m_row += int64_t(batch.size());
    m_given.store(m_row, std::memory_order_relaxed);
    return true;
}

SourceProgress ReadParquet::progress() const
{
    const int64_t all = m_all.load(std::memory_order_relaxed), given = m_given.load(std::memory_order_relaxed);
    if (all < 0)
        return {};
    return {all == 0 ? 1.0 : std::min(1.0, double(given) / double(all)), uint64_t(all)};
}

/// A condition may be another one each time, as with random().
std::optional<std::vector<std::string>> ReadParquet::repeatableFrom() const
{
    return m_where.empty() ? std::optional(m_files) : std::nullopt;
}

/// The fields, by a look at the file. `blamed`: the parameter that an error is about.
Result<SchemaPtr> ReadParquet::look(const std::string &folder, std::string &blamed) const
{
    ReadParquet other;
    other.m_path = m_path;
    other.m_where = m_where;
    other.m_columns = m_columns;
    other.m_memory = m_memory;
    const auto started = other.start(folder, true, {});
    blamed = other.m_blamed;
    if (!started)
        return started.forward();
    return other.m_query->schema();
}

void ReadParquet::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    const size_t before = problems.size();
    checkSize("memory", m_memory, problems);
    if (m_path.empty() || problems.size() > before)
        return;
    if (isStandardStream(m_path)) {
        problems.push_back({true, "path", "A Parquet file can't be read from standard input; choose a file."});
        return;
    }
    if (!isPathPattern(context.folder, m_path) && !checkReadable(context, m_path, problems))
        return;
    std::string blamed;
    if (const auto schema = look(context.folder, blamed); !schema)
        problems.push_back({true, blamed, schema.error().message});
}

SchemaPtr ReadParquet::outputSchema(const CheckContext &context) const
{
    if (m_path.empty() || isStandardStream(m_path))
        return nullptr;
    std::string blamed;
    const auto schema = look(context.folder, blamed);
    return schema ? *schema : nullptr;
}

void registerReadParquet(StepRegistry &registry)
{
    registry.add<ReadParquet>();
}

} // namespace millrace
