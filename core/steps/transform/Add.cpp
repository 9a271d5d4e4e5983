// SPDX-License-Identifier: MIT
#include "steps/transform/NumberStep.h"

namespace millrace {

/// Adds a number to numbers, and to numbers within lists.
class Add final : public NumberStep
{
public:
    Add() : NumberStep(Operation::Add) {}
    static void describe(StepBuilder<Add> &step)
    {
        step.id("add").title("Add").family(Family::Transform).icon("plus");
        step.help("Adds a number to numbers, and to the numbers within lists. Integers stay integers where the number "
                  "is whole. "
                  "An item in which a number is missing (null) fails.");
        step.synonyms({"plus", "sum", "offset", "shift", "arithmetic", "subtract"});
        describeNumberStep(step, "The number to add; a negative one is subtracted.");
    }
    std::string summary() const override
    {
        const std::string operand = operandText();
        return operand.starts_with('-') ? "− " + operand.substr(1) : "+ " + operand;
    }
};

void registerAdd(StepRegistry &registry)
{
    registry.add<Add>();
}

} // namespace millrace
