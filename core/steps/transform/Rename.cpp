// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "steps/SchemaStep.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

namespace {

struct Renaming
{
    SchemaPtr output;
};

} // namespace

/// Gives fields other names. Costs nothing per item.
class Rename final : public SchemaStep<Renaming>
{
public:
    static void describe(StepBuilder<Rename> &step)
    {
        step.id("rename").title("Rename columns").family(Family::Transform).icon("rename");
        step.help("Gives fields other names. All are renamed at once, so two can exchange their names.");
        step.synonyms({"name", "columns", "fields", "label", "title"});
        step.keepsItemsOnError();
        step.param("names", &Rename::m_names)
            .required()
            .title("Names")
            .help("The new name of each field, by its old one.");
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override;

private:
    Result<Renaming> planFor(const Schema &input) const override;

    TextPairs m_names;
};

Result<Renaming> Rename::planFor(const Schema &schema) const
{
    std::vector<Field> fields = schema.fields();
    for (const auto &[from, to] : m_names) {
        const auto column = schema.find(from);
        if (!column && !schema.isOpen())
            return failure(ErrorKind::Field, noFieldMessage(from, schema));
        if (to.empty())
            return failure(ErrorKind::Field, "The new name of " + inQuotes(from) + " is empty; give one.");
        if (!column)
            continue; // none of these items has it
        fields[*column].name = to;
    }
    for (auto field = fields.begin(); field != fields.end(); ++field) {
        if (std::any_of(fields.begin(), field, [&](const Field &other) { return other.name == field->name; }))
            return failure(ErrorKind::Field,
                           "Two fields would be called " + inQuotes(field->name) + "; give each a name of its own.");
    }
    return Renaming{schema.with(std::move(fields))};
}

Result<> Rename::process(Batch &batch)
{
    const auto plan = planOf(batch);
    if (!plan)
        return plan.forward();
    batch.setSchema((*plan)->output);
    return {};
}

void Rename::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!context.input)
        return;
    if (const auto plan = planFor(*context.input); !plan) {
        problems.push_back({true, "names", plan.error().message});
        return;
    }
    for (const auto &[from, to] : m_names)
        if (!context.input->find(from))
            problems.push_back(missingField("names", from, *context.input));
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
