// SPDX-License-Identifier: MIT
// What a stage measures of itself: the cost of a batch, from which follows how many it takes at once, whether it computes or
// waits, and the gauges.
#include "engine/stages/Stage.h"
#include "metrics/Clock.h"
#include "metrics/ProcessTable.h"

#include <sys/resource.h>

#include <algorithm>

namespace millrace {

namespace {

constexpr uint64_t ActivationNanoseconds = 20'000; ///< what one activation should cost
constexpr uint64_t CpuFrom = 50'000;               ///< from here on the thread's CPU clock is read as well
constexpr uint64_t ProbeFrom = 100'000;            ///< shorter ones are never taken for waiting
constexpr uint32_t MostBatchesAtOnce = 256;

long voluntarySwitches()
{
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

} // namespace

Stage::Stopwatch::Stopwatch(Stage &stage, Pump &pump, Worker &worker, uint32_t batches)
    : m_stage(stage), m_pump(pump), m_worker(worker)
{
    const uint64_t expected = uint64_t(stage.m_cost.load(std::memory_order_relaxed)) * batches;
    if (expected == 0 || expected >= Pump::ExactFrom)
        m_weight = 1;
    else if (pump.isTimeToMeasure())
        m_weight = Pump::MeasuredEvery;
    if (stage.waits()) {
        m_isWaiting = true;
        stage.m_host.beginWaiting(pump);
    } else if ((expected == 0 || expected >= ActivationNanoseconds) && stage.m_host.hasReady()) {
        stage.m_host.wakeAnother();
    }
    if (m_weight == 0)
        return;
    if (expected == 0 || expected >= CpuFrom)
        m_cpuWeight = !m_isWaiting             ? 1
                      : pump.isTimeToMeasure() ? Pump::MeasuredEvery
                                               : 0; // what waits costs little CPU
    if (m_cpuWeight != 0) {
        if (expected == 0 || stage.m_suspicion.load(std::memory_order_relaxed) > 0)
            m_switches = voluntarySwitches();
        m_cpuBegin = threadCpuNanoseconds();
    }
    m_begin = steadyNanoseconds();
}

void Stage::Stopwatch::finish(uint32_t batches)
{
    if (m_weight != 0) {
        const uint64_t now = steadyNanoseconds(), wall = now - m_begin;
        uint64_t cpu = m_isWaiting ? 0 : wall;
        if (m_cpuWeight != 0)
            cpu = std::min(threadCpuNanoseconds() - m_cpuBegin, wall);
        WorkerCounters &counters = m_worker.counters;
        counters.busy.add(wall * m_weight);
        counters.cpu.add(cpu * m_weight * std::max<uint32_t>(m_cpuWeight, 1));
        if (batches > 0) {
            counters.service.add(wall / batches, uint64_t(batches) * m_weight);
            m_stage.learn(wall / batches);
        }
        m_stage.noteDepth(now);
        if (!m_isWaiting)
            m_pump.chainNanoseconds += wall;
        if (m_cpuWeight != 0)
            m_stage.probeWaiting(wall, cpu, m_switches);
    }
    if (m_isWaiting || m_pump.isWaiting.load(std::memory_order_relaxed))
        m_stage.m_host.endWaiting(m_pump);
}

void Stage::noteTime(Worker &worker, uint64_t wall, uint32_t batches, uint32_t weight, uint64_t now)
{
    worker.counters.busy.add(wall * weight);
    worker.counters.cpu.add(wall * weight);
    if (batches > 0) {
        worker.counters.service.add(wall / batches, uint64_t(batches) * weight);
        learn(wall / batches);
    }
    noteDepth(now);
}

void Stage::learn(uint64_t nanosecondsPerBatch)
{
    const uint64_t known = m_cost.load(std::memory_order_relaxed);
    uint64_t learned = nanosecondsPerBatch;
    if (known != 0) {
        // One preempted sample must not count for hundreds of good ones.
        const uint64_t clipped = std::min(nanosecondsPerBatch, known * 4 + 100);
        learned = (known * 7 + clipped) / 8;
    }
    learned = std::clamp<uint64_t>(learned, 1, UINT32_MAX);
    m_cost.store(uint32_t(learned), std::memory_order_relaxed);
    m_atOnce.store(uint32_t(std::clamp<uint64_t>(ActivationNanoseconds / learned, 1, MostBatchesAtOnce)),
                   std::memory_order_relaxed);
}

void Stage::probeWaiting(uint64_t wall, uint64_t cpu, long switchesBefore)
{
    // Wall time above CPU time alone may be a busy machine: there must be a voluntary switch too, twice in a row.
    if (wall < ProbeFrom || cpu * 2 > wall) {
        m_suspicion.store(0, std::memory_order_relaxed);
        if (wall >= ProbeFrom)
            m_waits.store(false, std::memory_order_relaxed);
        return;
    }
    const int suspicion = m_suspicion.load(std::memory_order_relaxed);
    if (suspicion > 0 && switchesBefore >= 0 && voluntarySwitches() == switchesBefore)
        return;
    m_suspicion.store(suspicion + 1, std::memory_order_relaxed);
    if (suspicion >= 1)
        m_waits.store(true, std::memory_order_relaxed);
}

void Stage::noteDepth(uint64_t now)
{
    const uint64_t before = m_depthAt.exchange(now, std::memory_order_relaxed);
    if (before == 0 || before >= now)
        return;
    const uint64_t micro = (now - before) / 1000;
    m_depthArea.fetch_add(micro * std::min(m_queue.state().queued, m_queue.capacity()), std::memory_order_relaxed);
    m_depthTime.fetch_add(micro, std::memory_order_relaxed);
}

void Stage::addTo(StepSample &sample, uint64_t now) const
{
    const Queue::State state = m_queue.state();
    const bool isFirst = sample.perWorker.empty();
    uint64_t busy = 0;
    forEachWorker([&](const Worker &worker) {
        const WorkerCounters &counters = worker.counters;
        WorkerSample one;
        one.batches = counters.batchesIn.value();
        one.items = counters.itemsIn.value();
        one.errors = counters.errors.value();
        one.busy = counters.busy.value();
        one.cpu = counters.cpu.value();
        one.isBusy = counters.isBusy.load(std::memory_order_relaxed);
        sample.batchesIn += one.batches;
        sample.itemsIn += one.items;
        sample.batchesOut += counters.batchesOut.value();
        sample.itemsOut += counters.itemsOut.value();
        sample.errors += one.errors;
        sample.retries += counters.retries.value();
        busy += one.busy;
        sample.cpu += one.cpu;
        counters.service.addTo(sample.service);
        sample.perWorker.push_back(one);
    });
    sample.busy += busy;
    sample.workers = workers();
    sample.activeWorkers += int(state.active);
    sample.waits |= waits();

    const uint64_t end = m_endedAt.load(std::memory_order_relaxed);
    const uint64_t since = m_blockedSince.load(std::memory_order_relaxed);
    const uint64_t until = end ? end : now;
    uint64_t blocked = m_blockedFor.load(std::memory_order_relaxed);
    if (since != 0 && until > since)
        blocked += until - since;
    const uint64_t started = m_host.startedAt();
    const uint64_t paused = m_host.pausedNanoseconds();
    const uint64_t present = until > started ? (until - started) * uint64_t(workers()) : 0;
    blocked = std::min(blocked, present);
    sample.blocked += blocked;
    sample.paused = paused;
    uint64_t waited = m_waitedForCore.load(std::memory_order_relaxed);
    const uint64_t readySince = m_readySince.load(std::memory_order_relaxed);
    const bool awaitsCore = !end && m_host.state() != RunState::Paused && readySince != 0 && readySince < now
                            && since == 0 && m_host.isReady(*this);
    if (awaitsCore)
        waited += now - readySince;
    waited = std::min(waited, present > busy + blocked ? present - busy - blocked : 0);
    sample.waitingForCore += waited;
    const uint64_t used = busy + blocked + waited + paused * uint64_t(workers());
    sample.starved += present > used ? present - used : 0;

    if (isFirst && !m_producers.empty()) {
        const uint32_t bound = m_queue.capacity();
        const uint64_t time = m_depthTime.load(std::memory_order_relaxed);
        sample.queue.depth = std::min(state.queued, bound);
        sample.queue.capacity = bound == Queue::Unbounded ? 0 : bound;
        sample.queue.peak = m_queue.peak();
        sample.queue.mean =
            time ? double(m_depthArea.load(std::memory_order_relaxed)) / double(time) : sample.queue.depth;
        sample.queue.bytes = m_queue.bytes();
        sample.queue.peakBytes = m_queue.peakBytes();
        sample.queue.capacityBytes = m_queue.capacityBytes();
        sample.queue.wasEnlarged = m_wasEnlarged.load(std::memory_order_relaxed);
    }
    if (isFinished())
        sample.state = StepState::Done;
    else if (m_host.state() == RunState::Paused)
        sample.state = StepState::Paused;
    else if (state.active > 0)
        sample.state = StepState::Busy;
    else if (since != 0)
        sample.state = StepState::Blocked;
    else if (awaitsCore)
        sample.state = StepState::WaitingForCore;
    else
        sample.state = StepState::Starved;
}

void Stage::addChildrenTo(StepSample &sample, const ProcessTable &processes) const
{
    forEachWorker([&](const Worker &worker) {
        const WorksInChildren *step = worker.inChildren.load(std::memory_order_acquire);
        if (!step)
            return;
        sample.childCpu += step->childClock().nanoseconds(processes);
        sample.lacksChildCpu |= processes.isEmpty() && step->childClock().isRunning();
    });
}

} // namespace millrace
