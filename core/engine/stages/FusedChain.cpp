// SPDX-License-Identifier: MIT
#include "engine/stages/FusedChain.h"

#include "engine/stages/SourceStage.h"
#include "metrics/Clock.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr uint64_t TurnNanoseconds = 20'000; ///< what one turn should take
constexpr uint64_t MostForAChunk = 10'000;   ///< dearer chunks had better be shared among threads
constexpr uint32_t ClockEvery = 64;          ///< batches of cheap chunks
constexpr uint32_t MostInAChunk = 96;        ///< batches: more of them don't stay in a core's nearest cache

} // namespace

FusedChain::FusedChain(SourceStage &source) : m_source(source)
{
    Stage *stage = &source;
    for (;;) {
        m_places.push_back({stage, nullptr, 0});
        if (stage->outlets().all().empty()) {
            if (stage != &source)
                return;
            break;
        }
        Stage *next = stage->outlets().all()[0].to;
        if (!stage->outlets().isSimple() || next->producers().size() != 1 || !next->canBeFused())
            break;
        stage = next;
    }
    m_places.clear();
}

bool FusedChain::run(Pump &pump, Stage *&next)
{
    next = nullptr;
    if (!isWorthwhile(pump.work.room) || !enterAll(pump.work.room))
        return false;
    const uint64_t end = steadyNanoseconds() + TurnNanoseconds;
    uint32_t unclocked = 0;
    const auto isTimeLeft = [&] {
        unclocked += m_chunk;
        if (!m_isExact && unclocked < ClockEvery)
            return true;
        unclocked = 0;
        return steadyNanoseconds() < end;
    };
    do {
        if (!runChunk(pump)) {
            next = breakOff(pump);
            return true;
        }
    } while (mayGoOn(pump) && isTimeLeft());
    for (Place &place : m_places)
        leave(place);
    if (!m_source.hasEnded())
        m_source.schedule();
    return true;
}

/// Looks only: whether all stages are known to be cheap and stand idle.
bool FusedChain::isWorthwhile(uint32_t room)
{
    if (m_places.empty())
        return false;
    uint64_t cost = 0;
    for (size_t i = 0; i < m_places.size(); ++i) {
        const Stage &stage = *m_places[i].stage;
        const uint64_t itsCost = stage.meter().nanosecondsPerBatch();
        if (itsCost == 0 || stage.meter().waits() || !stage.mayTakeMore())
            return false;
        cost += itsCost;
        if (i == 0)
            continue;
        const Queue::State state = stage.queue().state();
        if (state.queued != 0 || state.active != 0)
            return false;
    }
    m_cost = cost;
    return cost * room <= MostForAChunk;
}

bool FusedChain::enterAll(uint32_t room)
{
    // Nothing is carried yet, so that whoever can't be entered just ends the attempt.
    Place &source = m_places[0];
    source.worker = m_source.m_workers.take();
    source.room = room;
    for (size_t i = 1; i < m_places.size(); ++i) {
        if (enter(m_places[i], room)) {
            room = m_places[i].room;
            continue;
        }
        for (size_t j = 1; j < i; ++j)
            leave(m_places[j]);
        m_source.m_workers.giveBack(source.worker);
        return false;
    }
    m_chunk = chunkFor(room);
    m_isExact = m_cost * m_chunk >= Pump::ExactFrom;
    return true;
}

uint32_t FusedChain::chunkFor(uint32_t room) const
{
    uint64_t reserved = 0;
    for (const Place &place : m_places) {
        if (place.stage->m_failurePolicy.retries() > 0)
            return room; // what waits for another try needs room where it failed
        if (!place.stage->outlets().all().empty())
            reserved += place.room;
    }
    const uint64_t most = std::min({reserved, uint64_t(MostInAChunk), MostForAChunk / m_cost});
    return std::max(room, m_source.admitted(uint32_t(most)));
}

bool FusedChain::enter(Place &place, uint32_t room)
{
    Stage &stage = *place.stage;
    if (!stage.m_queue.enterIdle())
        return false;
    place.room = stage.outlets().reserve(room);
    if (place.room == 0) {
        stage.leave();
        return false;
    }
    place.worker = stage.m_workers.take();
    if (place.worker->isOpen)
        return true;
    leave(place);
    return false;
}

void FusedChain::leave(Place &place)
{
    Stage &stage = *place.stage;
    stage.m_workers.giveBack(place.worker);
    stage.outlets().giveBack(place.room);
    stage.leave();
}

/// Takes one chunk to the sink. False: batches stay behind in a stage, which the pump is at then.
bool FusedChain::runChunk(Pump &pump)
{
    pump.work.batches.clear();
    pump.work.room = m_chunk;
    const bool isTimed = m_isExact || pump.isTimeToMeasure(Pump::FusedMeasuredEvery);
    uint64_t before = isTimed ? steadyNanoseconds() : 0;
    pump.activations.store(pump.activations.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    for (m_at = 0; m_at < m_places.size(); ++m_at) {
        Place &place = m_places[m_at];
        pump.current.store(place.stage, std::memory_order_relaxed);
        const bool isTraced = isTimed && !pump.work.batches.empty();
        const uint32_t from = isTraced ? pump.work.batches.front()->origin.source : 0;
        const uint64_t sequence = isTraced ? pump.work.batches.front()->origin.sequence : 0;
        place.stage->performFused(pump, *place.worker);
        place.stage->outlets().sample(pump);
        if (m_at == 0)
            m_count = uint32_t(pump.work.batches.size());
        if (isTimed) {
            const uint64_t now = steadyNanoseconds();
            place.stage->m_meter.noteTime(place.worker->counters, now - before, m_count,
                                          m_isExact ? 1 : Pump::FusedMeasuredEvery, now);
            if (isTraced)
                place.stage->m_meter.noteThrough(from, sequence, now);
            before = now;
        }
        if (pump.isWaiting.load(std::memory_order_relaxed)) [[unlikely]]
            m_source.m_host.endWaiting(pump); // the watchdog has seen it asleep
        if (m_at + 1 < m_places.size() && pump.work.batches.size() != m_count) [[unlikely]]
            return false;
        if (m_count == 0)
            break;
    }
    return true;
}

bool FusedChain::mayGoOn(const Pump &pump) const
{
    return !m_source.hasEnded() && !pump.mustLeave && !m_source.m_host.isHeld() && m_source.admits(m_chunk);
}

/// Batches that wait for another try stay in the stage that they failed in; the others go on from there in the ordinary way.
/// Where steps were told only now to try again, there may be more of them than room.
Stage *FusedChain::breakOff(Pump &pump)
{
    Place &at = m_places[m_at];
    Stage &stage = *at.stage;
    for (Place &place : m_places)
        if (&place != &at)
            leave(place);
    stage.m_workers.giveBack(at.worker);
    const auto results = uint32_t(pump.work.batches.size());
    if (results <= at.room)
        stage.outlets().giveBack(at.room - results);
    else
        stage.outlets().all()[0].to->m_queue.reserveBeyond(results - at.room);
    if (!m_source.hasEnded())
        m_source.schedule();
    return stage.handOn(pump);
}

} // namespace millrace
