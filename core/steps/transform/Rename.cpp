// SPDX-License-Identifier: MIT
#include "steps/FilePath.h"
#include "steps/StepBuilder.h"

#include <algorithm>

namespace millrace {

/// Gives fields other names. Costs nothing per item.
class Rename final : public Step
{
public:
    static void describe(StepBuilder<Rename> &step)
    {
        step.id("rename").title("Rename columns").family(Family::Transform);
        step.help("Gives fields other names. All are renamed at once, so two can exchange their names.");
        step.synonyms({"name", "columns", "fields", "label", "title"});
        step.keepsItemsOnError();
        step.param("names", &Rename::m_names)
            .required()
            .title("Names")
            .help("The new name of each field, by its old one.");
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
    Result<SchemaPtr> renamed(const Schema &schema) const;

    TextPairs m_names;

    SchemaPtr m_input, m_output; ///< of the last batch
};

Result<SchemaPtr> Rename::renamed(const Schema &schema) const
{
    std::vector<Field> fields = schema.fields();
    for (const auto &[from, to] : m_names) {
        const auto column = schema.find(from);
        if (!column)
            return failure("field", noFieldMessage(from, schema));
        if (to.empty())
            return failure("field", "The new name of " + inQuotes(from) + " is empty; give one.");
        fields[*column].name = to;
    }
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        if (std::any_of(fields.begin(), field, [&](const Field &other) { return other.name == field->name; }))
            return failure("field",
                           "Two fields would be called " + inQuotes(field->name) + "; give each a name of its own.");
    }
    return SchemaPtr(std::make_shared<const Schema>(std::move(fields)));
}

Result<> Rename::process(Batch &batch)
{
    if (m_input != batch.schema()) {
        auto schema = renamed(*batch.schema());
        if (!schema)
            return schema.forward();
        m_input = batch.schema();
        m_output = *std::move(schema);
    }
    batch.setSchema(m_output);
    return {};
}

void Rename::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!context.input)
        return;
    if (const auto schema = renamed(*context.input); !schema)
        problems.push_back({true, "names", schema.error().message});
}

SchemaPtr Rename::outputSchema(const CheckContext &context) const
{
    if (!context.input)
        return nullptr;
    const auto schema = renamed(*context.input);
    return schema ? *schema : nullptr;
}

std::string Rename::summary() const
{
    std::string text;
    for (const auto &[from, to] : m_names)
        text += (text.empty() ? "" : ", ") + from + " → " + to;
    return text;
}

void registerRename(StepRegistry &registry)
{
    registry.add<Rename>();
}

} // namespace millrace
