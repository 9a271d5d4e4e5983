// SPDX-License-Identifier: MIT
#include "steps/StepExpression.h"

namespace millrace {

ScriptSurroundings scriptSurroundings(const StepContext &context)
{
    ScriptSurroundings around;
    around.cancelFd = context.cancelFd;
    around.endsAtFailure = context.endsAtFailure;
    return around;
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
