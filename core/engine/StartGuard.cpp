// SPDX-License-Identifier: MIT
#include "engine/StartGuard.h"

#include "steps/script/ProgramLaunch.h"

#include <utility>

namespace millrace {

void guardStarts(RunPlan &plan, const std::function<Result<>(const std::string &step)> &mayStart)
{
    if (!mayStart)
        return;
    for (PlannedStep &planned : plan.steps) {
        planned.make = [make = std::move(planned.make), mayStart, id = planned.id](int worker) {
            auto made = make(worker);
            if (made)
                if (auto *starts = dynamic_cast<StartsPrograms *>(made->get()))
                    starts->askBeforeStart([mayStart, id] { return mayStart(id); });
            return made;
        };
    }
}

} // namespace millrace
