// SPDX-License-Identifier: MIT
#include "engine/stages/Stage.h"

#include "data/text/ByteSize.h"
#include "pipeline/file/FileShapeCheck.h"

#include <algorithm>
#include <utility>

namespace millrace {

static_assert(WorkerPool::Most == MostStepWorkers, "or some would be left out without a word");

namespace {

/// Gives a fittable step what was learnt.
Result<> restoreState(Step &step, const PlannedStep &plan, const FittedStates &states)
{
    if (!plan.isFittable)
        return {};
    if (const auto state = states.find(plan.id); state != states.end())
        return step.setState(state->second);
    if (step.state().isNull())
        return failure(ErrorKind::Unfitted,
                       "It hasn't learnt anything yet: fit the pipeline before it is run, or load a fitted one.");
    return {};
}

} // namespace

Stage::Stage(StageHost &host, const PlannedStep &plan, int step)
    : m_host(host)
    , m_plan(plan)
    , m_step(step)
    , m_queue(uint32_t(std::max(plan.queueSize, 0)))
    , m_workers(std::clamp(plan.workers, 1, WorkerPool::Most))
    , m_meter(host, m_queue)
    , m_outlets(m_meter)
    , m_failurePolicy(plan.onError, plan.retries)
{}

Stage::~Stage() = default;

uint16_t Stage::addInput(Stage *producer)
{
    m_producers.push_back(producer);
    m_inputDomains.push_back(nullptr);
    m_openProducers.fetch_add(1, std::memory_order_relaxed);
    return uint16_t(m_producers.size() - 1);
}

bool Stage::carryIn(Pump &pump)
{
    Load &work = pump.work;
    const Queue::State state = m_queue.state();
    const auto limit = uint32_t(workers());
    if (state.queued != 0 || state.active >= limit || m_host.isHeld() || !mayTakeMore())
        return false;
    const uint32_t room = m_outlets.reserve(std::min(uint32_t(work.batches.size()), m_meter.batchesAtOnce()));
    if (room == 0)
        return false;
    bool wakeProducers = false;
    if (!m_queue.carry(room, limit, wakeProducers)) {
        m_outlets.giveBack(room);
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
    m_meter.noteEnd();
    m_outlets.end();
    m_host.stageFinished();
}

void Stage::scheduleProducers()
{
    for (Stage *producer : m_producers)
        producer->schedule();
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

void Stage::setWorkers(int workers)
{
    const int most = m_plan.mostWorkers > 0 ? std::min(m_plan.mostWorkers, mostWorkers()) : mostWorkers();
    m_workers.setLimit(std::clamp(workers, 1, most));
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

Result<> Stage::openWorker(Worker &worker)
{
    auto made = m_plan.make(worker.index);
    if (!made)
        return made.forward();
    worker.step = *std::move(made);
    if (auto restored = restoreState(*worker.step, m_plan, m_host.options().states); !restored)
        return restored;
    if (auto opened = worker.step->open(contextFor(worker.index)); !opened)
        return opened;
    worker.isOpen = true;
    worker.inChildren.store(dynamic_cast<const WorksInChildren *>(worker.step.get()), std::memory_order_release);
    if (const auto *paced = dynamic_cast<const KeepsToRate *>(worker.step.get()))
        worker.pauses.store(&paced->pauseClock(), std::memory_order_release);
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
    context.endsAtFailure = [this] { return m_failurePolicy.endsAtFailure(); };
    context.shared = &m_shared;
    context.services = &m_host.options().services;
    if (const auto &resume = m_host.options().resume)
        if (const auto checkpoint = resume->sinks.find(m_plan.id); checkpoint != resume->sinks.end())
            context.checkpoint = &checkpoint->second;
    for (const Outlets::Output &output : m_outlets.all()) {
        if (output.port == PlannedLink::ErrorPort)
            context.linkedPorts.emplace_back("error");
        else if (size_t(output.port) < m_plan.outputPorts.size()) // what leads to a sink's other half is no port
            context.linkedPorts.push_back(m_plan.outputPorts[size_t(output.port)]);
    }
    return context;
}

void Stage::closeWorkers()
{
    m_workers.forEach([this](Worker &worker) {
        if (!std::exchange(worker.isOpen, false))
            return;
        if (const Result<> closed = closeSafely(*worker.step); !closed)
            noteOddClose(closed.error());
    });
    m_shared.clear();
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
    const Worker *first = m_workers.at(0);
    return first ? first->step.get() : nullptr;
}

void Stage::addTo(StepSample &sample, uint64_t now) const
{
    const uint32_t active = m_queue.state().active;
    const bool isFirst = sample.perWorker.empty();
    const uint64_t busy = m_workers.addTo(sample);
    sample.workers = workers();
    sample.activeWorkers += int(active);
    sample.waits |= m_meter.waits();
    const StepState idle = m_meter.addTimesTo(sample, now, busy, workers(), m_host.isReady(*this));
    sample.paused += sample.paced;
    if (isFirst && !m_producers.empty()) {
        m_meter.addDepthTo(sample.queue);
        sample.queue.wasEnlarged = m_wasEnlarged.load(std::memory_order_relaxed);
    }
    if (isFinished())
        sample.state = StepState::Done;
    else if (m_host.state() == RunState::Paused)
        sample.state = StepState::Paused;
    else
        sample.state = active == 0 ? idle : m_workers.pausing() >= int(active) ? StepState::Paused : StepState::Busy;
}

} // namespace millrace
