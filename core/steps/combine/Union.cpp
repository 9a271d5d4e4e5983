// SPDX-License-Identifier: MIT
#include "steps/combine/Union.h"

namespace millrace {

void Union::describe(StepBuilder<Union> &step)
{
    step.id("union").title("Feature union").family(Family::Combine).icon("union").combines().needsAllInputs();
    step.help(
        "Joins branches in the order of their links. Zip columns (fields): one item with the fields of all branches; a "
        "name that repeats gets the branch's step id as prefix. Otherwise one branch's items follow the other's, so "
        "that "
        "ids repeat: all of them (items), or batch by batch (batches), which streams.");
    step.synonyms({"zip columns", "join", "zip", "concatenate", "append", "stack", "combine", "feature"});
    step.param("mode", &Union::m_mode)
        .choices({"items", "batches", "fields"})
        .title("Mode")
        .help("items: all items of the first branch, then those of the second, … batches: the same for each batch, "
              "which holds little "
              "back; the first that comes out of each branch, then the second, …, also one that has lost all its "
              "items, and "
              "however a step before has made its batches. Branches that have ended are passed over. fields: one item "
              "with the fields of all branches, of those that came of the same item of the "
              "source; "
              "what a branch has no item for is left out, which the log says.");
}

SchemaPtr Union::outputSchema(const CheckContext &context) const
{
    return m_mode == "fields" ? nullptr : context.input;
}

std::string Union::summary() const
{
    if (m_mode == "fields")
        return "zip columns";
    return m_mode == "batches" ? "batch by batch" : "one after the other";
}

void registerUnion(StepRegistry &registry)
{
    registry.add<Union>();
}

} // namespace millrace
