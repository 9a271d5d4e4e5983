// SPDX-License-Identifier: MIT
#include "engine/stages/Stage.h"

#include "data/text/ByteSize.h"
#include "metrics/Clock.h"
#include "pipeline/file/FileShapeCheck.h"
#include "pipeline/Retries.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace millrace {

static_assert(Stage::MostWorkers == MostStepWorkers, "or some would be left out without a word");

Stage::Stage(StageHost &host, const PlannedStep &plan, int step)
    : m_host(host)
    , m_plan(plan)
    , m_step(step)
    , m_queue(uint32_t(std::max(plan.queueSize, 0)))
    , m_limit(std::clamp(plan.workers, 1, MostWorkers))
    , m_policy(plan.onError)
    , m_retries(std::clamp(plan.retries, 0, MostRetries))
{}

Stage::~Stage()
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

void Stage::addOutput(Output output)
{
    m_outputs.push_back(output);
    const auto same = std::find_if(m_targets.begin(), m_targets.end(),
                                   [&](const Target &target) { return target.stage == output.to; });
    if (same != m_targets.end())
        ++same->links;
    else
        m_targets.push_back({output.to, 1});
}

uint16_t Stage::addInput(Stage *producer)
{
    m_producers.push_back(producer);
    m_inputDomains.push_back(nullptr);
    m_openProducers.fetch_add(1, std::memory_order_relaxed);
    return uint16_t(m_producers.size() - 1);
}

void Stage::setInputDomain(uint16_t input, Domain *domain)
{
    m_inputDomains[input] = domain;
}

bool Stage::carryIn(Pump &pump)
{
    Load &work = pump.work;
    const Queue::State state = m_queue.state();
    const auto limit = uint32_t(workers());
    if (state.queued != 0 || state.active >= limit || m_host.isHeld() || !mayTakeMore())
        return false;
    const uint32_t room = reserveOutputs(std::min(uint32_t(work.batches.size()), batchesAtOnce()));
    if (room == 0)
        return false;
    bool wakeProducers = false;
    if (!m_queue.carry(room, limit, wakeProducers)) {
        giveBackOutputs(room);
        return false;
    }
    if (wakeProducers)
        scheduleProducers();
    if (room < work.batches.size()) {
        m_queue.push(work.batches.data() + room, uint32_t(work.batches.size()) - room);
        work.batches.resize(room);
        if (limit > 1)
            schedule();
    }
    work.room = room;
    return true;
}

void Stage::inputEnded(uint16_t)
{
    if (m_openProducers.fetch_sub(1, std::memory_order_seq_cst) == 1)
        schedule();
}

void Stage::finishIfDone()
{
    if (m_openProducers.load(std::memory_order_acquire) != 0)
        return;
    const Queue::State state = m_queue.state();
    if (state.queued || state.reserved || state.active || hasMoreToDo() || m_isFinished.exchange(true))
        return;
    m_endedAt.store(steadyNanoseconds(), std::memory_order_relaxed);
    for (const Output &output : m_outputs)
        output.to->inputEnded(output.input);
    m_host.stageFinished();
}

uint32_t Stage::reserveOutputs(uint32_t wanted)
{
    uint32_t room = wanted;
    for (size_t i = 0; i < m_targets.size(); ++i) {
        const uint32_t free = m_targets[i].stage->m_queue.reserve(room, m_targets[i].links);
        if (free < room)
            for (size_t j = 0; j < i; ++j)
                giveBack(m_targets[j], room - free);
        room = free;
        if (room == 0) {
            noteBlocked();
            return 0;
        }
    }
    if (m_blockedSince.load(std::memory_order_relaxed) != 0)
        noteUnblocked();
    return room;
}

void Stage::giveBackOutputs(uint32_t count)
{
    if (count == 0)
        return;
    for (const Target &target : m_targets)
        giveBack(target, count);
}

void Stage::giveBack(const Target &target, uint32_t count)
{
    if (target.stage->m_queue.giveBack(count * target.links))
        target.stage->scheduleProducers();
    // It may have looked whether it is done while this room was reserved for nothing.
    if (target.stage->m_openProducers.load(std::memory_order_seq_cst) == 0)
        target.stage->schedule();
}

void Stage::scheduleProducers()
{
    for (Stage *producer : m_producers)
        producer->schedule();
}

void Stage::clearLists(Pump &pump) const
{
    pump.lists.resize(std::max(pump.lists.size(), m_outputs.size()));
    for (size_t i = 0; i < m_outputs.size(); ++i)
        pump.lists[i].clear();
}

void Stage::shareOut(Pump &pump, Batch *batch) const
{
    size_t mainOutput = m_outputs.size();
    for (size_t i = 0; i < m_outputs.size(); ++i)
        if (m_outputs[i].port == 0)
            mainOutput = i; // the last link of `out` gets the batch itself
    for (size_t i = 0; i < m_outputs.size(); ++i) {
        if (i == mainOutput)
            continue;
        Batch *copy = pump.cache.take();
        copy->shareFrom(*batch);
        copy->setPadTo(0);
        copy->takeRaw();
        if (m_outputs[i].port != 0)
            copy->clearItems();
        pump.lists[i].push_back(copy);
    }
    if (mainOutput < m_outputs.size())
        pump.lists[mainOutput].push_back(batch);
    else
        pump.cache.give(batch);
}

void Stage::pushTo(const Output &output, Batch *const *batches, uint32_t count)
{
    if (count == 0)
        return;
    if (output.to->m_producers.size() > 1)
        for (uint32_t i = 0; i < count; ++i)
            batches[i]->input = output.input;
    output.to->m_queue.push(batches, count);
    output.to->schedule();
}

Stage *Stage::handOn(Pump &pump, bool mayCarry)
{
    Stage *next = nullptr;
    if (!m_outputs.empty()) {
        const size_t last = m_outputs.size() - 1;
        for (size_t i = 0; i < last; ++i)
            pushTo(m_outputs[i], pump.lists[i].data(), uint32_t(pump.lists[i].size()));
        if (!isSimple())
            pump.work.batches.swap(pump.lists[last]);
        const Output &output = m_outputs[last];
        if (!pump.work.batches.empty()) {
            if (output.to->m_producers.size() > 1)
                for (Batch *batch : pump.work.batches)
                    batch->input = output.input;
            // A thread that has waited for this stage goes on here: whoever is woken for the next one may come later.
            if (mayCarry && !pump.mustLeave && !(waits() && output.to->waits()) && output.to->carryIn(pump))
                next = output.to;
            else
                pushTo(output, pump.work.batches.data(), uint32_t(pump.work.batches.size()));
        }
    } else {
        for (Batch *batch : pump.work.batches)
            pump.cache.give(batch);
        pump.work.batches.clear();
    }
    leave();
    return next;
}

bool Stage::enterExclusively()
{
    if (m_queue.enter(1))
        return true;
    requestAnotherTurn(1);
    return false;
}

void Stage::requestAnotherTurn(uint32_t limit)
{
    m_hasMissedTurn.store(true, std::memory_order_seq_cst);
    if (m_queue.state().active < limit)
        schedule();
}

void Stage::leave()
{
    const Queue::State state = m_queue.leave();
    const bool wasMissed =
        m_hasMissedTurn.load(std::memory_order_seq_cst) && m_hasMissedTurn.exchange(false, std::memory_order_seq_cst);
    if (state.queued != 0 || wasMissed)
        schedule();
    else if (m_openProducers.load(std::memory_order_acquire) == 0)
        finishIfDone();
}

void Stage::noteBlocked()
{
    uint64_t none = 0;
    m_blockedSince.compare_exchange_strong(none, steadyNanoseconds(), std::memory_order_relaxed);
}

void Stage::noteUnblocked()
{
    const uint64_t since = m_blockedSince.exchange(0, std::memory_order_relaxed);
    if (since != 0)
        m_blockedFor.fetch_add(steadyNanoseconds() - since, std::memory_order_relaxed);
}

void Stage::setWorkers(int workers)
{
    const int most = m_plan.mostWorkers > 0 ? std::min(m_plan.mostWorkers, mostWorkers()) : mostWorkers();
    m_limit.store(std::clamp(workers, 1, most), std::memory_order_relaxed);
    schedule();
}

void Stage::setQueueSize(int batches)
{
    m_queue.setCapacity(uint32_t(std::max(batches, 0)));
    scheduleProducers();
}

void Stage::setQueueBytes(uint64_t bytes)
{
    m_queue.setCapacityBytes(bytes > 0 ? bytes : m_host.queueShare());
    scheduleProducers();
}

std::string Stage::enlargeQueue()
{
    m_wasEnlarged.store(true, std::memory_order_relaxed);
    const bool isFullOfBytes = m_queue.isFullOfBytes();
    if (isFullOfBytes)
        m_queue.setCapacityBytes(2 * std::max(m_queue.capacityBytes(), m_queue.bytes()));
    else
        m_queue.setCapacity(std::min(m_queue.capacity() * 2, Queue::Unbounded));
    scheduleProducers();
    return isFullOfBytes ? byteSizeText(m_queue.capacityBytes()) : std::to_string(m_queue.capacity()) + " batches";
}

void Stage::setErrorPolicy(ErrorPolicy policy, int retries)
{
    m_policy.store(policy, std::memory_order_relaxed);
    m_retries.store(std::clamp(retries, 0, MostRetries), std::memory_order_relaxed);
}

// Workers

Stage::Segment *Stage::segment(int index)
{
    auto &slot = m_segments[size_t(index)];
    Segment *found = slot.load(std::memory_order_acquire);
    if (found)
        return found;
    std::lock_guard lock(m_segmentMutex);
    found = slot.load(std::memory_order_acquire);
    if (!found) {
        found = new Segment;
        slot.store(found, std::memory_order_release);
    }
    return found;
}

Worker *Stage::takeWorker()
{
    // The count of active workers was raised before, so that a free one is among the first `limit` (or was, a moment ago).
    for (int number = 0;; number = (number + 1) % int(m_segments.size())) {
        Segment *candidates = segment(number);
        uint64_t free = candidates->free.load(std::memory_order_acquire);
        while (free != 0) {
            if (!candidates->free.compare_exchange_weak(free, free & (free - 1), std::memory_order_acq_rel))
                continue;
            const int bit = std::countr_zero(free);
            auto &slot = candidates->workers[size_t(bit)];
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

void Stage::returnWorker(Worker *worker)
{
    worker->counters.isBusy.store(false, std::memory_order_relaxed);
    Segment *home = m_segments[size_t(worker->index / SegmentSize)].load(std::memory_order_acquire);
    home->free.fetch_or(1ull << (worker->index % SegmentSize), std::memory_order_acq_rel);
}

Worker *Stage::worker(int index) const
{
    const Segment *home = m_segments[size_t(index / SegmentSize)].load(std::memory_order_acquire);
    return home ? home->workers[size_t(index % SegmentSize)].load(std::memory_order_acquire) : nullptr;
}

Result<> Stage::openWorker(Worker &worker)
{
    auto made = m_plan.make(worker.index);
    if (!made)
        return made.forward();
    worker.step = *std::move(made);
    if (auto restored = restoreState(*worker.step); !restored)
        return restored;
    if (auto opened = worker.step->open(contextFor(worker.index)); !opened)
        return opened;
    worker.isOpen = true;
    worker.inChildren.store(dynamic_cast<const WorksInChildren *>(worker.step.get()), std::memory_order_release);
    return {};
}

Result<> Stage::restoreState(Step &step) const
{
    if (!m_plan.isFittable)
        return {};
    const FittedStates &states = m_host.options().states;
    if (const auto state = states.find(id()); state != states.end())
        return step.setState(state->second);
    if (step.state().isNull())
        return failure("unfitted",
                       "It hasn't learnt anything yet: fit the pipeline before it is run, or load a fitted one.");
    return {};
}

StepContext Stage::contextFor(int worker) const
{
    StepContext context;
    context.stepId = m_plan.id;
    context.worker = worker;
    context.workers = workers();
    context.folder = m_host.options().folder;
    context.seed = m_host.options().seed;
    context.batchBytes = m_host.budget().batchBytes();
    context.log = &m_host.log();
    context.cancelFd = m_host.cancelFd();
    context.stopFd = m_host.stopFd();
    context.endsAtFailure = [this] { return endsAtFailure(); };
    context.services = &m_host.options().services;
    for (const Output &output : m_outputs)
        context.linkedPorts.push_back(output.port == PlannedLink::ErrorPort ? "error"
                                                                            : m_plan.outputPorts[size_t(output.port)]);
    return context;
}

void Stage::closeWorkers()
{
    forEachWorker([this](Worker &worker) {
        if (!std::exchange(worker.isOpen, false))
            return;
        if (const Result<> closed = closeSafely(*worker.step); !closed)
            noteOddClose(closed.error());
    });
}

/// The run fails, unless something else has failed it before.
void Stage::noteOddClose(const Error &error)
{
    LogRecord record;
    record.level = LogLevel::Error;
    record.step = id();
    record.kind = error.kind;
    record.message = "When it was closed: " + error.message;
    m_host.fail({UINT64_MAX, 0, -rank(), 0}, Error{record.kind, record.message}, id());
    m_host.log().append(std::move(record));
}

void Stage::drop()
{
    BatchPool::Cache cache(m_host.pool());
    for (Batch *batch : m_queue.drain())
        cache.give(batch);
}

const Step *Stage::firstStep() const
{
    const Worker *first = worker(0);
    return first ? first->step.get() : nullptr;
}

} // namespace millrace
