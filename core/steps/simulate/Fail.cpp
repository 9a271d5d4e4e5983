// SPDX-License-Identifier: MIT
#include "expression/ItemExpression.h"
#include "steps/StepBuilder.h"

#include <optional>

namespace millrace {

/// Fails the items for which an expression is true: for trying out what becomes of errors.
class Fail final : public Step
{
public:
    static void describe(StepBuilder<Fail> &step)
    {
        step.id("fail").title("Fail").family(Family::Simulate);
        step.help("Makes an error of the items for which the expression is true, and lets the others through: for "
                  "trying out how "
                  "a pipeline handles errors.");
        step.synonyms({"error", "throw", "raise", "test", "assert"});
        step.keepsItemsOnError();
        step.param("expression", &Fail::m_expression)
            .kind(ParamKind::Expression)
            .required()
            .help("True for the items that fail, for example value == 7.");
        step.param("message", &Fail::m_message).help("What the error says.");
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
        if (auto done = m_compiled->evaluateTruth(batch, m_truth, m_errors); !done)
            return done;
        for (ItemError &error : m_errors)
            batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
        for (size_t row = 0; row < batch.size(); ++row) {
            if (m_truth[row])
                batch.fail(row, "fail", m_message);
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
    std::string m_message = "failed by expression";
    std::optional<ItemExpression> m_compiled;
    std::vector<uint8_t> m_truth;
    std::vector<ItemError> m_errors;
};

void registerFail(StepRegistry &registry)
{
    registry.add<Fail>();
}

} // namespace millrace
