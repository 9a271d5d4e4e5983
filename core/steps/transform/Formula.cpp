// SPDX-License-Identifier: MIT
#include "steps/HalfChangedBatch.h"
#include "steps/StepBuilder.h"
#include "steps/StepExpression.h"

#include <optional>
#include <span>
#include <utility>

namespace millrace {

/// Sets a field to the value of an expression over the item's fields.
class Formula final : public Step, public ComputesExpression
{
public:
    static void describe(StepBuilder<Formula> &step)
    {
        step.id("formula").title("Formula").family(Family::Transform).icon("formula");
        step.help(
            "Computes an expression over the item's fields and puts its value into a new field, or in place of an old "
            "one. The other fields stay as they are.");
        step.keepsItemsOnError();
        step.synonyms({"compute", "calculate", "expression", "map", "derive", "set"});
        step.param("expression", &Formula::m_expression)
            .kind(ParamKind::Expression)
            .required()
            .help("What to compute, for example cents / 100 or upper(name) + \"!\".");
        step.param("field", &Formula::m_field)
            .kind(ParamKind::FieldName)
            .required()
            .help("The field that gets the value. It is added where the items have none of that name.");
    }

    Result<> open(const StepContext &context) override
    {
        m_input.reset();
        auto compiled = openExpression(m_expression, context);
        if (!compiled)
            return compiled.forward();
        m_compiled.emplace(*std::move(compiled));
        return {};
    }

    Result<> process(Batch &batch) override
    {
        if (batch.schema() != m_input || !m_input) {
            if (auto bound = m_compiled->bind(batch.schema()); !bound)
                return bound;
            m_output = schemaAfter(*m_compiled, batch.schema());
            m_replaced = batch.schema()->find(m_field);
            m_input = batch.schema(); // last: before, the next batch would be taken for a known one
        }
        return m_replaced ? replace(batch, *m_replaced) : append(batch);
    }

    size_t announcedAtOnce() const override { return m_compiled->announcedAtOnce(); }
    void announce(std::span<Batch *const> batches) override { m_compiled->announce(batches); }

    void close() override { m_compiled.reset(); }

    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        if (m_expression.empty())
            return; // that it is missing is said of every required parameter
        checkExpression(m_expression, "expression", context, problems);
    }

    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        const auto compiled = ItemExpression::compile(m_expression);
        return context.input && compiled && !m_field.empty() ? schemaAfter(*compiled, context.input) : nullptr;
    }

    std::string summary() const override { return m_field.empty() ? m_expression : m_field + " = " + m_expression; }

private:
    SchemaPtr schemaAfter(const ItemExpression &expression, const SchemaPtr &input) const
    {
        std::vector<Field> fields = input->fields();
        const auto place = input->find(m_field);
        if (!place)
            fields.push_back({m_field});
        fields[place.value_or(input->size())].type = expression.resultType(*input);
        return input->with(std::move(fields));
    }

    Result<> append(Batch &batch)
    {
        Column result = batch.takeSpare(ColumnType::Real);
        if (auto done = m_compiled->evaluate(batch, result, m_errors); !done)
            return done;
        batch.addColumn(m_output, std::move(result));
        changeInPlace([&] { tellErrors(batch); });
        return {};
    }

    Result<> replace(Batch &batch, size_t place)
    {
        if (auto done = m_compiled->evaluate(batch, m_result, m_errors); !done)
            return done;
        Column &column = batch.columnToChange(place);
        for (const ItemError &error : m_errors)
            m_result.setValue(error.row, column.value(error.row));
        std::swap(column, m_result);
        changeInPlace([&] {
            m_result.shrink(); // the old one's memory is for the next batch
            batch.setSchema(m_output);
            tellErrors(batch);
        });
        return {};
    }

    void tellErrors(Batch &batch)
    {
        if (!m_errors.empty())
            batch.setSchemaOfFailed(m_input);
        for (ItemError &error : m_errors)
            batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
    }

    std::string m_expression, m_field;
    std::optional<ItemExpression> m_compiled;
    SchemaPtr m_input, m_output; ///< that m_compiled is bound to, and what it makes of it
    std::optional<size_t> m_replaced;
    Column m_result;
    std::vector<ItemError> m_errors;
};

void registerFormula(StepRegistry &registry)
{
    registry.add<Formula>();
}

} // namespace millrace
