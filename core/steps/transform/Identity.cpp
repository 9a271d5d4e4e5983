// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

namespace millrace {

/// Lets items through.
class Identity final : public Inlined<Identity>
{
public:
    static void describe(StepBuilder<Identity> &step)
    {
        step.id("identity").title("Identity").family(Family::Transform).icon("identity");
        step.help("Lets the items through unchanged: a place to begin a step, to count, or to buffer.");
        step.synonyms({"pass", "through", "nothing", "noop", "buffer"});
        step.keepsItemsOnError();
    }
};

void registerIdentity(StepRegistry &registry)
{
    registry.add<Identity>();
}

} // namespace millrace
