// SPDX-License-Identifier: MIT
#include "steps/StepExpression.h"

#include "steps/StepChecks.h"

#include <utility>

namespace millrace {

ScriptSurroundings scriptSurroundings(const StepContext &context)
{
    ScriptSurroundings around;
    around.cancelFd = context.cancelFd;
    around.endsAtFailure = context.endsAtFailure;
    return around;
}

void ComputesExpression::checkExpression(std::string_view source,
                                         const std::string &param,
                                         const CheckContext &context,
                                         std::vector<StepProblem> &problems)
{
    if (auto checked = ItemExpression::check(source, context.input); !checked) {
        problems.push_back({true, param, checked.error().message});
        return;
    }
    const auto compiled = ItemExpression::compile(source);
    if (!compiled)
        return;
    checkFields(context, param, compiled->fieldsUsed(), problems);
    if (context.input)
        for (std::string &sentence : compiled->joinedFields(*context.input))
            problems.push_back({false, param, std::move(sentence)});
}

Result<ItemExpression> ComputesExpression::openExpression(std::string_view source, const StepContext &context) const
{
    auto compiled = ItemExpression::compile(source);
    if (!compiled)
        return compiled;
    ScriptSurroundings around = scriptSurroundings(context);
    around.limits = m_limits;
    around.clock = m_clock;
    compiled->setSurroundings(std::move(around));
    return compiled;
}

} // namespace millrace
