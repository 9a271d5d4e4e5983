// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

/// Makes one item of several that follow each other, with a list of them.
class Collect final : public HoldingStep
{
public:
    static void describe(StepBuilder<Collect> &step)
    {
        step.id("collect").title("Collect").family(Family::Transform).icon("container");
        step.help("Makes one item of several that come one after the other: of each so many, or of all that are equal "
                  "in some "
                  "fields and follow each other, for example {\"by\": [\"order\"], \"into\": \"lines\"}. It has these "
                  "fields, and "
                  "a list of the items, each an object of its other fields.");
        step.synonyms({"group", "batch", "chunk", "nest", "list", "bundle", "window"});
        step.ordered().holdsBack().changesItemCount();
        step.param("count", &Collect::m_count)
            .range(0, 1e9)
            .unit("items")
            .help("How many become one; 0: as many as are equal in the fields of \"by\".");
        step.param("by", &Collect::m_by).title("By").help("Another value in one of these fields begins another item.");
        step.param("into", &Collect::m_into).kind(ParamKind::FieldName).help("The field that gets the list.");
        step.param("memory", &Collect::m_memory)
            .help("How large one list may become, as \"256 MiB\"; beyond, the run fails.");
    }
    Result<> open(const StepContext &context) override
    {
        close();
        return HoldingStep::open(context);
    }
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override
    {
        m_list = {};
        m_bytes = 0;
        m_given = 0;
        m_output.reset();
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        return context.input ? schemaAfter(*context.input) : nullptr;
    }
    std::string summary() const override
    {
        return (m_count > 0 ? std::to_string(m_count) + " items" : joined(m_by)) + " into " + m_into;
    }

private:
    SchemaPtr schemaAfter(const Schema &input) const;
    Result<> take(Batch &batch);
    Value listed(const Batch &batch, uint32_t row) const;
    void give(std::vector<Column> &columns, Column &ids);
    std::vector<Column> emptyColumns() const;

    int64_t m_count = 0;
    std::vector<std::string> m_by;
    std::string m_into = "items";

    std::vector<const Column *> m_columns;
    std::string m_key, m_lastKey;
    std::vector<Value> m_values; ///< of the fields that are equal
    List m_list;
    uint64_t m_bytes = 0;
    int64_t m_given = 0;
    SchemaPtr m_output;
};

SchemaPtr Collect::schemaAfter(const Schema &input) const
{
    std::vector<Field> fields;
    for (const std::string &name : m_by) {
        const auto place = input.find(name);
        fields.push_back(place ? input.field(*place) : Field{name});
    }
    fields.push_back({m_into, ValueType::List});
    return std::make_shared<const Schema>(std::move(fields));
}

std::vector<Column> Collect::emptyColumns() const
{
    std::vector<Column> columns;
    for (const ColumnType type : m_output->columnTypes())
        columns.emplace_back(type);
    return columns;
}

/// The item without the fields that are said once for all.
Value Collect::listed(const Batch &batch, uint32_t row) const
{
    Members members;
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        const std::string &name = batch.schema()->field(i).name;
        if (!batch.column(i).isAbsent(row) && std::ranges::find(m_by, name) == m_by.end())
            members.emplace_back(name, batch.column(i).value(row));
    }
    return Value(std::move(members));
}

void Collect::give(std::vector<Column> &columns, Column &ids)
{
    for (size_t i = 0; i < m_by.size(); ++i)
        columns[i].append(m_values[i]);
    columns.back().append(Value(std::move(m_list)));
    ids.appendInteger(m_given++);
    m_list = {};
    m_bytes = 0;
}

Result<> Collect::process(Batch &batch)
{
    return takeFrom(batch, m_by, [&] { return take(batch); });
}

/// Lists that are complete take the batch's place.
Result<> Collect::take(Batch &batch)
{
    if (!m_output)
        m_output = schemaAfter(*batch.schema());
    findColumns(batch, m_by, m_columns);
    std::vector<Column> columns = emptyColumns();
    Column ids(ColumnType::Integer);
    std::vector<uint32_t> originals;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        m_key.clear();
        for (const Column *column : m_columns)
            appendKey(m_key, column, row);
        const bool isFull = m_count > 0 && int64_t(m_list.size()) >= m_count;
        if (!m_list.empty() && (isFull || m_key != m_lastKey)) {
            give(columns, ids);
            originals.push_back(batch.originalRow(row));
        }
        if (m_list.empty()) {
            m_lastKey = m_key;
            m_values.clear();
            for (const Column *column : m_columns)
                m_values.push_back(column ? column->value(row) : Value());
        }
        m_list.push_back(listed(batch, row));
        m_bytes += sizeof(Value) + m_list.back().heapSize();
        if (m_bytes > memoryBytes())
            return failure(ErrorKind::Memory, "A list of " + std::to_string(m_list.size()) + " items is larger than "
                                                  + m_memory + "; collect fewer, or give the step more memory.");
    }
    note(m_bytes, 0);
    batch.setItems(m_output, std::move(columns), std::move(ids), std::move(originals));
    return {};
}

Result<bool> Collect::flush(Batch &batch, size_t)
{
    if (ending())
        return Failure{*ending()};
    if (m_list.empty())
        return false;
    std::vector<Column> columns = emptyColumns();
    Column ids(ColumnType::Integer);
    give(columns, ids);
    batch.setItems(m_output, std::move(columns), std::move(ids), {0});
    note(0, 0);
    return true;
}

void Collect::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkMemory(problems);
    checkFields(context, "by", m_by, problems);
    if (m_count == 0 && m_by.empty())
        problems.push_back({true, "count", "Say how many items become one, or in which fields they are equal."});
    if (m_into.empty())
        problems.push_back({true, "into", "The field for the list has no name; give it one."});
    if (std::ranges::find(m_by, m_into) != m_by.end())
        problems.push_back(
            {true, "into", "Two fields would be called " + inQuotes(m_into) + "; give each a name of its own."});
}

void registerCollect(StepRegistry &registry)
{
    registry.add<Collect>();
}

} // namespace millrace
