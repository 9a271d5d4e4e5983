// SPDX-License-Identifier: MIT
#include "engine/stages/SerialStage.h"

#include "data/errors/ExceptionError.h"

#include <utility>

namespace millrace {

namespace {

constexpr uint32_t MostEmitted = 64; ///< results of one turn

}

SerialStage::SerialStage(StageHost &host, const PlannedStep &plan, int step) : TransformStage(host, plan, step)
{
    m_workers.setLimit(1);
}

void SerialStage::prepareInputs()
{
    m_ended = std::make_unique<std::atomic<bool>[]>(m_producers.size());
    for (size_t i = 0; i < m_producers.size(); ++i)
        m_joiners.push_back(std::make_unique<Joiner>());
    m_held = std::make_unique<HeldBatches>(m_host.heldShare(), m_host.options().folder);
}

Result<> SerialStage::open()
{
    return wantsWorker() ? TransformStage::open() : Result<>();
}

/// How many results may leave now, by the window of the domain that they belong to.
uint32_t SerialStage::roomAhead()
{
    return m_domain && startsDomain() ? m_domain->room(m_emitted.load(std::memory_order_acquire), MostEmitted)
                                      : MostEmitted;
}

bool SerialStage::begin(Pump &pump)
{
    const Queue::State state = m_queue.state();
    if (state.queued == 0 && !hasMoreToDo()) {
        finishIfDone();
        return false;
    }
    if (isFinished() || !enterExclusively())
        return false;
    const uint32_t ahead = roomAhead();
    if (ahead == 0)
        m_meter.noteBlocked();
    const uint32_t room = ahead ? m_outlets.reserve(ahead) : 0;
    if (room == 0) {
        const bool hadInput = m_queue.leave().queued != 0;
        if (m_hasMissedTurn.exchange(false, std::memory_order_seq_cst) && (hadInput || hasMoreToDo()))
            schedule();
        return false; // whoever makes room schedules this stage
    }
    pump.work.batches.clear();
    pump.work.room = room;
    return true;
}

bool SerialStage::carryIn(Pump &pump)
{
    const Queue::State state = m_queue.state();
    if (state.queued != 0 || state.active != 0 || m_host.isHeld() || !mayTakeMore())
        return false;
    const uint32_t ahead = roomAhead();
    const uint32_t room = ahead ? m_outlets.reserve(ahead) : 0;
    if (room == 0)
        return false;
    bool wakeProducers = false;
    if (!m_queue.carry(uint32_t(pump.work.batches.size()), 1, wakeProducers)) {
        m_outlets.giveBack(room);
        return false;
    }
    if (wakeProducers)
        scheduleProducers();
    pump.work.room = room;
    return true;
}

Stage *SerialStage::perform(Pump &pump)
{
    m_isPending.store(false, std::memory_order_seq_cst);
    const uint32_t room = pump.work.room;
    Worker *worker = m_workers.take();
    if (!m_outlets.isSimple())
        m_outlets.clearLists(pump);

    std::vector<Batch *> &inputs = pump.inputs;
    inputs.clear();
    inputs.swap(pump.work.batches);
    bool wakeProducers = false;
    if (const uint32_t queued = std::min(m_queue.state().queued, mostTaken(room))) {
        const size_t carried = inputs.size();
        inputs.resize(carried + queued);
        inputs.resize(carried + m_queue.takeMore(inputs.data() + carried, queued, wakeProducers));
    }
    if (wakeProducers)
        scheduleProducers();
    uint64_t items = 0;
    StageMeter::Stopwatch watch(m_meter, pump, worker->counters, std::max<uint32_t>(1, uint32_t(inputs.size())));
    for (const Batch *batch : inputs)
        items += batch->size();
    acceptAll(pump, inputs);
    worker->counters.batchesIn.add(inputs.size());
    worker->counters.itemsIn.add(items);
    const size_t taken = inputs.size();
    emitAll(pump, *worker);
    watch.finish(uint32_t(taken));
    m_workers.giveBack(worker);
    publish();
    const size_t emitted =
        m_outlets.isSimple() ? pump.work.batches.size() : pump.lists[0].size(); // one for every output
    m_outlets.giveBack(room - uint32_t(emitted));
    Stage *next = handOn(pump);
    if (m_isPending.load(std::memory_order_seq_cst))
        schedule();
    return next;
}

void SerialStage::emitAll(Pump &pump, Worker &worker)
{
    const uint32_t room = pump.work.room;
    uint32_t emitted = 0;
    uint64_t items = 0;
    while (emitted < room) {
        Batch *batch = next(pump, worker);
        if (!batch)
            break;
        batch->sequence = m_emitted.fetch_add(1, std::memory_order_acq_rel);
        items += batch->size();
        ++emitted;
        Batch *const failed = std::exchange(m_failed, nullptr);
        if (m_outlets.isEmpty())
            pump.work.batches.push_back(batch);
        else
            deliver(pump, batch, failed);
        if (failed)
            pump.cache.give(failed);
    }
    worker.counters.batchesOut.add(emitted);
    worker.counters.itemsOut.add(items);
    if (emitted == room)
        m_isPending.store(true, std::memory_order_seq_cst);
}

void SerialStage::publish()
{
    for (size_t i = 0; i < m_joiners.size(); ++i) {
        if (m_joiners[i]->joined() == m_joiners[i]->next())
            continue;
        m_joiners[i]->publish();
        Domain *domain = m_inputDomains[i];
        if (domain && domain->hasWaitingHead())
            domain->head()->schedule();
    }
}

void SerialStage::inputEnded(uint16_t input)
{
    m_ended[input].store(true, std::memory_order_seq_cst);
    m_isPending.store(true, std::memory_order_seq_cst);
    TransformStage::inputEnded(input);
    schedule();
}

void SerialStage::accept(Pump &, Batch *batch)
{
    hold(inputOf(*batch), batch);
}

void SerialStage::hold(size_t input, Batch *batch)
{
    const bool isNext = batch->sequence == m_joiners[input]->next();
    m_joiners[input]->put(batch);
    if (isNext)
        return; // it leaves in this turn, or as soon as there is room
    if (auto kept = m_held->keep(*batch); !kept)
        failKeeping(*batch, kept.error());
}

Batch *SerialStage::takeHeld(size_t input)
{
    Batch *batch = m_joiners[input]->take();
    if (!batch)
        return nullptr;
    if (auto back = m_held->bringBack(*batch); !back) {
        failKeeping(*batch, back.error());
        batch->reset(emptySchema());
    }
    return batch;
}

void SerialStage::failKeeping(const Batch &batch, const Error &error)
{
    m_host.fail({batch.origin.sequence, batch.origin.source, -rank(), 0}, error, id());
    m_host.cancel();
}

void SerialStage::acceptAll(Pump &pump, const std::vector<Batch *> &batches)
{
    for (Batch *batch : batches)
        accept(pump, batch);
}

bool SerialStage::isExhausted(size_t input) const
{
    return m_ended[input].load(std::memory_order_seq_cst) && m_queue.state().queued == 0
           && !m_joiners[input]->isNextHere();
}

bool SerialStage::isAllTaken() const
{
    for (size_t i = 0; i < m_joiners.size(); ++i)
        if (!isExhausted(i))
            return false;
    return true;
}

void SerialStage::drop()
{
    BatchPool::Cache cache(m_host.pool());
    for (const auto &joiner : m_joiners)
        for (Batch *batch : joiner->drain())
            cache.give(batch);
    TransformStage::drop();
}

void SerialStage::addTo(StepSample &sample, uint64_t now) const
{
    TransformStage::addTo(sample, now);
    for (const auto &joiner : m_joiners)
        sample.queue.held += joiner->held();
    sample.heldBytes += m_held->heldBytes();
    sample.spilledBytes += m_held->spilledBytes();
}

void OrderedStage::addTo(StepSample &sample, uint64_t now) const
{
    SerialStage::addTo(sample, now);
    if (const HeldGauge *const gauge = m_stepHolds.load(std::memory_order_acquire)) {
        sample.heldBytes += gauge->held.load(std::memory_order_relaxed);
        sample.spilledBytes += gauge->spilled.load(std::memory_order_relaxed);
    }
}

void OrderedStage::failTaking(const Batch &batch, const Error &error)
{
    m_host.fail({batch.origin.sequence, batch.origin.source, -rank(), 0}, error, id());
    m_host.cancel();
}

/// What has failed is settled; what of it is to be routed goes out with the next result.
void OrderedStage::takeFailed(Pump &pump, Worker &worker, Failures &failures)
{
    settle(pump, worker, failures);
    if (m_failurePolicy.policy() == ErrorPolicy::Route)
        m_failed = failures.rows;
    else
        pump.cache.give(failures.rows);
}

template <class Fill>
Batch *OrderedStage::filled(Pump &pump, Worker &worker, Fill fill)
{
    Batch *batch = pump.cache.take();
    batch->renew();
    batch->reset(emptySchema());
    batch->setSize(0);
    const Result<bool> some = caught([&] { return fill(*batch); });
    if (!some)
        m_host.fail({UINT64_MAX - 1, 0, -rank(), 0}, some.error(), id());
    if (some && *some) {
        if (!batch->errors().empty()) {
            Failures failures = separateFailed(pump, *batch, *batch, false);
            takeFailed(pump, worker, failures);
        }
        return batch;
    }
    pump.cache.give(batch);
    return nullptr;
}

Batch *OrderedStage::next(Pump &pump, Worker &worker)
{
    if (!m_stepHolds.load(std::memory_order_relaxed))
        m_stepHolds.store(worker.step->held(), std::memory_order_release);
    if (m_mayHaveMore) {
        if (Batch *batch = filled(pump, worker, [&](Batch &more) { return worker.step->more(more); }))
            return batch;
        m_mayHaveMore = false;
    }
    // Looked at first: an input that ends meanwhile may have left something behind that nextInput() would give the next time.
    const bool isOver = isAllTaken();
    if (Batch *batch = nextInput(pump, worker)) {
        if (batch->origin.sequence > m_host.stopSequence())
            batch->clearItems();
        if (const auto failures = attempt(pump, worker, *batch))
            takeFailed(pump, worker, *failures);
        m_mayHaveMore = true;
        return batch;
    }
    if (m_isFlushed || !isOver)
        return nullptr;
    const auto items = size_t(std::max<int64_t>(1, m_plan.batching.size));
    if (Batch *batch = filled(pump, worker, [&](Batch &rest) { return worker.step->flush(rest, items); }))
        return batch;
    m_isFlushed = true;
    return nullptr;
}

} // namespace millrace
