// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/SchemaStep.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

namespace {

struct Selection
{
    std::vector<size_t> columns;
    size_t missing = 0; ///< columns that are appended first, for fields that none of the items has
    SchemaPtr widened;  ///< with these; null: there are none
    SchemaPtr output;
};

} // namespace

/// Keeps the named fields, in the order named.
class Select final : public SchemaStep<Selection>
{
public:
    static void describe(StepBuilder<Select> &step)
    {
        step.id("select").title("Select columns").family(Family::Transform).icon("columns");
        step.help("Keeps the named fields, in this order, and drops the others. Expected outputs stay beside the data "
                  "inputs.");
        step.synonyms({"fields", "columns", "keep", "choose", "drop", "project", "reorder"});
        step.keepsItemsOnError();
        step.param("fields", &Select::m_fields)
            .required()
            .title("Fields")
            .help("The fields to keep, in their new order.");
        step.param("expectedOutputs", &Select::m_expectedOutputs)
            .title("Keep expected outputs")
            .help("Whether expected outputs stay although they aren't named.");
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override;

private:
    Result<Selection> planFor(const Schema &input) const override;

    std::vector<std::string> m_fields;
    bool m_expectedOutputs = true;
};

Result<Selection> Select::planFor(const Schema &schema) const
{
    std::vector<size_t> columns;
    std::vector<Field> all = schema.fields();
    for (const std::string &name : m_fields) {
        auto column = schema.find(name);
        if (!column && !schema.isOpen())
            return failure(ErrorKind::Field, noFieldMessage(name, schema));
        if (!column) {
            const auto same = std::ranges::find(all, name, &Field::name);
            column = size_t(same - all.begin());
            if (same == all.end())
                all.push_back({name, ValueType::Null, Role::DataInput});
        }
        if (std::find(columns.begin(), columns.end(), *column) == columns.end())
            columns.push_back(*column);
    }
    for (size_t i = 0; m_expectedOutputs && i < schema.size(); ++i) {
        if (schema.field(i).role == Role::ExpectedOutput
            && std::find(columns.begin(), columns.end(), i) == columns.end())
            columns.push_back(i);
    }
    std::vector<Field> fields;
    for (const size_t column : columns)
        fields.push_back(all[column]);
    const size_t missing = all.size() - schema.size();
    return Selection{std::move(columns), missing, missing > 0 ? schema.with(std::move(all)) : nullptr,
                     std::make_shared<const Schema>(std::move(fields))};
}

Result<> Select::process(Batch &batch)
{
    const auto plan = planOf(batch);
    if (!plan)
        return plan.forward();
    const auto &[columns, missing, widened, output] = **plan;
    for (size_t i = 0; i < missing; ++i) {
        Column absent = batch.takeSpare(ColumnType::Any);
        absent.resize(batch.size());
        for (size_t row = 0; row < batch.size(); ++row)
            absent.setAbsent(row);
        batch.addColumn(widened, std::move(absent));
    }
    batch.selectColumns(output, columns);
    return {};
}

void Select::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkFields(context, "fields", m_fields, problems);
    for (auto name = m_fields.begin(); name != m_fields.end(); ++name) {
        if (std::find(m_fields.begin(), name, *name) != name)
            problems.push_back({false, "fields", "The field " + inQuotes(*name) + " is named twice; once is enough."});
    }
}

std::string Select::summary() const
{
    std::string text;
    for (const std::string &name : m_fields)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

void registerSelect(StepRegistry &registry)
{
    registry.add<Select>();
}

} // namespace millrace
