// SPDX-License-Identifier: MIT
#include "engine/JournalPlan.h"

#include "data/text/Quote.h"

namespace millrace {

std::string journalObstacleOf(const RunPlan &plan)
{
    int sources = 0;
    for (const PlannedStep &step : plan.steps) {
        const std::string name = inQuotes(step.id);
        if (step.kind == StepKind::Source && ++sources > 1)
            return "it has several sources";
        if (step.kind == StepKind::Combine || step.inputPorts.size() > 1)
            return name + " brings several streams together";
        if (step.kind == StepKind::Transform && step.isOrdered)
            return "what " + name + " makes of an item depends on those before it";
        if (step.remembers)
            return name + " may keep something from item to item";
    }
    return {};
}

} // namespace millrace
