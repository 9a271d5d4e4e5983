// SPDX-License-Identifier: MIT
#include "engine/stages/TransformStage.h"

#include "data/errors/EndsRun.h"
#include "data/errors/ExceptionError.h"
#include "engine/flow/BatchRows.h"
#include "steps/HalfChangedBatch.h"

#include <algorithm>
#include <utility>

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
        if (!m_tickets.isEmpty())
            requestAnotherTurn(limit); // or a retry that is due now would be forgotten
        return false;                  // who ends its turn schedules the stage again
    }
    if (!m_tickets.isEmpty() && m_tickets.isDue())
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
    pump.work.batches.clear();
    std::optional<RetryTickets::Ticket> ticket = m_tickets.take();
    if (!ticket) {
        m_outlets.giveBack(1);
        leave();
        schedule(); // another worker was quicker; there may be input
        return false;
    }
    Worker *worker = m_workers.take();
    if (prepare(pump, *worker))
        retry(pump, *worker, *std::move(ticket));
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
    try {
        return apply(step, batch);
    } catch (const HalfChangedBatch &) {
        throw; // nobody knows its items any more
    } catch (const EndsRun &) {
        throw; // no item is to blame
    } catch (...) {
        return Failure{currentError()};
    }
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
    } catch (const HalfChangedBatch &) {
        throw; // nobody knows its items any more
    } catch (const EndsRun &) {
        throw; // no item is to blame
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
                itemsOut += m_outlets.countLeaving(*batch);
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
        m_outlets.route(pump, batch, failed, id());
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
    if (!m_outlets.isEmpty()) {
        pump.work.batches.push_back(batch);
        return;
    }
    m_outlets.sample(batch);
    pump.cache.give(batch);
}

void TransformStage::drop()
{
    BatchPool::Cache cache(m_host.pool());
    m_tickets.drop(cache);
    Stage::drop();
}

size_t TransformStage::process(Pump &pump, Worker &worker, Batch *batch)
{
    if (batch->origin.sequence > m_host.stopSequence())
        batch->clearItems();
    if (const std::unique_ptr<Failures> failures = attempt(pump, worker, *batch))
        return goOnWithout(pump, worker, batch, *failures);
    const size_t items = m_outlets.countLeaving(*batch);
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
    const size_t items = m_outlets.countLeaving(*batch);
    const bool isRouted = m_failurePolicy.policy() == ErrorPolicy::Route;
    deliver(pump, batch, isRouted ? failures.rows : nullptr);
    pump.cache.give(failures.rows);
    return items;
}

std::unique_ptr<Failures> TransformStage::attempt(Pump &pump, Worker &worker, Batch &batch)
{
    Batch *copy = nullptr;
    if (!keepsItems()) {
        copy = pump.cache.take();
        copy->shareFrom(batch);
    }
    const Result<> applied = applySafely(*worker.step, batch);
    std::unique_ptr<Failures> failures;
    if (!applied || !batch.errors().empty())
        failures = takeApart(pump, worker, batch, copy ? *copy : batch, applied);
    if (copy)
        pump.cache.give(copy);
    return failures;
}

std::unique_ptr<Failures> TransformStage::takeApart(
    Pump &pump, Worker &worker, Batch &batch, const Batch &original, const Result<> &applied)
{
    auto failures = std::make_unique<Failures>();
    if (!applied)
        *failures = oneByOne(pump, worker, batch, original, applied.error());
    else
        *failures = separateFailed(pump, batch, original, m_plan.failsApart);
    if (batch.raw().rows > 0)
        failures->rows->setRaw(batch.takeRaw()); // for another try, see DecodeStage
    return failures;
}

Failures TransformStage::oneByOne(Pump &pump, Worker &worker, Batch &batch, const Batch &original, const Error &error)
{
    bool hasText = false;
    Failures failures = tryOneByOne(pump, batch, original, error, m_failurePolicy, [&](Batch &one) {
        Result<> applied = applySafely(*worker.step, one);
        hasText |= applied && one.errors().empty() && !one.encoded().empty();
        return applied;
    });
    if (hasText)
        finishTogether(*worker.step, batch);
    return failures;
}

void TransformStage::settle(Pump &, Worker &worker, Failures &failures)
{
    const size_t count = failures.errors.size();
    if (count == 0)
        return;
    failures.rows->takeRaw();
    worker.counters.errors.add(count);
    const ErrorPolicy policy = m_failurePolicy.policy();
    logFailures(m_host, id(), worker.index, failures, policy != ErrorPolicy::Route);
    const Batch &rows = *failures.rows;
    const ErrorPlace place{rows.origin.sequence, rows.origin.source, -rank(), rows.originalRow(0)};
    if (policy == ErrorPolicy::Stop) {
        const ItemError &first = failures.errors.front();
        m_host.fail(place, Error{first.kind, first.message}, id());
    } else if (const auto counted = m_host.countFailed(count); !counted) {
        m_host.fail(place, counted.error(), id());
    }
    if (policy == ErrorPolicy::Route)
        addErrorFields(*failures.rows, id(), failures.errors, failures.attempts, m_host.placesOf(*failures.rows));
}

void TransformStage::postpone(Batch *good, Failures failures)
{
    const uint64_t due = m_tickets.add(good, std::move(failures));
    if (m_domain) {
        m_domain->beginPause();
        if (m_domain->hasWaitingHead())
            m_domain->head()->schedule();
    }
    m_host.scheduleAt(due, *this);
}

/// The pause of a ticket is over, and it was tried again.
void TransformStage::endPause(const RetryTickets::Ticket &ticket)
{
    if (m_domain)
        m_domain->endPause();
    m_tickets.settle(ticket);
}

/// Tries the failed items again. What is settled then goes to pump.work or pump.lists.
void TransformStage::retry(Pump &pump, Worker &worker, RetryTickets::Ticket ticket)
{
    Failures &before = ticket.failures;
    Batch *rows = before.rows, *good = ticket.good;
    const size_t retried = rows->size();
    worker.counters.counted[countedGauge("retries")].add(retried);
    StageMeter::Stopwatch watch(m_meter, pump, worker.counters, 1);
    const std::vector<uint32_t> tried = m_plan.failsApart ? originalRowsOf(*rows) : std::vector<uint32_t>();
    const std::unique_ptr<Failures> failures = attempt(pump, worker, *rows);
    watch.finish(1);
    if (!failures)
        worker.counters.counted[countedGauge("rescued")].add(retried);
    else if (m_failurePolicy.policy() != ErrorPolicy::Stop) // else nobody has tried those behind the first that failed
        worker.counters.counted[countedGauge("rescued")].add(retried - failures->errors.size());
    Failures again = failures ? std::move(*failures) : Failures();
    if (m_plan.failsApart)
        again.goodPositions = positionsIn(tried, *rows);
    again.attempts = before.attempts + 1;
    const bool hasText = !rows->isEmpty() && (!rows->encoded().empty() || !good->encoded().empty());
    joinRetried(*good, *rows, before, again);
    if (hasText)
        finishTogether(*worker.step, *good);
    for (uint32_t &position : again.positions)
        position = before.positions[position];
    pump.cache.give(rows);
    again.goodPositions = std::move(before.goodPositions);
    if (!again.errors.empty() && again.attempts <= m_failurePolicy.retries()
        && good->origin.sequence <= m_host.stopSequence() && !m_host.isCancelled()) {
        postpone(good, std::move(again));
        endPause(ticket);
        return;
    }
    settle(pump, worker, again);
    endPause(ticket);
    worker.counters.itemsOut.add(good->size());
    const bool isRouted = m_failurePolicy.policy() == ErrorPolicy::Route;
    deliver(pump, good, isRouted ? again.rows : nullptr);
    if (again.rows)
        pump.cache.give(again.rows);
}

} // namespace millrace
