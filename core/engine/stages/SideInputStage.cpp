// SPDX-License-Identifier: MIT
#include "engine/stages/SideInputStage.h"

#include "data/errors/ExceptionError.h"

namespace millrace {

void SideInputStage::prepareInputs()
{
    OrderedStage::prepareInputs();
    m_held->addRows(1);
}

void SideInputStage::accept(Pump &pump, Batch *batch)
{
    const size_t input = inputOf(*batch);
    hold(input, batch);
    if (m_isSideTaken || input > 0)
        return;
    // What is in order leaves the window of its source now, or the other inputs could wait for that for ever.
    while (Batch *next = takeHeld(0)) {
        Batch *spare = nullptr;
        if (auto kept = m_held->push(0, next, spare); !kept)
            failKeeping(*next, kept.error());
        if (spare)
            pump.cache.give(spare);
    }
}

/// Gives the step what has come by the other inputs. False: there is more to come.
bool SideInputStage::takeSides(Pump &pump, Worker &worker)
{
    bool isOver = true;
    for (size_t input = 1; input < m_joiners.size(); ++input) {
        while (Batch *batch = takeHeld(input)) {
            if (batch->origin.sequence <= m_host.stopSequence())
                if (auto taken = caught([&] { return worker.step->takeSide(input, *batch); }); !taken)
                    failTaking(*batch, taken.error());
            pump.cache.give(batch);
        }
        isOver &= isExhausted(input);
    }
    if (!isOver)
        return false;
    m_isSideTaken = true;
    if (auto ended = caught([&] { return worker.step->endSide(); }); !ended)
        failTaking(Batch(), ended.error());
    return true;
}

Batch *SideInputStage::nextInput(Pump &pump, Worker &worker)
{
    if (!m_isSideTaken && !takeSides(pump, worker))
        return nullptr;
    if (m_held->isEmpty(0))
        return takeHeld(0);
    Batch *spare = pump.cache.take();
    bool isUsed = false;
    const Result<Batch *> kept = m_held->pop(0, spare, isUsed);
    if (!kept)
        failKeeping(*spare, kept.error());
    if (!isUsed)
        pump.cache.give(spare);
    return kept ? *kept : nullptr;
}

} // namespace millrace
