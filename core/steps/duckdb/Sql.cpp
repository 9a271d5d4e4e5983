// SPDX-License-Identifier: MIT
#include "duckdb/DuckDbQuery.h"
#include "duckdb/DuckDbTable.h"
#include "steps/keys/HoldingStep.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

/// Gives what a query has over the items as a table.
class Sql final : public HoldingStep
{
public:
    static void describe(StepBuilder<Sql> &step)
    {
        step.id("sql").title("SQL").family(Family::Transform).icon("database");
        step.help(
            "Gives the rows that a query has, with the items as the table input, for example \"SELECT city, sum(cents) "
            "AS total FROM input GROUP BY city ORDER BY total DESC\". All items are taken first; what memory has no "
            "room "
            "for waits in temporary files. The table's columns and their types are those of the first 1,000 items; a "
            "later item that doesn't fit fails. The query reads nothing else: no file and no network. Works by "
            "DuckDB's "
            "library, libduckdb.so (1.2 or newer), where that is in ~/.local/lib/millrace, in the system, or named by "
            "the variable MILLRACE_DUCKDB.");
        step.synonyms({"select", "query", "duckdb", "group by", "order by", "join", "window", "aggregate", "table"});
        step.ordered().holdsBack().changesItemCount();
        step.param("query", &Sql::m_query)
            .required()
            .title("Query")
            .help(
                "One statement of DuckDB's SQL that only reads, over the table input. Without ORDER BY its rows may be "
                "in any order.");
        step.param("memory", &Sql::m_memory).help(MemoryHelp);
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override
    {
        m_result.reset();
        m_table.reset();
        m_session.reset();
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override;

private:
    Result<> take(Batch &batch);
    Result<SchemaPtr> look(const Schema &input) const;
    void noteHeld();

    std::string m_query;

    std::unique_ptr<DuckDbSession> m_session;
    std::unique_ptr<DuckDbTable> m_table;  ///< of that session
    std::unique_ptr<DuckDbQuery> m_result; ///< the same
    SchemaPtr m_output;
    uint64_t m_batches = 0;
};

Result<> Sql::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    m_result.reset();
    m_table.reset();
    m_output.reset();
    m_batches = 0;
    auto session = DuckDbSession::open({.memory = memoryBytes(), .spills = true, .folder = context.folder});
    if (!session)
        return session.forward();
    m_session = *std::move(session);
    m_table = std::make_unique<DuckDbTable>(*m_session, "input");
    return {};
}

void Sql::noteHeld()
{
    const uint64_t spilled = m_session->spilledBytes(), taken = m_table->takenBytes();
    note(std::min(taken, memoryBytes()), spilled);
}

Result<> Sql::take(Batch &batch)
{
    constexpr uint64_t NotedEvery = 64; ///< batches: it looks into a folder
    if (auto added = m_table->add(batch); !added)
        return added;
    if (m_table->hasChanged() && !m_table->hasItems()) {
        auto columns = m_table->columns();
        if (!columns)
            return columns.forward();
        auto schema = m_table->schemaOf(m_query, *columns);
        if (!schema)
            return schema.forward();
        m_output = *std::move(schema);
    }
    if (m_batches++ % NotedEvery == 0)
        noteHeld();
    std::vector<ItemError> errors = std::move(batch.errors());
    batch.clearItems();
    batch.reset(m_output); // what follows learns the fields from an empty batch, too
    batch.errors() = std::move(errors);
    return {};
}

Result<> Sql::process(Batch &batch)
{
    return takeFrom(batch, {}, [&] { return take(batch); });
}

Result<bool> Sql::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    if (!m_result) {
        if (auto ended = m_table->finish(); !ended)
            return ended.forward();
        if (const auto columns = m_table->columns(); !columns || columns->empty())
            return false; // no item has come, and nobody knows of which fields
        m_result = std::make_unique<DuckDbQuery>(*m_session);
        if (auto begun = m_result->begin(DuckDbStatement::of(m_query), [this] { return m_context.isInterrupted(); });
            !begun)
            return begun.forward();
    }
    auto some = m_result->fetch(batch, items, m_context.batchBytes);
    noteHeld();
    return some;
}

/// The fields that leave when items with such fields come.
Result<SchemaPtr> Sql::look(const Schema &input) const
{
    auto session = DuckDbSession::open({});
    if (!session)
        return session.forward();
    Batch none;
    none.reset(std::make_shared<const Schema>(input));
    DuckDbTable table(**session, "input");
    if (auto added = table.add(none); !added)
        return added.forward();
    const auto columns = table.columns();
    return columns ? table.schemaOf(m_query, *columns) : columns.forward();
}

void Sql::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkMemory(problems);
    if (m_query.empty())
        return;
    // Where items may have further fields, or of no known type, a query that can't be run now may be right.
    const bool isKnown = context.input && !context.input->isOpen() && context.input->size() > 0;
    if (!isKnown) {
        if (const auto session = DuckDbSession::open({}); !session)
            problems.push_back({true, "query", session.error().message});
        return;
    }
    if (const auto schema = look(*context.input); !schema)
        problems.push_back({true, "query", schema.error().message});
}

SchemaPtr Sql::outputSchema(const CheckContext &context) const
{
    if (!context.input || m_query.empty() || context.input->size() == 0)
        return nullptr;
    const auto schema = look(*context.input);
    return schema ? *schema : nullptr;
}

std::string Sql::summary() const
{
    std::string text = m_query;
    std::ranges::replace(text, '\n', ' ');
    return text;
}

void registerSql(StepRegistry &registry)
{
    registry.add<Sql>();
}

} // namespace millrace
