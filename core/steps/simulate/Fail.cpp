// SPDX-License-Identifier: MIT
#include "steps/filter/ConditionStep.h"
#include "steps/StepBuilder.h"

namespace millrace {

/// Fails the items for which an expression is true: for trying out what becomes of errors.
class Fail final : public ConditionStep
{
public:
    static void describe(StepBuilder<Fail> &step)
    {
        step.id("fail").title("Fail").family(Family::Simulate).icon("warning");
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

private:
    void judge(Batch &batch, std::span<const uint8_t> verdicts) override
    {
        for (size_t row = 0; row < verdicts.size(); ++row)
            if (verdicts[row] == True)
                batch.fail(row, ErrorKind::Fail, m_message);
    }

    std::string m_message = "failed by expression";
};

void registerFail(StepRegistry &registry)
{
    registry.add<Fail>();
}

} // namespace millrace
