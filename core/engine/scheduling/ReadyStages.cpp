// SPDX-License-Identifier: MIT
#include "engine/scheduling/ReadyStages.h"

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

ReadyStages::ReadyStages(const std::vector<std::unique_ptr<Stage>> &stages)
    : m_stages(stages)
    , m_words((stages.size() + 63) / 64)
    , m_ready(std::make_unique<std::atomic<uint64_t>[]>(m_words))
    , m_lanes(stages)
{}

void ReadyStages::markAll()
{
    for (const auto &stage : m_stages)
        mark(stage->rank());
}

uint64_t ReadyStages::expectedNanoseconds() const
{
    uint64_t sum = 0;
    for (size_t i = 0; i < m_words; ++i)
        for (uint64_t word = m_ready[i].load(std::memory_order_relaxed); word != 0; word &= word - 1)
            sum += m_stages[i * 64 + size_t(std::countr_zero(word))]->expectedNanoseconds();
    return sum;
}

/// The ready stage nearest to the sinks. Stages that wait come after cheap ones, which take no time, and `preferred` before
/// others: the thread that has just waited for that stage goes on there, so that no worker of it stands idle until another
/// thread has been woken. `onlyWaiting`: no stage that computes.
int ReadyStages::takeInLine(int preferred, bool onlyWaiting)
{
    int waiting = -1;
    for (size_t i = 0; i < m_words; ++i) {
        for (uint64_t word = m_ready[i].load(std::memory_order_acquire); word != 0; word &= word - 1) {
            const int rank = int(i) * 64 + std::countr_zero(word);
            const Stage &stage = *m_stages[size_t(rank)];
            if (stage.meter().waits()) {
                if (waiting < 0 || rank == preferred)
                    waiting = rank;
            } else if (!onlyWaiting && (waiting < 0 || stage.expectedNanoseconds() < CheapNanoseconds)) {
                if (take(rank))
                    return rank;
            }
        }
    }
    if (waiting >= 0 && take(waiting))
        return waiting;
    return -1;
}

/// Where lanes compete: of the lanes with ready stages, the one that has used the cores least, and in it the stage nearest to the
/// sinks. What a lane has brought forth comes before the lane itself. A stage that waits takes no core: it comes before what
/// computes in a lane that has had more.
int ReadyStages::takeFairly(Pump &pump)
{
    for (;;) {
        const int rank = chooseFairly(pump);
        if (rank < 0 || take(rank))
            return rank;
        // another pump was quicker
    }
}

int ReadyStages::chooseFairly(Pump &pump) const
{
    int computing = -1, waiting = -1;
    uint64_t leastComputing = 0, leastWaiting = 0;
    pump.computing.assign(m_lanes.words(), 0);
    for (size_t i = 0; i < m_words; ++i) {
        for (uint64_t word = m_ready[i].load(std::memory_order_acquire); word != 0; word &= word - 1) {
            const int rank = int(i) * 64 + std::countr_zero(word);
            const Stage &stage = *m_stages[size_t(rank)];
            const size_t lane = m_lanes.laneOf(rank);
            const uint64_t use = m_lanes.use(lane, pump.lane);
            if (stage.meter().waits()) {
                // The thread that has just waited for a stage goes on there, so that no worker of it stands idle until another
                // thread has been woken.
                if (waiting < 0 || rank == pump.preferred || (waiting != pump.preferred && use < leastWaiting)) {
                    waiting = rank;
                    leastWaiting = use;
                }
            } else if (!pump.mustLeave && !m_lanes.leadsToAny(lane, pump.computing)) {
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
bool ReadyStages::comesFirst(int computing, int waiting, const Pump &pump) const
{
    const size_t lane = m_lanes.laneOf(computing), waitingLane = m_lanes.laneOf(waiting);
    if (m_lanes.areInLine(lane, waitingLane))
        return computing < waiting || m_stages[size_t(computing)]->expectedNanoseconds() < CheapNanoseconds;
    return m_lanes.use(lane, pump.lane) <= m_lanes.use(waitingLane, pump.lane);
}

void ReadyStages::beginTurn(Pump &pump, const Stage &stage)
{
    if (pump.turnAt == 0) { // it has been idle
        pump.turnAt = pump.cpuReadAt = steadyNanoseconds();
        pump.cpuAt = threadCpuNanoseconds();
    }
    pump.lane = m_lanes.laneOf(stage.rank());
    m_lanes.enter(pump.lane);
}

/// Counts the turn as its lane's. What it carried on into other lanes is the work of the lane that it began in.
void ReadyStages::endTurn(Pump &pump)
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
    m_lanes.leave(pump.lane, used, now);
}

bool ReadyStages::areSoonSeen() const
{
    double ends = 0, cheapOnes = 0; // of waits, in that time
    for (size_t rank = 0; rank < m_stages.size(); ++rank) {
        const Stage &stage = *m_stages[rank];
        const bool isReady = contains(int(rank));
        if (stage.meter().waits()) {
            const Queue::State state = stage.queue().state();
            const double cost = double(stage.meter().nanosecondsPerBatch()) * stage.meter().batchesAtOnce();
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
