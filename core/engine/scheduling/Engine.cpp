// SPDX-License-Identifier: MIT
#include "engine/scheduling/Engine.h"

#include "data/errors/ExceptionError.h"
#include "data/files/AtomicFile.h"
#include "engine/journal/RunJournal.h"
#include "engine/JournalPlan.h"
#include "engine/scheduling/StageClosing.h"
#include "engine/stages/SinkStage.h"
#include "engine/stages/SourceStage.h"
#include "engine/stages/Stage.h"
#include "engine/workers/FailureLimits.h"
#include "failures/FailedItemsFile.h"
#include "metrics/Clock.h"
#include "metrics/RunEnd.h"

#include <chrono>
#include <map>
#include <new>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace millrace {

namespace {

/// Where errors stand that no item is to blame for.
constexpr ErrorPlace BeforeAnyItem{0, 0, -1, 0};

std::string nameOf(const SourceStage &source)
{
    const auto told = caught([&]() -> Result<std::string> { return source.source().originName(); });
    return told && !told->empty() ? *told : source.id();
}

} // namespace

Engine::Engine(RunPlan plan, RunOptions options)
    : ScheduledRun(std::move(options))
    , m_plan(std::move(plan))
    , m_graph(buildGraph(*this, m_plan))
    , m_trace(RunTrace::isAskedFor() ? RunTrace::fromEnvironment(stageNames(m_graph)) : nullptr)
    , m_scheduler(*this, m_graph, m_trace.get())
    , m_noMemory{"memory",
                 "The run can't go on: there is not enough memory. Give it more (ulimit -v, the container's limit), or "
                 "use smaller batches, shorter queues or fewer workers."}
    , m_ownExecutor(m_options.executor ? nullptr : makeDefaultExecutor())
    , m_executor(m_options.executor ? m_options.executor : m_ownExecutor.get())
{
    m_queueShare = m_budget.queueShare(countQueues(m_graph));
    m_heldShare = m_budget.heldShare(countHolding(m_graph));
    for (const auto &stage : stages())
        stage->setQueueBytes(stage->plan().queueBytes);
    findDomains(m_graph, m_options.bytesUnderWay);
    for (SourceStage *source : sources()) {
        source->prepareFusedChain();
        m_readTimes.push_back(&source->readTimes());
    }
    m_openStages.store(int(stages().size()), std::memory_order_relaxed);
}

Engine::~Engine()
{
    for (const auto &stage : stages())
        stage->drop();
}

void Engine::start()
{
    m_cores.start();
    m_startedAt.store(steadyNanoseconds(), std::memory_order_release);
    m_runState.store(RunState::Running, std::memory_order_release);
    if (m_scheduler.start())
        return;
    try {
        fail(BeforeAnyItem,
             Error{ErrorKind::Threads,
                   std::string("The run can't start, for the system gives it no thread. ") + MoreThreadsAdvice},
             {});
    } catch (const std::bad_alloc &) {
        failForMemory();
    }
    finalize();
}

bool Engine::startThread(std::function<void()> work)
{
    try {
        return m_executor->start([self = shared_from_this(), work = std::move(work)] { work(); });
    } catch (const std::bad_alloc &) {
        return false;
    }
}

void Engine::open()
{
    if (m_cancelEvent.number() < 0 || m_stopEvent.number() < 0) {
        fail(BeforeAnyItem,
             Error{ErrorKind::Io,
                   "The system lets this process open no more files, without which no run can be stopped; raise "
                   "the limit (ulimit -n) or close other files."},
             {});
        cancel();
        return;
    }
    // From the sources on: a file that can't be read is said before a result file is begun.
    for (auto stage = m_graph.stages.rbegin(); stage != m_graph.stages.rend() && !isCancelled(); ++stage) {
        if (const Result<> opened = caught([&] { return (*stage)->open(); }); !opened) {
            fail(BeforeAnyItem, opened.error(), (*stage)->id());
            cancel();
            return;
        }
        (*stage)->setOpened();
    }
    if (!isCancelled()) { // else not all is open
        if (!m_options.resume)
            removeJournals();
        beginJournal();
    }
    if (const auto begun = m_options.failedItems ? m_options.failedItems->begin(firstBatch()) : Result<>(); !begun)
        m_log.warn({}, begun.error().message);
    m_scheduler.scheduleAll();
}

/// From which batch on items fail anew: what an earlier run has kept of those before stays.
uint64_t Engine::firstBatch() const
{
    const auto &resume = m_options.resume;
    return !resume ? 0 : resume->isComplete ? UINT64_MAX : resume->sequence;
}

/// What an earlier run has said of these results holds no more.
void Engine::removeJournals() const
{
    for (const SinkStage *stage : sinks())
        if (const std::string result = stage->sink().resultFile(); !result.empty())
            ::unlink(journalPathOf(result).c_str());
}

/// Once all is open. What speaks against a journal means that the run has none.
void Engine::beginJournal()
{
    if (m_options.journal.empty() || sources().size() != 1 || !journalObstacleOf(m_plan).empty())
        return;
    JournalEntry first;
    std::map<std::string, std::string> results;
    for (SinkStage *stage : sinks()) {
        const Sink::Resuming resuming = stage->sink().resuming();
        if (resuming == Sink::Resuming::No)
            return;
        if (resuming == Sink::Resuming::Free)
            continue;
        results.emplace(stage->id(), stage->sink().resultFile());
        auto state = m_options.resume ? stage->sink().checkpoint() : Result<Value>(Value());
        if (!state)
            return;
        first.sinks.emplace(stage->id(), *std::move(state));
    }
    const auto files = sources().front()->source().repeatableFrom();
    auto inputs = files ? inputsNow(*files) : Result<std::vector<JournalInput>>(std::vector<JournalInput>());
    if (!files || !inputs || results.empty())
        return;
    first.pipeline = m_options.journal;
    first.seed = m_options.seed;
    first.inputs = *std::move(inputs);
    if (const auto &resume = m_options.resume) {
        first.epoch = resume->epoch;
        first.sequence = resume->sequence;
        first.items = resume->items;
        first.isComplete = resume->isComplete;
    }
    try {
        m_journal = std::make_unique<RunJournal>(std::move(first), results, m_options.journalInterval);
    } catch (const std::system_error &) { // no thread: the run does without
    }
}

/// Where a result can't be settled, closing its sink says why.
void Engine::completeJournal()
{
    std::map<std::string, Value> states;
    for (SinkStage *stage : sinks()) {
        if (stage->sink().resuming() != Sink::Resuming::ByCheckpoint)
            continue;
        const auto settled = caught([&] { return stage->sink().settle(); });
        auto state = settled ? caught([&] { return stage->sink().checkpoint(); }) : Result<Value>(settled.forward());
        if (!state)
            return;
        states.emplace(stage->id(), *std::move(state));
    }
    m_journal->complete(std::move(states));
}

/// After the sinks: `keepsCheckpoint` says of each step whether its result could be gone on with before it was closed.
void Engine::endJournal(const RunOutcome &outcome, const std::map<std::string, bool> &keepsCheckpoint)
{
    if (std::string problem = m_journal->takeProblem(); !problem.empty())
        m_log.warn({}, std::move(problem));
    if (outcome.state == RunState::Finished)
        return m_journal->discard();
    std::map<std::string, std::string> kept;
    for (const SinkStage *stage : sinks()) {
        const auto keeps = keepsCheckpoint.find(stage->id());
        if (keeps == keepsCheckpoint.end() || !keeps->second)
            continue;
        const std::string stem = AtomicFile::targetOf(stage->sink().resultFile()) + ".partial";
        for (const std::string &file : outcome.keptFiles)
            if (file == stem || file == stem + '2')
                kept.emplace(stage->id(), file);
    }
    m_journal->close(kept);
}

void Engine::pause()
{
    std::lock_guard lock(m_mutex);
    RunState running = RunState::Running;
    if (!m_runState.compare_exchange_strong(running, RunState::Paused))
        return;
    m_isPaused.store(true);
    m_pausedAt = steadyNanoseconds();
}

void Engine::resume()
{
    const std::lock_guard lock(m_mutex);
    RunState paused = RunState::Paused;
    if (!m_runState.compare_exchange_strong(paused, RunState::Running))
        return;
    for (const auto &stage : stages())
        stage->meter().noteReady(0); // the pause wasn't for want of a core
    m_scheduler.markAllReady();      // before any pump can find that nothing is
    m_isPaused.store(false);
    m_pausedFor += steadyNanoseconds() - m_pausedAt;
    m_pausedAt = 0;
    m_scheduler.wakeAll();
}

void Engine::stop()
{
    resume();
    {
        std::lock_guard lock(m_mutex);
        RunState running = RunState::Running;
        if (!m_runState.compare_exchange_strong(running, RunState::Stopping))
            return;
        m_isStopping.store(true);
        m_stopEvent.set();
    }
    m_scheduler.scheduleAll();
}

void Engine::cancel()
{
    const std::lock_guard lock(m_mutex);
    if (isOver())
        return;
    m_isStopping.store(true);
    m_isCancelled.store(true);
    m_stopEvent.set();
    m_cancelEvent.set();
    m_scheduler.complete();
}

bool Engine::waitForDone(int milliseconds)
{
    std::unique_lock lock(m_mutex);
    const auto isDone = [this] { return m_isFinalized; };
    if (milliseconds >= 0)
        return m_done.wait_for(lock, std::chrono::milliseconds(milliseconds), isDone);
    m_done.wait(lock, isDone);
    return true;
}

void Engine::waitForThreads()
{
    if (m_ownExecutor)
        m_ownExecutor->waitForDone();
}

RunOutcome Engine::outcome() const
{
    std::lock_guard lock(m_mutex);
    return m_outcome;
}

uint64_t Engine::pausedNanoseconds() const
{
    std::lock_guard lock(m_mutex);
    return m_pausedFor + (m_pausedAt ? steadyNanoseconds() - m_pausedAt : 0);
}

std::shared_ptr<const CoreMeter::Use> Engine::coreUse()
{
    return m_cores.use([this](std::function<void()> work) { return startThread(std::move(work)); });
}

void Engine::updateWindows()
{
    millrace::updateWindows(m_graph);
}

void Engine::stageFinished()
{
    if (m_openStages.fetch_sub(1, std::memory_order_acq_rel) == 1)
        m_scheduler.complete();
}

void Engine::fail(const ErrorPlace &place, Error error, const std::string &step)
{
    if (isStopping() && error.kind == ErrorKind::Interrupted)
        return; // what waited was broken off, as was asked
    {
        std::lock_guard lock(m_mutex);
        if (m_hasError && m_errorPlace <= place)
            return;
        m_hasError = true;
        m_errorPlace = place;
        m_outcome.error = std::move(error);
        m_outcome.step = step;
        m_stopSequence.store(place.sequence);
    }
    m_scheduler.scheduleAll();
}

void Engine::breakOff(std::exception_ptr exception, const Stage *stage) noexcept
{
    try {
        const Result<> what = caught([&]() -> Result<> { std::rethrow_exception(exception); });
        if (what.error().kind == ErrorKind::Memory)
            failForMemory();
        else
            fail(BeforeAnyItem, Error{ErrorKind::Engine, "The run can't go on: " + what.error().message},
                 stage ? stage->id() : std::string());
    } catch (...) { // there was no memory for saying it
        failForMemory();
    }
    cancel();
}

void Engine::failForMemory() noexcept
{
    const std::lock_guard lock(m_mutex);
    if (m_hasError && m_errorPlace <= BeforeAnyItem)
        return;
    m_hasError = true;
    m_errorPlace = BeforeAnyItem;
    m_outcome.error = std::move(m_noMemory);
    m_outcome.step.clear();
    m_stopSequence.store(0);
}

Result<> Engine::checkFailed(uint64_t failed) const
{
    const RunLimits &limits = m_options.limits;
    uint64_t read = 0;
    for (const SourceStage *source : sources())
        read += source->itemsRead();
    return checkFailedItems(limits, failed, read);
}

/// What was too few items for a share of them may be enough now.
void Engine::checkLimitsAtEnd()
{
    if (m_failedItems.load(std::memory_order_relaxed) == 0 || isStopping())
        return;
    if (const auto checked = countFailed(0); !checked)
        fail({UINT64_MAX - 1, 0, 0, 0}, checked.error(), {});
}

/// What has become of the run so far. Nothing is copied, for there may be no memory.
RunOutcome Engine::takeOutcome()
{
    const std::lock_guard lock(m_mutex);
    RunOutcome outcome = std::exchange(m_outcome, {});
    outcome.state = m_hasError ? RunState::Failed : isStopping() ? RunState::Stopped : RunState::Finished;
    return outcome;
}

void Engine::finalize()
{
    RunOutcome outcome;
    std::map<std::string, bool> keepsCheckpoint;
    try {
        closeWorkers(m_graph, false); // before a result appears, for what goes wrong here fails the run
        checkLimitsAtEnd();
        outcome = takeOutcome();
        for (SinkStage *stage : m_journal ? sinks() : std::vector<SinkStage *>())
            keepsCheckpoint.emplace(stage->id(), stage->sink().keepsCheckpoint());
        if (m_journal && outcome.state == RunState::Finished)
            completeJournal();
        closeSinks(m_graph, outcome, isCancelled());
        closeWorkers(m_graph, true);
        if (RunOutcome closed = takeOutcome(); closed.state == RunState::Failed && outcome.state != RunState::Failed) {
            closed.keptFiles = std::move(outcome.keptFiles);
            outcome = std::move(closed);
        }
    } catch (const std::bad_alloc &) {
        failForMemory();
        if (RunOutcome failed = takeOutcome(); outcome.state != RunState::Failed)
            outcome = std::move(failed);
    }
    if (m_journal)
        endJournal(outcome, keepsCheckpoint);
    if (m_options.failedItems)
        m_options.failedItems->finish(runStateName(outcome.state));
    m_cores.end();
    m_endedAt.store(steadyNanoseconds(), std::memory_order_release);
    if (m_trace)
        writeTrace();
    {
        const std::lock_guard lock(m_mutex);
        m_outcome = std::move(outcome);
        m_isFinalized = true;
        m_runState.store(m_outcome.state, std::memory_order_release);
        m_done.notify_all();
    }
    try {
        if (m_options.finished)
            m_options.finished();
    } catch (...) { // the run is over, and whoever threw is none of its steps
    }
}

void Engine::writeTrace()
{
    try {
        if (const std::string problem = m_trace->write(startedAt()); !problem.empty())
            m_log.warn({}, "The trace of this run (MILLRACE_TRACE) can't be written: " + problem);
    } catch (const std::bad_alloc &) { // there is none, then
    }
}

std::string Engine::originOf(const Batch &batch, size_t row) const
{
    if (batch.origin.source >= sources().size() || !sources()[batch.origin.source]->isOpened())
        return {};
    const std::string name = nameOf(*sources()[batch.origin.source]);
    if (const int64_t line = batch.line(row); line > 0)
        return name + " line " + std::to_string(line);
    return name + " item " + std::to_string(batch.origin.firstRow + int64_t(batch.originalRow(row)) + 1);
}

ItemPlaces Engine::placesOf(const Batch &batch) const
{
    ItemPlaces places;
    if (batch.origin.source < sources().size() && sources()[batch.origin.source]->isOpened())
        places.origin = nameOf(*sources()[batch.origin.source]);
    for (size_t row = 0; row < batch.size(); ++row)
        places.lines.push_back(batch.line(row));
    return places;
}

} // namespace millrace
