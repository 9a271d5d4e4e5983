// SPDX-License-Identifier: MIT
#include "steps/FilePath.h"
#include "steps/StepBuilder.h"

#include <algorithm>

namespace millrace {

/// Keeps the named fields, in the order named.
class Select final : public Step
{
public:
    static void describe(StepBuilder<Select> &step)
    {
        step.id("select").title("Select columns").family(Family::Transform);
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
    Result<> open(const StepContext &) override
    {
        m_input.reset();
        return {};
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override;

private:
    Result<std::vector<size_t>> columnsOf(const Schema &schema) const;
    static SchemaPtr schemaOf(const Schema &schema, const std::vector<size_t> &columns);

    std::vector<std::string> m_fields;
    bool m_expectedOutputs = true;

    SchemaPtr m_input, m_output; ///< of the last batch
    std::vector<size_t> m_columns;
};

Result<std::vector<size_t>> Select::columnsOf(const Schema &schema) const
{
    std::vector<size_t> columns;
    for (const std::string &name : m_fields) {
        const auto column = schema.find(name);
        if (!column)
            return failure("field", noFieldMessage(name, schema));
        if (std::find(columns.begin(), columns.end(), *column) == columns.end())
            columns.push_back(*column);
    }
    for (size_t i = 0; m_expectedOutputs && i < schema.size(); ++i) {
        if (schema.field(i).role == Role::ExpectedOutput
            && std::find(columns.begin(), columns.end(), i) == columns.end())
            columns.push_back(i);
    }
    return columns;
}

SchemaPtr Select::schemaOf(const Schema &schema, const std::vector<size_t> &columns)
{
    std::vector<Field> fields;
    for (const size_t column : columns)
        fields.push_back(schema.field(column));
    return std::make_shared<const Schema>(std::move(fields));
}

Result<> Select::process(Batch &batch)
{
    if (m_input != batch.schema()) {
        auto columns = columnsOf(*batch.schema());
        if (!columns)
            return columns.forward();
        m_columns = *std::move(columns);
        m_input = batch.schema();
        m_output = schemaOf(*m_input, m_columns);
    }
    std::vector<Column> kept;
    kept.reserve(m_columns.size());
    for (const size_t column : m_columns)
        kept.push_back(std::move(batch.columnToChange(column)));
    batch.setColumns(m_output, std::move(kept));
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

SchemaPtr Select::outputSchema(const CheckContext &context) const
{
    if (!context.input)
        return nullptr;
    const auto columns = columnsOf(*context.input);
    return columns ? schemaOf(*context.input, *columns) : nullptr;
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
