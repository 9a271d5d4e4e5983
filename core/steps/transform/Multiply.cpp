// SPDX-License-Identifier: MIT
#include "steps/transform/NumberStep.h"

namespace millrace {

/// Multiplies numbers, and numbers within lists.
class Multiply final : public NumberStep
{
public:
    Multiply() : NumberStep(Operation::Multiply) {}
    static void describe(StepBuilder<Multiply> &step)
    {
        step.id("multiply").title("Multiply").family(Family::Transform).icon("multiply");
        step.help(
            "Multiplies numbers, and the numbers within lists, by a number. Integers stay integers where the number is "
            "whole. An item in which a number is missing (null) fails.");
        step.synonyms({"times", "scale", "factor", "product", "arithmetic", "mul"});
        describeNumberStep(step, "The number to multiply by.");
    }
    std::string summary() const override { return "× " + operandText(); }
};

void registerMultiply(StepRegistry &registry)
{
    registry.add<Multiply>();
}

} // namespace millrace
