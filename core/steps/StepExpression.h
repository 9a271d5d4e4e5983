// SPDX-License-Identifier: MIT
#pragma once

#include "expression/ItemExpression.h"
#include "process/ChildClock.h"
#include "steps/Step.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// How a step's scripts are run: as usual, ended with the run.
ScriptSurroundings scriptSurroundings(const StepContext &context);

/// A base of steps that compute an expression, which may need a script engine.
class ComputesExpression : public WorksInChildren
{
public:
    const ChildClock &childClock() const override { return *m_clock; }
    /// What the pipeline says of the step.
    void setLimits(const ScriptLimits &limits) { m_limits = limits; }

protected:
    /// Adds what is wrong with an expression over the fields that come in, as a problem of that parameter.
    static void checkExpression(std::string_view source,
                                const std::string &param,
                                const CheckContext &context,
                                std::vector<StepProblem> &problems);
    /// The expression, ready for a worker, within the limits.
    Result<ItemExpression> openExpression(std::string_view source, const StepContext &context) const;

private:
    ScriptLimits m_limits;
    const std::shared_ptr<ChildClock> m_clock = std::make_shared<ChildClock>();
};

} // namespace millrace
