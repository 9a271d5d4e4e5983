// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

namespace millrace {

/// Passes on what arrives from any branch, as it arrives. This is its declaration: the engine does the joining.
class Merge final : public Step
{
public:
    static void describe(StepBuilder<Merge> &step)
    {
        step.id("merge").title("Merge").family(Family::Combine).icon("merge").combines();
        step.help("Passes on the batches of all its branches as they arrive, in no particular order between the "
                  "branches. Holds "
                  "nothing back.");
        step.synonyms({"join", "combine", "collect", "interleave", "funnel"});
    }
};

void registerMerge(StepRegistry &registry)
{
    registry.add<Merge>();
}

} // namespace millrace
