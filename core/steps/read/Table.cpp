// SPDX-License-Identifier: MIT
#include "data/ItemRows.h"
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"

#include <algorithm>
#include <atomic>
#include <span>

namespace millrace {

/// Gives the items that are written down in the pipeline itself.
class Table final : public Source
{
public:
    static void describe(StepBuilder<Table> &step)
    {
        step.id("table").title("Table").family(Family::Source).icon("table");
        step.help("Gives items that are typed in here, for a few settings, names or cases to try: a list of objects, "
                  "for example [{\"city\": \"Ulm\", \"people\": 126000}, {\"city\": \"Jena\"}]. A field that one "
                  "lacks is absent there; what is no object becomes the field value.");
        step.synonyms({"rows", "inline", "constant", "values", "type in", "literal", "fixed", "example"});
        step.param("rows", &Table::m_rows).required().help("The items: a list of objects, or of plain values.");
    }
    Result<> open(const StepContext &) override
    {
        auto schema = readSchema();
        if (!schema)
            return schema.forward();
        m_schema = *std::move(schema);
        m_next = 0;
        return {};
    }
    Result<bool> fetch(Batch &batch, size_t items) override;
    SchemaPtr schema() const override { return m_schema; }
    SourceProgress progress() const override
    {
        const size_t all = count(), next = m_next.load(std::memory_order_relaxed);
        return {all > 0 ? double(next) / double(all) : 1.0, all};
    }
    std::string originName() const override { return "table"; }
    std::optional<std::vector<std::string>> repeatableFrom() const override { return std::vector<std::string>(); }
    void check(const CheckContext &, std::vector<StepProblem> &problems) const override
    {
        if (m_rows.isNull())
            return; // that they are missing is said of every required parameter
        if (const auto schema = readSchema(); !schema)
            problems.push_back({true, "rows", schema.error().message});
    }
    SchemaPtr outputSchema(const CheckContext &) const override
    {
        auto schema = readSchema();
        return schema ? *std::move(schema) : nullptr;
    }
    std::string summary() const override { return std::to_string(count()) + (count() == 1 ? " row" : " rows"); }

private:
    size_t count() const { return m_rows.isList() ? m_rows.toList().size() : 0; }
    Result<SchemaPtr> readSchema() const;

    Value m_rows;
    SchemaPtr m_schema = emptySchema();
    std::atomic<size_t> m_next{0};
};

Result<SchemaPtr> Table::readSchema() const
{
    if (!m_rows.isList())
        return failure(ErrorKind::Param, "The rows are " + describeValue(m_rows)
                                             + R"(; write a list such as [{"city": "Ulm"}, {"city": "Jena"}].)");
    return schemaOfItems(m_rows.toList());
}

Result<bool> Table::fetch(Batch &batch, size_t items)
{
    const size_t first = m_next.load(std::memory_order_relaxed), end = std::min(count(), first + items);
    if (first >= end) {
        batch.reset(m_schema);
        return false;
    }
    setItems(batch, m_schema, std::span(m_rows.toList()).subspan(first, end - first));
    batch.origin.firstRow = int64_t(first);
    batch.setFirstId(int64_t(first));
    m_next.store(end, std::memory_order_relaxed);
    return true;
}

void registerTable(StepRegistry &registry)
{
    registry.add<Table>();
}

} // namespace millrace
