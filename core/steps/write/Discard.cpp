// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

namespace millrace {

/// Drops all items. They are counted as written.
class Discard final : public InlinedSink<Discard>
{
public:
    static void describe(StepBuilder<Discard> &step)
    {
        step.id("discard").title("Discard").family(Family::Sink).icon("discard");
        step.help("Counts the items and drops them: an end for what isn't needed, and for measuring.");
        step.synonyms({"drop", "null", "trash", "count", "ignore"});
    }
    Result<> write(Batch &) override { return {}; }
    bool isOrdered() const override { return false; }
    Resuming resuming() const override { return Resuming::Free; }
};

void registerDiscard(StepRegistry &registry)
{
    registry.add<Discard>();
}

} // namespace millrace
