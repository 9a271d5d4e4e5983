// SPDX-License-Identifier: MIT
// Which of the ready stages a pump takes.
#include "engine/scheduling/Engine.h"
#include "engine/stages/Stage.h"
#include "metrics/Clock.h"

#include <algorithm>
#include <bit>

namespace millrace {

namespace {

constexpr uint64_t CheapNanoseconds = 20'000; ///< what may come before work that waits
constexpr double SoonNanoseconds = 500'000;   ///< that what is ready may stay so while others wait
constexpr uint64_t ReadCpuEvery =
    1'000'000; ///< nanoseconds: turns are told by the steady clock, which counts what held them up, too

} // namespace

int Engine::takeReady(Pump &pump)
{
    return m_lanes->compete() ? takeReadyFairly(pump) : takeReadyInLine(pump.preferred, pump.mustLeave);
}

/// The ready stage nearest to the sinks. Stages that wait come after cheap ones, which take no time, and `preferred` before
/// others: the thread that has just waited for that stage goes on there, so that no worker of it stands idle until another
/// thread has been woken. `onlyWaiting`: no stage that computes.
int Engine::takeReadyInLine(int preferred, bool onlyWaiting)
{
    int waiting = -1;
    for (size_t i = 0; i < m_readyWords; ++i) {
        for (uint64_t word = m_ready[i].load(std::memory_order_acquire); word != 0; word &= word - 1) {
            const int rank = int(i) * 64 + std::countr_zero(word);
            const Stage &stage = *m_stages[size_t(rank)];
            if (stage.waits()) {
                if (waiting < 0 || rank == preferred)
                    waiting = rank;
            } else if (!onlyWaiting && (waiting < 0 || stage.expectedNanoseconds() < CheapNanoseconds)) {
                if (takeReadyBit(i, word & -word))
                    return rank;
            }
        }
    }
    if (waiting >= 0 && takeReadyBit(size_t(waiting) / 64, 1ull << (waiting % 64)))
        return waiting;
    return -1;
}

/// Where lanes compete: of the lanes with ready stages, the one that has used the cores least, and in it the stage nearest to the
/// sinks. What a lane has brought forth comes before the lane itself. A stage that waits takes no core: it comes before what
/// computes in a lane that has had more.
int Engine::takeReadyFairly(Pump &pump)
{
    for (;;) {
        const int rank = chooseFairly(pump);
        if (rank < 0 || takeReadyBit(size_t(rank) / 64, 1ull << (rank % 64)))
            return rank;
        // another pump was quicker
    }
}

int Engine::chooseFairly(Pump &pump) const
{
    int computing = -1, waiting = -1;
    uint64_t leastComputing = 0, leastWaiting = 0;
    pump.computing.assign(m_lanes->words(), 0);
    for (size_t i = 0; i < m_readyWords; ++i) {
        for (uint64_t word = m_ready[i].load(std::memory_order_acquire); word != 0; word &= word - 1) {
            const int rank = int(i) * 64 + std::countr_zero(word);
            const Stage &stage = *m_stages[size_t(rank)];
            const size_t lane = m_lanes->laneOf(rank);
            const uint64_t use = m_lanes->use(lane, pump.lane);
            if (stage.waits()) {
                // The thread that has just waited for a stage goes on there, so that no worker of it stands idle until another
                // thread has been woken.
                if (waiting < 0 || rank == pump.preferred || (waiting != pump.preferred && use < leastWaiting)) {
                    waiting = rank;
                    leastWaiting = use;
                }
            } else if (!pump.mustLeave && !m_lanes->leadsToAny(lane, pump.computing)) {
                pump.computing[lane / 64] |= 1ull << (lane % 64);
                if (computing < 0 || use < leastComputing) {
                    computing = rank;
                    leastComputing = use;
                }
            }
        }
    }
    return waiting < 0 || (computing >= 0 && comesFirst(computing, waiting, pump)) ? computing : waiting;
}

/// Whether a stage that computes comes before one that waits.
bool Engine::comesFirst(int computing, int waiting, const Pump &pump) const
{
    const size_t lane = m_lanes->laneOf(computing), waitingLane = m_lanes->laneOf(waiting);
    if (m_lanes->areInLine(lane, waitingLane))
        return computing < waiting || m_stages[size_t(computing)]->expectedNanoseconds() < CheapNanoseconds;
    return m_lanes->use(lane, pump.lane) <= m_lanes->use(waitingLane, pump.lane);
}

void Engine::beginTurn(Pump &pump, Stage &stage)
{
    if (pump.turnAt == 0) { // it has been idle
        pump.turnAt = pump.cpuReadAt = steadyNanoseconds();
        pump.cpuAt = threadCpuNanoseconds();
    }
    pump.lane = m_lanes->laneOf(stage.rank());
    m_lanes->enter(pump.lane);
}

/// Counts the turn as its lane's. What it carried on into other lanes is the work of the lane that it began in.
void Engine::endTurn(Pump &pump)
{
    const uint64_t now = steadyNanoseconds();
    uint64_t used = now - pump.turnAt;
    if (now - pump.cpuReadAt > ReadCpuEvery) {
        const uint64_t cpu = threadCpuNanoseconds();
        used = std::min(used, cpu - pump.cpuAt);
        pump.cpuAt = cpu;
        pump.cpuReadAt = now;
    }
    pump.turnAt = now;
    m_lanes->leave(pump.lane, used, now);
}

/// Whether so many threads wait, for so short a time each, that those whose wait ends next take all that is ready almost at
/// once: their own stage's batches, and what is cheap. Should they wait for longer than before, the watchdog sees to it.
bool Engine::isSoonSeen() const
{
    double ends = 0, cheapOnes = 0; // of waits, in that time
    for (size_t rank = 0; rank < m_stages.size(); ++rank) {
        const Stage &stage = *m_stages[rank];
        const bool isReady = this->isReady(stage);
        if (stage.waits()) {
            const Queue::State state = stage.queue().state();
            const double cost = double(stage.nanosecondsPerBatch()) * stage.batchesAtOnce();
            const double itsEnds = cost > 0 ? SoonNanoseconds * state.active / cost : 0;
            if (isReady && state.active < uint32_t(stage.workers()) && std::max<uint32_t>(state.queued, 1) > itsEnds)
                return false;
            ends += itsEnds;
        } else if (isReady) {
            if (stage.expectedNanoseconds() >= CheapNanoseconds)
                return false;
            ++cheapOnes;
        }
    }
    return cheapOnes <= ends;
}

} // namespace millrace
