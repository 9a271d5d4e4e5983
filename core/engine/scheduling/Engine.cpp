// SPDX-License-Identifier: MIT
#include "engine/scheduling/Engine.h"

#include "data/ExceptionError.h"
#include "engine/stages/SourceStage.h"
#include "engine/stages/Stage.h"
#include "metrics/Clock.h"
#include "metrics/MachineTime.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <new>
#include <thread>
#include <utility>

namespace millrace {

namespace {

constexpr uint64_t MostInUnbounded = 65'536; ///< batches of an unbounded queue that wait for an earlier one

int coresOf(const RunOptions &options)
{
    return options.cores > 0 ? options.cores : std::max(1, int(std::thread::hardware_concurrency()));
}

} // namespace

Engine::Engine(RunPlan plan, RunOptions options)
    : StageHost(std::move(options))
    , m_plan(std::move(plan))
    , m_cores(coresOf(m_options))
    , m_noMemory{"memory",
                 "The run can't go on: there is not enough memory. Give it more (ulimit -v, the container's limit), or "
                 "use smaller batches, shorter queues or fewer workers."}
{
    if (m_options.executor) {
        m_executor = m_options.executor;
    } else {
        m_ownExecutor = makeDefaultExecutor();
        m_executor = m_ownExecutor.get();
    }
    buildStages();
    linkStages();
    m_readyWords = (m_stages.size() + 63) / 64;
    m_ready = std::make_unique<std::atomic<uint64_t>[]>(m_readyWords);
    m_lanes = std::make_unique<Lanes>(m_stages);
    if (RunTrace::isAskedFor())
        m_trace = RunTrace::fromEnvironment(namesForTrace());
    shareMemory();
    findDomains();
    for (SourceStage *source : m_sources)
        source->prepareFusedChain();
    m_openStages.store(int(m_stages.size()), std::memory_order_relaxed);
}

Engine::~Engine()
{
    for (const auto &stage : m_stages)
        stage->drop();
}

void Engine::start()
{
    m_cpuAtStart = processCpuNanoseconds();
    m_machineAtStart = machineCoreSeconds();
    m_ownAtStart = hasChildren() ? ownCoreSeconds(ProcessTable::now()) : ownCoreSeconds();
    m_startedAt.store(steadyNanoseconds(), std::memory_order_release);
    m_runState.store(RunState::Running, std::memory_order_release);
    m_pumpCount.store(1);
    if (startThread(&Engine::runFirstPump))
        return;
    m_pumpCount.store(0);
    try {
        fail({0, 0, -1, 0},
             Error{"threads",
                   std::string("The run can't start, for the system gives it no thread. ") + MoreThreadsAdvice},
             {});
    } catch (const std::bad_alloc &) {
        failForMemory();
    }
    finalize();
}

void Engine::open()
{
    if (m_cancelEvent.number() < 0 || m_stopEvent.number() < 0) {
        fail({0, 0, -1, 0},
             Error{"io", "The system lets this process open no more files, without which no run can be stopped; raise "
                         "the limit (ulimit -n) or close other files."},
             {});
        cancel();
        return;
    }
    // From the sources on: a file that can't be read is said before a result file is begun.
    for (auto stage = m_stages.rbegin(); stage != m_stages.rend() && !isCancelled(); ++stage) {
        if (const Result<> opened = caught([&] { return (*stage)->open(); }); !opened) {
            fail({0, 0, -1, 0}, opened.error(), (*stage)->id());
            cancel();
            return;
        }
        (*stage)->setOpened();
    }
    scheduleAll();
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
    {
        std::lock_guard lock(m_mutex);
        RunState paused = RunState::Paused;
        if (!m_runState.compare_exchange_strong(paused, RunState::Running))
            return;
        for (const auto &stage : m_stages)
            stage->noteReady(0); // the pause wasn't for want of a core
        markAllReady();          // before any pump can find that nothing is
        m_isPaused.store(false);
        m_pausedFor += steadyNanoseconds() - m_pausedAt;
        m_pausedAt = 0;
        wakeAll();
    }
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
    scheduleAll();
}

void Engine::cancel()
{
    std::lock_guard lock(m_mutex);
    if (isOver())
        return;
    m_isStopping.store(true);
    m_isCancelled.store(true);
    m_stopEvent.set();
    m_cancelEvent.set();
    m_isComplete.store(true);
    wakeAll();
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

int Engine::threads() const
{
    return m_pumpCount.load(std::memory_order_relaxed) - m_parked.load(std::memory_order_relaxed);
}

uint64_t Engine::pausedNanoseconds() const
{
    std::lock_guard lock(m_mutex);
    return m_pausedFor + (m_pausedAt ? steadyNanoseconds() - m_pausedAt : 0);
}

void Engine::stageFinished()
{
    if (m_openStages.fetch_sub(1, std::memory_order_acq_rel) != 1)
        return;
    std::lock_guard lock(m_mutex);
    m_isComplete.store(true);
    wakeAll();
}

void Engine::fail(const ErrorPlace &place, Error error, const std::string &step)
{
    if (isStopping() && error.kind == "interrupted")
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
    scheduleAll();
}

// Ready stages and pumps

void Engine::schedule(Stage &stage)
{
    const auto rank = unsigned(stage.rank());
    const uint64_t bit = 1ull << (rank % 64);
    if ((m_ready[rank / 64].fetch_or(bit, std::memory_order_seq_cst) & bit) != 0)
        return;
    stage.noteReady(areCoresTaken() ? steadyNanoseconds() : 0);
    // From outside the pumps, or they would all wait for what was just made ready.
    if (m_parked.load(std::memory_order_seq_cst) == m_pumpCount.load(std::memory_order_relaxed))
        wakeAnother();
}

void Engine::markAllReady()
{
    for (const auto &stage : m_stages) {
        const auto rank = unsigned(stage->rank());
        m_ready[rank / 64].fetch_or(1ull << (rank % 64), std::memory_order_seq_cst);
    }
}

void Engine::scheduleAll()
{
    markAllReady();
    std::lock_guard lock(m_mutex);
    wakeAll();
}

bool Engine::hasReady() const
{
    for (size_t i = 0; i < m_readyWords; ++i)
        if (m_ready[i].load(std::memory_order_seq_cst) != 0)
            return true;
    return false;
}

bool Engine::isReady(const Stage &stage) const
{
    const auto rank = unsigned(stage.rank());
    return ((m_ready[rank / 64].load(std::memory_order_relaxed) >> (rank % 64)) & 1) != 0;
}

bool Engine::takeReadyBit(size_t word, uint64_t mask)
{
    return (m_ready[word].fetch_and(~mask, std::memory_order_seq_cst) & mask) != 0;
}

bool Engine::areCoresTaken() const
{
    return m_pumpCount.load(std::memory_order_relaxed) - m_waiting.load(std::memory_order_relaxed)
               - m_parked.load(std::memory_order_relaxed)
           >= m_cores;
}

void Engine::wakeAnother()
{
    if (m_spinning.load(std::memory_order_seq_cst) > 0 || areCoresTaken())
        return;
    std::condition_variable *wake = nullptr;
    {
        std::lock_guard lock(m_mutex);
        wake = ensurePumpLocked();
    }
    if (wake)
        wake->notify_one(); // outside, or the woken thread would at once wait for the mutex
}

void Engine::wakeAll()
{
    m_wakePump.notify_all();
    m_wakeWatchdog.notify_all();
}

std::condition_variable *Engine::ensurePumpLocked()
{
    if (m_isComplete.load() || m_isPaused.load() || m_pumpCount.load() - m_waiting.load() - m_parked.load() >= m_cores)
        return nullptr;
    if (m_parked.load() > 0) {
        if (std::exchange(m_isWaking, true))
            return nullptr;
        return m_hasWatchdog && m_parked.load() == 1 ? &m_wakeWatchdog : &m_wakePump;
    }
    if (m_pumpCount.load() > 0 && m_starting.load() == 0)
        startPumpLocked();
    return nullptr;
}

void Engine::beginWaiting(Pump &pump)
{
    pump.isWaiting.store(true, std::memory_order_relaxed);
    m_waiting.fetch_add(1, std::memory_order_seq_cst);
    if (hasReady() && !isSoonSeen())
        wakeAnother();
}

void Engine::endWaiting(Pump &pump)
{
    if (!pump.isWaiting.exchange(false, std::memory_order_relaxed))
        return;
    m_waiting.fetch_sub(1, std::memory_order_seq_cst);
    pump.mustLeave = isOverLimit();
}

void Engine::scheduleAt(uint64_t nanoseconds, Stage &stage)
{
    std::lock_guard lock(m_mutex);
    m_due.emplace(nanoseconds, &stage);
    m_nextDue.store(m_due.begin()->first, std::memory_order_relaxed);
    (m_hasWatchdog ? m_wakeWatchdog : m_wakePump).notify_one();
}

void Engine::updateWindows()
{
    // Room for all that the queues between steps and the workers of a domain can hold, so that the window is never what limits a
    // run. The queues within a step (between reading and decoding, encoding and writing) share that room. Where batches are
    // large, at least for each worker one to be at work on and one that waits for it, and for the largest queue to be full.
    struct Need
    {
        uint64_t window = 0, workers = 0, largest = 0;
        bool isJoined = false; ///< branches join: what one holds back the others must have room for
    };
    std::map<Domain *, Need> needs;
    const auto add = [&](Domain *domain, uint64_t batches) { needs[domain].window += batches; };
    for (const auto &stage : m_stages) {
        uint32_t before = 0;
        for (const Stage *producer : stage->producers())
            before += uint32_t(producer->workers());
        stage->queue().setLeast(before);
        stage->scheduleProducers();
        const uint32_t bound = stage->queue().bound();
        for (const Stage *producer : stage->producers()) {
            const uint64_t own = producer->stepIndex() == stage->stepIndex() ? 0 : bound;
            add(producer->domain(), std::min(own, MostInUnbounded) + uint64_t(stage->workers()));
            Need &need = needs[producer->domain()];
            need.workers += uint64_t(stage->workers());
            need.largest = std::max(need.largest, std::min<uint64_t>(bound, MostInUnbounded));
            need.isJoined |= stage->producers().size() > 1;
        }
        if (stage->startsDomain())
            add(stage->domain(), 2);
    }
    for (const auto &[domain, need] : needs) {
        domain->enlarge(need.window, need.isJoined ? Domain::Open : std::max(2 * need.workers, need.largest) + 2);
        domain->head()->schedule();
    }
}

} // namespace millrace
