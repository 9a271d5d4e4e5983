// SPDX-License-Identifier: MIT
#include "engine/workers/WorkerPool.h"

#include "metrics/ProcessTable.h"

#include <algorithm>
#include <bit>

namespace millrace {

WorkerPool::~WorkerPool()
{
    for (auto &slot : m_segments) {
        Segment *segment = slot.load(std::memory_order_relaxed);
        if (!segment)
            continue;
        for (auto &worker : segment->workers)
            delete worker.load(std::memory_order_relaxed);
        delete segment;
    }
}

WorkerPool::Segment &WorkerPool::makeSegment(int index)
{
    auto &slot = m_segments[size_t(index)];
    const std::lock_guard lock(m_segmentMutex);
    Segment *made = slot.load(std::memory_order_acquire);
    if (!made) {
        made = new Segment;
        slot.store(made, std::memory_order_release);
    }
    return *made;
}

Worker *WorkerPool::take()
{
    // The count of workers at work was raised before, so that a free one is among the first `limit` (or was, a moment ago).
    for (int number = 0;; number = (number + 1) % int(m_segments.size())) {
        Segment &candidates = segment(number);
        uint64_t free = candidates.free.load(std::memory_order_acquire);
        while (free != 0) {
            if (!candidates.free.compare_exchange_weak(free, free & (free - 1), std::memory_order_acq_rel))
                continue;
            const int bit = std::countr_zero(free);
            auto &slot = candidates.workers[size_t(bit)];
            Worker *taken = slot.load(std::memory_order_acquire);
            if (!taken) {
                taken = new Worker;
                taken->index = number * SegmentSize + bit;
                slot.store(taken, std::memory_order_release);
            }
            taken->counters.isBusy.store(true, std::memory_order_relaxed);
            return taken;
        }
    }
}

void WorkerPool::giveBack(Worker *worker)
{
    worker->counters.isBusy.store(false, std::memory_order_relaxed);
    Segment *home = m_segments[size_t(worker->index / SegmentSize)].load(std::memory_order_acquire);
    home->free.fetch_or(1ull << (worker->index % SegmentSize), std::memory_order_acq_rel);
}

Worker *WorkerPool::at(int index) const
{
    const Segment *home = m_segments[size_t(index / SegmentSize)].load(std::memory_order_acquire);
    return home ? home->workers[size_t(index % SegmentSize)].load(std::memory_order_acquire) : nullptr;
}

uint64_t WorkerPool::addTo(StepSample &sample) const
{
    uint64_t busy = 0;
    forEach([&](const Worker &worker) {
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
        for (size_t i = 0; i < sample.counted.size(); ++i)
            sample.counted[i] += counters.counted[i].value();
        busy += one.busy;
        if (const PauseClock *const pauses = worker.pauses.load(std::memory_order_acquire)) {
            const uint64_t paced = std::min(pauses->ended(), one.busy);
            one.busy -= paced;
            sample.paced += paced;
        }
        sample.busy += one.busy;
        sample.cpu += one.cpu;
        counters.service.addTo(sample.service);
        sample.perWorker.push_back(one);
    });
    return busy;
}

int WorkerPool::pausing() const
{
    int count = 0;
    forEach([&count](const Worker &worker) {
        const PauseClock *const pauses = worker.pauses.load(std::memory_order_acquire);
        count += pauses && pauses->isPausing() ? 1 : 0;
    });
    return count;
}

void WorkerPool::addChildrenTo(StepSample &sample, const ProcessTable &processes) const
{
    forEach([&](const Worker &worker) {
        const WorksInChildren *step = worker.inChildren.load(std::memory_order_acquire);
        if (!step)
            return;
        sample.childCpu += step->childClock().nanoseconds(processes);
        sample.lacksChildCpu |= processes.isEmpty() && step->childClock().isRunning();
    });
}

} // namespace millrace
