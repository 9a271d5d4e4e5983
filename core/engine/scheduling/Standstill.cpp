// SPDX-License-Identifier: MIT
#include "engine/scheduling/Standstill.h"

#include "engine/flow/Domain.h"
#include "engine/scheduling/GraphBuilder.h"
#include "engine/stages/Stage.h"
#include "metrics/RunLog.h"

#include <string>

namespace millrace {

Standstill findStandstill(const StageGraph &graph)
{
    Standstill found;
    for (const auto &domain : graph.domains)
        if (domain->isAwaited() && domain->window() != Domain::Open)
            found.windows.push_back(domain.get());
    for (const auto &stage : graph.stages)
        if (stage->queue().state().isAwaited
            && (!found.smallest || stage->queue().capacity() < found.smallest->queue().capacity()))
            found.smallest = stage.get();
    return found;
}

bool giveRoom(const Standstill &standstill, RunLog &log)
{
    for (Domain *domain : standstill.windows) {
        domain->widen();
        log.warn(domain->head()->id(), "Its branches join again behind a step that holds batches back: up to "
                                           + std::to_string(domain->window())
                                           + " batches may be under way now, so that the run goes on.");
        domain->head()->schedule();
    }
    if (!standstill.windows.empty())
        return true;
    Stage *const smallest = standstill.smallest;
    if (!smallest)
        return false;
    log.warn(smallest->id(), "Its queue was full while a later step waited for batches of another branch: enlarged to "
                                 + smallest->enlargeQueue() + ", so that the run goes on.");
    smallest->schedule();
    return true;
}

} // namespace millrace
