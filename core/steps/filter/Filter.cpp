// SPDX-License-Identifier: MIT
#include "expression/ItemExpression.h"
#include "steps/StepBuilder.h"

#include <optional>

namespace millrace {

/// Parts the items by an expression.
class Filter final : public Step
{
public:
    static void describe(StepBuilder<Filter> &step)
    {
        step.id("filter").title("Filter").family(Family::Filter);
        step.help("Items for which the expression is true leave by \"out\", the others by \"rejected\". What is null, "
                  "false, 0 or "
                  "an empty text is not true.");
        step.synonyms({"where", "keep", "drop", "reject", "condition", "if", "split"});
        step.outputPorts({"out", "rejected"}).changesItemCount().keepsItemsOnError();
        step.param("expression", &Filter::m_expression)
            .kind(ParamKind::Expression)
            .required()
            .help("True for the items to keep, for example status == \"paid\" && cents > 0.");
    }

    Result<> open(const StepContext &) override
    {
        auto compiled = ItemExpression::compile(m_expression);
        if (!compiled)
            return compiled.forward();
        m_compiled.emplace(*std::move(compiled));
        return {};
    }

    Result<> process(Batch &batch) override
    {
        constexpr uint8_t Rejected = 1;
        if (auto done = m_compiled->evaluateTruth(batch, m_truth, m_errors); !done)
            return done;
        for (ItemError &error : m_errors) {
            m_truth[error.row] = 1; // it failed, which is neither
            batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
        }
        for (size_t row = 0; row < batch.size(); ++row) {
            if (!m_truth[row])
                batch.sendTo(row, Rejected);
        }
        return {};
    }

    void close() override { m_compiled.reset(); }

    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        if (m_expression.empty())
            return; // that it is missing is said of every required parameter
        if (auto checked = ItemExpression::check(m_expression, context.input); !checked)
            problems.push_back({true, "expression", checked.error().message});
    }

    std::string summary() const override { return m_expression; }

private:
    std::string m_expression;
    std::optional<ItemExpression> m_compiled;
    std::vector<uint8_t> m_truth;
    std::vector<ItemError> m_errors;
};

void registerFilter(StepRegistry &registry)
{
    registry.add<Filter>();
}

} // namespace millrace
