// SPDX-License-Identifier: MIT
#include "steps/keys/CountingStep.h"
#include "steps/StepChecks.h"

namespace millrace {

/// Running numbers, of all items or within each group.
class Number final : public CountingStep
{
public:
    static void describe(StepBuilder<Number> &step)
    {
        step.id("number").title("Number").family(Family::Transform).icon("lines");
        step.help("Gives the items running numbers in a field, in their order; within each group where \"by\" names "
                  "fields, for "
                  "example {\"into\": \"line\", \"by\": [\"order\"]}.");
        step.synonyms({"row number", "index", "sequence", "counter", "enumerate", "rank"});
        step.ordered();
        step.param("start", &Number::m_start).help("The number of the first item.");
        step.param("step", &Number::m_step).help("By how much each number is larger than the one before.");
        describeBy(step);
        step.param("into", &Number::m_into)
            .kind(ParamKind::FieldName)
            .help("The field that gets the number; it is added where the items have none of that name.");
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkFields(context, "by", m_by, problems);
        if (m_into.empty())
            problems.push_back({true, "into", "The field for the number has no name; give it one."});
    }
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        return context.input ? schemaAfter(*context.input) : nullptr;
    }
    std::string summary() const override
    {
        return m_into + " from " + std::to_string(m_start) + (m_by.empty() ? "" : ", by " + joined(m_by));
    }

private:
    SchemaPtr schemaAfter(const Schema &input) const
    {
        std::vector<Field> fields = input.fields();
        const auto place = input.find(m_into);
        if (!place)
            fields.push_back({m_into});
        fields[place.value_or(input.size())].type = ValueType::Integer;
        return input.with(std::move(fields));
    }

    int64_t m_start = 1, m_step = 1;
    std::string m_into = "number";
};

Result<> Number::process(Batch &batch)
{
    if (auto begun = begin(batch); !begun)
        return begun;
    const SchemaPtr schema = schemaAfter(*batch.schema());
    Column numbers(ColumnType::Integer);
    std::vector<uint32_t> tooLarge;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        int64_t number = 0;
        if (__builtin_mul_overflow(m_counts.of(row)++, m_step, &number)
            || __builtin_add_overflow(number, m_start, &number))
            tooLarge.push_back(row);
        numbers.appendInteger(number);
    }
    if (const auto place = batch.schema()->find(m_into)) {
        batch.columnToChange(*place) = std::move(numbers);
        batch.setSchema(schema);
    } else {
        batch.addColumn(schema, std::move(numbers));
    }
    for (const uint32_t row : tooLarge)
        batch.fail(row, ErrorKind::Range, "Its number has more than 64 bits; begin with a smaller one.");
    return {};
}

void registerNumber(StepRegistry &registry)
{
    registry.add<Number>();
}

} // namespace millrace
