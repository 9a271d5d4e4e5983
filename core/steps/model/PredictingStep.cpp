// SPDX-License-Identifier: MIT
#include "steps/model/PredictingStep.h"

#include "data/text/Quote.h"
#include "steps/StepChecks.h"
#include "steps/transform/Numbers.h"

namespace millrace {

namespace {

std::string clash(const std::string &into)
{
    return "There is a field " + inQuotes(into) + " already; choose another name (\"into\").";
}

} // namespace

Result<std::vector<size_t>> columnsOf(const std::vector<std::string> &names, const Schema &schema)
{
    std::vector<size_t> columns;
    for (const std::string &name : names) {
        const auto column = schema.find(name);
        if (!column)
            return failure(ErrorKind::Field, noFieldMessage(name, schema));
        columns.push_back(*column);
    }
    return columns;
}

void PredictingStep::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkFields(context, "fields", m_fields, problems);
    if (m_into.empty())
        problems.push_back({true, "into", "Give the new field a name."});
    else if (context.input && context.input->find(m_into))
        problems.push_back({true, "into", clash(m_into)});
}

Result<PredictionPlan> PredictingStep::planFor(const Schema &input) const
{
    auto columns = columnsOf(names(), input);
    if (!columns)
        return columns.forward();
    if (input.find(m_into))
        return failure(ErrorKind::Field, clash(m_into));
    std::vector<Field> fields = input.fields();
    fields.push_back({m_into, m_type, Role::DataInput});
    return PredictionPlan{*std::move(columns), input.with(std::move(fields))};
}

void PredictingStep::finish(Batch &batch,
                            const PredictionPlan &plan,
                            Column predicted,
                            std::vector<std::pair<uint32_t, std::string>> problems)
{
    SchemaPtr input = batch.schema();
    batch.addColumn(plan.output, std::move(predicted));
    for (auto &[row, text] : problems)
        batch.fail(row, ErrorKind::Type, std::move(text));
    if (!problems.empty())
        batch.setSchemaOfFailed(std::move(input));
}

std::string PredictingStep::noNumber(const std::string &field, const Value &value)
{
    return cannotText(field, value, "is no number; convert it (\"convert\") or fill it in (\"impute\") first");
}

} // namespace millrace
