// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "steps/Step.h"

#include <utility>

namespace millrace {

/// A step whose work is settled by the fields that come in. A plan says which columns it is about and, as `output`, what fields
/// leave; it is made once for each schema, and before a run for the fields that are known to come.
template <class Plan>
class SchemaStep : public Step
{
public:
    Result<> open(const StepContext &) override
    {
        forgetPlan();
        return {};
    }
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        if (!context.input)
            return nullptr;
        const Result<Plan> plan = planFor(*context.input);
        return plan ? plan->output : nullptr;
    }

protected:
    /// Fails with a sentence where the fields aren't what the step needs.
    virtual Result<Plan> planFor(const Schema &input) const = 0;
    /// The plan for this batch, which is that of the one before unless its schema is another one.
    Result<const Plan *> planOf(const Batch &batch)
    {
        if (m_input != batch.schema()) {
            Result<Plan> plan = planFor(*batch.schema());
            if (!plan)
                return plan.forward();
            m_plan = *std::move(plan);
            m_input = batch.schema();
        }
        return &m_plan;
    }
    /// What planFor() goes by has changed.
    void forgetPlan() { m_input.reset(); }

private:
    SchemaPtr m_input; ///< that the plan is for; null: none yet
    Plan m_plan;
};

} // namespace millrace
