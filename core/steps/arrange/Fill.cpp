// SPDX-License-Identifier: MIT
#include "steps/keys/HoldingStep.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

namespace millrace {

/// Puts values where there are none: that of the item before, or one that is given.
class Fill final : public Step
{
public:
    static void describe(StepBuilder<Fill> &step)
    {
        step.id("fill").title("Fill gaps").family(Family::Transform).icon("impute");
        step.help("Where a field is null, or isn't there, it gets the value that it had in the item before (as in "
                  "tables that "
                  "name a group only in its first row), or one that is given, for example {\"fields\": [\"city\"]}.");
        step.synonyms({"fill down", "forward fill", "ffill", "null", "missing", "gaps", "default", "coalesce"});
        step.ordered().keepsItemsOnError();
        step.param("fields", &Fill::m_fields).required().help("The fields to fill.");
        step.param("with", &Fill::m_with)
            .choices({"previous", "value"})
            .help("The value of the item before that had one, or always the same.");
        step.param("value", &Fill::m_value).help("With \"value\": what stands there then.");
    }
    Result<> open(const StepContext &) override
    {
        m_last.assign(m_fields.size(), m_with == "value" ? m_value : Value());
        return {};
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkFields(context, "fields", m_fields, problems);
        if (m_with == "value" && m_value.isNull())
            problems.push_back({true, "value", "There is no value to fill in; give one."});
    }
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        if (!context.input || m_with != "value")
            return context.input;
        std::vector<Field> fields = context.input->fields();
        for (const std::string &name : m_fields)
            if (const auto place = context.input->find(name); place && fields[*place].type != m_value.type())
                fields[*place].type = ValueType::Null;
        return context.input->with(std::move(fields));
    }
    std::string summary() const override
    {
        return joined(m_fields) + (m_with == "value" ? " with " + toJson(m_value) : "");
    }

private:
    std::vector<std::string> m_fields;
    std::string m_with = "previous";
    Value m_value;
    std::vector<Value> m_last; ///< of each field
};

Result<> Fill::process(Batch &batch)
{
    if (auto known = requireFields(*batch.schema(), m_fields); !known)
        return known;
    for (size_t i = 0; i < m_fields.size(); ++i) {
        auto place = batch.schema()->find(m_fields[i]);
        if (!place && m_last[i].isNull())
            continue;
        if (!place) {
            std::vector<Field> fields = batch.schema()->fields();
            fields.push_back({m_fields[i], m_last[i].type()});
            place = fields.size() - 1;
            Column column(columnTypeFor(m_last[i].type()));
            for (size_t row = 0; row < batch.size(); ++row)
                column.appendAbsent();
            batch.addColumn(batch.schema()->with(std::move(fields)), std::move(column));
        }
        const bool isPrevious = m_with == "previous";
        const Column &column = batch.column(*place);
        if (!column.hasNulls()) {
            if (isPrevious && !batch.isEmpty())
                m_last[i] = column.value(batch.size() - 1);
            continue;
        }
        Column filled = column;
        for (size_t row = 0; row < batch.size(); ++row) {
            if (!filled.isNull(row)) {
                if (isPrevious)
                    m_last[i] = filled.value(row);
            } else if (!m_last[i].isNull()) {
                filled.setValue(row, m_last[i]);
            }
        }
        batch.columnToChange(*place) = std::move(filled);
    }
    return {};
}

void registerFill(StepRegistry &registry)
{
    registry.add<Fill>();
}

} // namespace millrace
