// SPDX-License-Identifier: MIT
#include "steps/filter/ConditionStep.h"
#include "steps/StepBuilder.h"

namespace millrace {

/// Parts the items by an expression.
class Filter final : public ConditionStep
{
public:
    static void describe(StepBuilder<Filter> &step)
    {
        step.id("filter").title("Filter").family(Family::Filter).icon("filter");
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

private:
    void judge(Batch &batch, std::span<const uint8_t> verdicts) override
    {
        constexpr uint8_t Rejected = 1;
        for (size_t row = 0; row < verdicts.size(); ++row)
            if (verdicts[row] == False)
                batch.sendTo(row, Rejected);
    }
};

void registerFilter(StepRegistry &registry)
{
    registry.add<Filter>();
}

} // namespace millrace
