// SPDX-License-Identifier: MIT
#include "steps/filter/ConditionStep.h"

namespace millrace {

Result<> ConditionStep::open(const StepContext &context)
{
    auto compiled = openExpression(m_expression, context);
    if (!compiled)
        return compiled.forward();
    m_compiled.emplace(*std::move(compiled));
    return {};
}

Result<> ConditionStep::process(Batch &batch)
{
    if (auto done = m_compiled->evaluateTruth(batch, m_verdicts, m_errors); !done)
        return done;
    for (ItemError &error : m_errors) {
        m_verdicts[error.row] = Failed;
        batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
    }
    judge(batch, m_verdicts);
    return {};
}

void ConditionStep::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (m_expression.empty())
        return; // that it is missing is said of every required parameter
    checkExpression(m_expression, "expression", context, problems);
}

} // namespace millrace
