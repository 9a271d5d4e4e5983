// SPDX-License-Identifier: MIT
#include "engine/stages/TransformStage.h"

#include "data/ExceptionError.h"
#include "engine/flow/BatchRows.h"

namespace millrace {

Result<> TransformStage::open()
{
    Worker *first = m_workers.take();
    Result<> opened = openWorker(*first);
    m_workers.giveBack(first);
    return opened;
}

bool TransformStage::begin(Pump &pump)
{
    const auto limit = uint32_t(workers());
    const Queue::State state = m_queue.state();
    if (state.active >= limit) {
        if (m_ticketCount.load(std::memory_order_acquire) > 0)
            requestAnotherTurn(limit); // or a retry that is due now would be forgotten
        return false;                  // who ends its turn schedules the stage again
    }
    if (m_ticketCount.load(std::memory_order_acquire) > 0 && isTicketDue())
        return beginRetry(pump);
    if (state.queued == 0) {
        finishIfDone();
        return false;
    }
    if (!mayTakeMore())
        return false; // the next retry that is due schedules it
    const uint32_t room = m_outlets.reserve(batchesInTurn(state.queued, limit));
    if (room == 0)
        return false;
    std::vector<Batch *> &batches = pump.work.batches;
    batches.resize(room);
    bool wakeProducers = false;
    const uint32_t count = m_queue.take(batches.data(), room, limit, wakeProducers);
    batches.resize(count);
    if (wakeProducers)
        scheduleProducers();
    m_outlets.giveBack(room - count);
    if (count == 0) {
        finishIfDone();
        return false;
    }
    pump.work.room = count;
    if (limit > 1) {
        const Queue::State now = m_queue.state();
        if (now.queued > 0 && now.active < limit)
            schedule();
    }
    return true;
}

/// How many of the queued batches a turn takes: by what they cost, or as many as the step would like to be told of, if its other
/// workers don't go without.
uint32_t TransformStage::batchesInTurn(uint32_t queued, uint32_t limit) const
{
    const uint32_t share = (queued + limit - 1) / limit;
    return std::min(queued,
                    std::max(m_meter.batchesAtOnce(), std::min(m_announced.load(std::memory_order_relaxed), share)));
}

/// Tries again what is due, in a turn of its own.
bool TransformStage::beginRetry(Pump &pump)
{
    const auto limit = uint32_t(workers());
    if (m_outlets.reserve(1) == 0)
        return false; // whoever makes room schedules the stage
    if (!m_queue.enter(limit)) {
        m_outlets.giveBack(1);
        requestAnotherTurn(limit);
        return false;
    }
    Ticket ticket;
    pump.work.batches.clear();
    if (!takeTicket(ticket)) {
        m_outlets.giveBack(1);
        leave();
        schedule(); // another worker was quicker; there may be input
        return false;
    }
    Worker *worker = m_workers.take();
    if (prepare(pump, *worker))
        retry(pump, *worker, std::move(ticket));
    m_workers.giveBack(worker);
    m_outlets.giveBack(1 - resultCount(pump));
    handOn(pump, false);
    schedule(); // there may be more that is due, or input
    return false;
}

Result<> TransformStage::openWorker(Worker &worker)
{
    Result<> opened = Stage::openWorker(worker);
    if (opened)
        m_announced.store(uint32_t(worker.step->announcedAtOnce()), std::memory_order_relaxed);
    return opened;
}

/// How many results each output gets.
uint32_t TransformStage::resultCount(const Pump &pump) const
{
    return uint32_t(m_outlets.isSimple() ? pump.work.batches.size() : pump.lists[0].size());
}

/// False: the worker's step can't be opened; the run has failed.
bool TransformStage::prepare(Pump &pump, Worker &worker)
{
    if (!m_outlets.isSimple())
        m_outlets.clearLists(pump);
    if (worker.isOpen)
        return true;
    const Result<> opened = caught([&] { return openWorker(worker); });
    if (opened)
        return true;
    m_host.fail({0, 0, -1, 0}, opened.error(), id());
    m_host.cancel();
    return false;
}

Result<> TransformStage::applySafely(Step &step, Batch &batch)
{
    return caught([&] { return apply(step, batch); });
}

size_t TransformStage::performFastPath(Pump &pump, Step &step, FastPathResult &plain)
{
    const std::vector<Batch *> &batches = pump.work.batches;
    try {
        // Once the run has failed somewhere, each batch is looked at before it is worked on.
        if (m_isStepsOwn && m_host.stopSequence() == UINT64_MAX) [[likely]] {
            plain.applied = step.processAll(batches, plain);
            plain.wasTried = plain.done < batches.size();
        } else {
            applyAll(batches, step, plain);
        }
    } catch (...) {
        plain.applied = Failure{currentError()};
        plain.wasTried = true;
    }
    return plain.done;
}

void TransformStage::applyAll(const std::vector<Batch *> &batches, Step &step, FastPathResult &plain)
{
    for (Batch *batch : batches) {
        if (batch->origin.sequence > m_host.stopSequence())
            return;
        plain.itemsIn += batch->raw().rows ? batch->raw().rows : batch->size();
        if (Result<> applied = apply(step, *batch); !applied || batch->hasVerdicts()) [[unlikely]] {
            plain.applied = std::move(applied);
            plain.wasTried = true;
            return;
        }
        plain.itemsOut += batch->size();
        ++plain.done;
    }
}

Stage *TransformStage::perform(Pump &pump)
{
    std::vector<Batch *> &batches = pump.work.batches;
    const auto count = uint32_t(batches.size());
    Worker *worker = m_workers.take();
    if (!prepare(pump, *worker)) {
        m_workers.giveBack(worker);
        for (Batch *batch : batches)
            pump.cache.give(batch);
        batches.clear();
        leave();
        return nullptr;
    }
    StageMeter::Stopwatch watch(m_meter, pump, worker->counters, count);
    work(pump, *worker);
    watch.finish(count);
    m_workers.giveBack(worker);
    if (!m_outlets.isEmpty())
        m_outlets.giveBack(count - resultCount(pump)); // what waits for another try takes no room
    return handOn(pump);
}

void TransformStage::work(Pump &pump, Worker &worker)
{
    std::vector<Batch *> &batches = pump.work.batches;
    const size_t count = batches.size();
    uint64_t itemsIn = 0, itemsOut = 0;
    size_t done = 0;
    if (count > 1 && m_announced.load(std::memory_order_relaxed) > 1)
        (void)caught([&]() -> Result<> { return worker.step->announce(batches), Result<>(); });
    if (m_outlets.isPlain() && keepsItems()) {
        FastPathResult plain;
        done = performFastPath(pump, *worker.step, plain);
        itemsIn = plain.itemsIn;
        itemsOut = plain.itemsOut;
        if (done < count) [[unlikely]] {
            pump.inputs.assign(batches.begin() + ptrdiff_t(done), batches.end());
            batches.resize(done);
        }
        if (plain.wasTried) [[unlikely]] {
            Batch *batch = pump.inputs.front();
            pump.inputs.erase(pump.inputs.begin());
            if (!plain.applied || !batch->errors().empty()) {
                itemsOut += goOnWithout(pump, worker, batch, *takeApart(pump, worker, *batch, *batch, plain.applied));
            } else {
                itemsOut += batch->size();
                deliver(pump, batch, nullptr);
            }
        }
    } else {
        pump.inputs.swap(batches);
        batches.clear();
    }
    if (done < count) [[unlikely]] {
        for (Batch *batch : pump.inputs) {
            itemsIn += batch->raw().rows ? batch->raw().rows : batch->size();
            itemsOut += process(pump, worker, batch);
        }
        pump.inputs.clear();
    }
    noteBytes(pump);
    WorkerCounters &counters = worker.counters;
    counters.batchesIn.add(count);
    counters.itemsIn.add(itemsIn);
    counters.batchesOut.add(count);
    counters.itemsOut.add(itemsOut);
}

/// How large a result is, now and then: for the window of its domain.
void TransformStage::noteBytes(Pump &pump) const
{
    if (!m_domain || m_outlets.isEmpty() || (m_domain->knowsBytes() && !pump.isTimeToMeasure()))
        return;
    const std::vector<Batch *> &results = m_outlets.isSimple() ? pump.work.batches : pump.lists[0];
    if (results.empty())
        return;
    m_domain->noteBytes(results.front()->byteSize());
}

/// A batch with all items that succeeded, and those that failed where they are to be routed.
void TransformStage::deliver(Pump &pump, Batch *batch, Batch *failed)
{
    if (!m_outlets.isSimple()) {
        routeResults(pump, batch, failed);
        return;
    }
    if (!batch->ports().empty()) {
        std::vector<uint32_t> rows;
        for (uint32_t row = 0; row < batch->size(); ++row)
            if (batch->ports()[row] == 0)
                rows.push_back(row);
        batch->keepRows(rows);
        batch->clearVerdicts();
    }
    if (m_outlets.isEmpty())
        pump.cache.give(batch);
    else
        pump.work.batches.push_back(batch);
}

void TransformStage::drop()
{
    BatchPool::Cache cache(m_host.pool());
    for (auto &[due, ticket] : m_tickets) {
        cache.give(ticket.good);
        cache.give(ticket.failures.rows);
    }
    m_tickets.clear();
    Stage::drop();
}

/// Sends each item to the port that the step chose; every output gets a batch for every batch, if only an empty one, so that
/// no sequence number is ever missing. `failed` goes to the error port; null: an empty batch.
void TransformStage::routeResults(Pump &pump, Batch *batch, Batch *failed)
{
    size_t mainOutput = m_outlets.all().size();
    for (size_t i = 0; i < m_outlets.all().size(); ++i)
        if (m_outlets.all()[i].port == 0)
            mainOutput = i; // the last link of `out` gets the batch itself
    const bool isSplit = !batch->ports().empty();
    std::vector<uint32_t> rows;
    const auto rowsFor = [&](int port) {
        rows.clear();
        for (uint32_t row = 0; row < batch->size(); ++row)
            if (batch->ports()[row] == port)
                rows.push_back(row);
    };
    for (size_t i = 0; i < m_outlets.all().size(); ++i) {
        if (i == mainOutput)
            continue;
        Batch *copy = pump.cache.take();
        const int port = m_outlets.all()[i].port;
        if (port == PlannedLink::ErrorPort) {
            if (failed) {
                copy->shareFrom(*failed);
            } else {
                copy->shareFrom(*batch);
                copy->clearItems();
                addErrorFields(*copy, id(), {}, 0, {});
            }
            copy->sequence = batch->sequence;
        } else if (isSplit) {
            rowsFor(port);
            copy->copyRows(*batch, rows);
        } else {
            copy->shareFrom(*batch);
            if (port != 0)
                copy->clearItems();
        }
        copy->clearVerdicts();
        copy->takeRaw();
        copy->setPadTo(0);
        pump.lists[i].push_back(copy);
    }
    if (isSplit) {
        rowsFor(0);
        batch->keepRows(rows);
        batch->clearVerdicts();
    }
    if (mainOutput < m_outlets.all().size())
        pump.lists[mainOutput].push_back(batch);
    else
        pump.cache.give(batch);
}

size_t TransformStage::process(Pump &pump, Worker &worker, Batch *batch)
{
    if (batch->origin.sequence > m_host.stopSequence())
        batch->clearItems();
    if (const std::unique_ptr<Failures> failures = attempt(pump, worker, *batch))
        return goOnWithout(pump, worker, batch, *failures);
    const size_t items = batch->size();
    deliver(pump, batch, nullptr);
    return items;
}

size_t TransformStage::goOnWithout(Pump &pump, Worker &worker, Batch *batch, Failures &failures)
{
    if (m_failurePolicy.retries() > 0) {
        postpone(batch, std::move(failures));
        return 0;
    }
    settle(pump, worker, failures);
    const size_t items = batch->size();
    const bool isRouted = m_failurePolicy.policy() == ErrorPolicy::Route;
    deliver(pump, batch, isRouted ? failures.rows : nullptr);
    pump.cache.give(failures.rows);
    return items;
}

} // namespace millrace
