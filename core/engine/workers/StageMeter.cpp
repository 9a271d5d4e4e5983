// SPDX-License-Identifier: MIT
#include "engine/workers/StageMeter.h"

#include "metrics/Clock.h"

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

StageMeter::Stopwatch::Stopwatch(StageMeter &meter, Pump &pump, WorkerCounters &counters, uint32_t batches)
    : m_meter(meter), m_pump(pump), m_counters(counters)
{
    const uint64_t expected = meter.nanosecondsPerBatch() * batches;
    if (expected == 0 || expected >= Pump::ExactFrom)
        m_weight = 1;
    else if (pump.isTimeToMeasure())
        m_weight = Pump::MeasuredEvery;
    if (meter.waits()) {
        m_isWaiting = true;
        meter.m_host.beginWaiting(pump);
    } else if ((expected == 0 || expected >= ActivationNanoseconds) && meter.m_host.hasReady()) {
        meter.m_host.wakeAnother();
    }
    if (m_weight == 0)
        return;
    if (expected == 0 || expected >= CpuFrom)
        m_cpuWeight = !m_isWaiting             ? 1
                      : pump.isTimeToMeasure() ? Pump::MeasuredEvery
                                               : 0; // what waits costs little CPU
    if (m_cpuWeight != 0) {
        if (expected == 0 || meter.m_suspicion.load(std::memory_order_relaxed) > 0)
            m_switches = voluntarySwitches();
        m_cpuBegin = threadCpuNanoseconds();
    }
    m_begin = steadyNanoseconds();
}

void StageMeter::Stopwatch::finish(uint32_t batches)
{
    if (m_weight != 0) {
        const uint64_t now = steadyNanoseconds(), wall = now - m_begin;
        uint64_t cpu = m_isWaiting ? 0 : wall;
        if (m_cpuWeight != 0)
            cpu = std::min(threadCpuNanoseconds() - m_cpuBegin, wall);
        m_counters.busy.add(wall * m_weight);
        m_counters.cpu.add(cpu * m_weight * std::max<uint32_t>(m_cpuWeight, 1));
        if (batches > 0) {
            m_counters.service.add(wall / batches, uint64_t(batches) * m_weight);
            m_meter.learn(wall / batches);
        }
        m_meter.noteDepth(now);
        if (!m_isWaiting)
            m_pump.chainNanoseconds += wall;
        if (m_cpuWeight != 0)
            m_meter.probeWaiting(wall, cpu, m_switches);
    }
    if (m_isWaiting || m_pump.isWaiting.load(std::memory_order_relaxed))
        m_meter.m_host.endWaiting(m_pump);
}

void StageMeter::noteTime(WorkerCounters &counters, uint64_t wall, uint32_t batches, uint32_t weight, uint64_t now)
{
    counters.busy.add(wall * weight);
    counters.cpu.add(wall * weight);
    if (batches > 0) {
        counters.service.add(wall / batches, uint64_t(batches) * weight);
        learn(wall / batches);
    }
    noteDepth(now);
}

void StageMeter::noteThrough(uint32_t source, uint64_t sequence, uint64_t now)
{
    const uint64_t read = m_host.readAt(source, sequence);
    if (read == UINT64_MAX)
        return;
    const uint64_t since = (now == 0 ? steadyNanoseconds() : now) - m_host.startedAt();
    const int index = Histogram::classOf(since > read ? since - read : 0);
    m_latency[size_t(index)].fetch_add(1, std::memory_order_relaxed);
}

void StageMeter::addLatencyTo(Histogram::Counts &sum) const
{
    for (size_t i = 0; i < sum.size(); ++i)
        sum[i] += m_latency[i].load(std::memory_order_relaxed);
}

void StageMeter::learn(uint64_t nanosecondsPerBatch)
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

void StageMeter::probeWaiting(uint64_t wall, uint64_t cpu, long switchesBefore)
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

void StageMeter::noteDepth(uint64_t now)
{
    const uint64_t before = m_depthAt.exchange(now, std::memory_order_relaxed);
    if (before == 0 || before >= now)
        return;
    const uint64_t micro = (now - before) / 1000;
    m_depthArea.fetch_add(micro * std::min(m_queue.state().queued, m_queue.capacity()), std::memory_order_relaxed);
    m_depthTime.fetch_add(micro, std::memory_order_relaxed);
}

void StageMeter::noteBlocked()
{
    uint64_t none = 0;
    m_blockedSince.compare_exchange_strong(none, steadyNanoseconds(), std::memory_order_relaxed);
}

void StageMeter::noteUnblocked()
{
    const uint64_t since = m_blockedSince.exchange(0, std::memory_order_relaxed);
    if (since != 0)
        m_blockedFor.fetch_add(steadyNanoseconds() - since, std::memory_order_relaxed);
}

void StageMeter::noteEnd()
{
    m_endedAt.store(steadyNanoseconds(), std::memory_order_relaxed);
}

StepState StageMeter::addTimesTo(StepSample &sample, uint64_t now, uint64_t busy, int workers, bool isReady) const
{
    const uint64_t end = m_endedAt.load(std::memory_order_relaxed);
    const uint64_t since = m_blockedSince.load(std::memory_order_relaxed);
    const uint64_t until = end ? end : now;
    uint64_t blocked = m_blockedFor.load(std::memory_order_relaxed);
    if (since != 0 && until > since)
        blocked += until - since;
    const uint64_t started = m_host.startedAt();
    const uint64_t paused = m_host.pausedNanoseconds();
    const uint64_t present = until > started ? (until - started) * uint64_t(workers) : 0;
    blocked = std::min(blocked, present);
    sample.blocked += blocked;
    sample.paused = paused;
    uint64_t waited = m_waitedForCore.load(std::memory_order_relaxed);
    const uint64_t readySince = m_readySince.load(std::memory_order_relaxed);
    const bool awaitsCore =
        !end && m_host.state() != RunState::Paused && readySince != 0 && readySince < now && since == 0 && isReady;
    if (awaitsCore)
        waited += now - readySince;
    waited = std::min(waited, present > busy + blocked ? present - busy - blocked : 0);
    sample.waitingForCore += waited;
    const uint64_t used = busy + blocked + waited + paused * uint64_t(workers);
    sample.starved += present > used ? present - used : 0;
    return since != 0 ? StepState::Blocked : awaitsCore ? StepState::WaitingForCore : StepState::Starved;
}

void StageMeter::addDepthTo(QueueSample &sample) const
{
    const uint32_t bound = m_queue.capacity();
    const uint64_t time = m_depthTime.load(std::memory_order_relaxed);
    sample.depth = std::min(m_queue.state().queued, bound);
    sample.capacity = bound == Queue::Unbounded ? 0 : bound;
    sample.peak = m_queue.peak();
    sample.mean = time ? double(m_depthArea.load(std::memory_order_relaxed)) / double(time) : sample.depth;
    sample.bytes = m_queue.bytes();
    sample.peakBytes = m_queue.peakBytes();
    sample.capacityBytes = m_queue.capacityBytes();
}

} // namespace millrace
