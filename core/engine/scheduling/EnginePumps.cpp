// SPDX-License-Identifier: MIT
// The pumps of an engine: how threads look for work, and wait for it.
#include "engine/scheduling/Engine.h"
#include "metrics/Clock.h"

#include "engine/stages/Stage.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <new>

namespace millrace {

namespace {

constexpr uint64_t SpinNanoseconds = 50'000;
constexpr uint64_t PatienceNanoseconds = 4'000; ///< that little work may stay ready before another pump takes it
constexpr std::chrono::milliseconds WatchFirst(1), WatchEvery(10);
constexpr uint64_t WorthASecondPump = 20'000;     ///< nanoseconds of a chain of activations
constexpr uint64_t AskAgainAfter = 1'000'000'000; ///< nanoseconds after a thread was refused

void relax()
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

/// Whether that thread of this process sleeps now (in a call that waits), by the kernel's word.
bool isAsleep(pid_t threadId)
{
    char path[64], line[512];
    std::snprintf(path, sizeof path, "/proc/self/task/%d/stat", int(threadId));
    FILE *file = std::fopen(path, "re");
    if (!file)
        return false;
    const size_t length = std::fread(line, 1, sizeof line - 1, file);
    std::fclose(file);
    line[length] = 0;
    const char *end = std::strrchr(line, ')');
    return end && end[1] == ' ' && (end[2] == 'S' || end[2] == 'D');
}

} // namespace

namespace {

/// Among the pumps of an engine for as long as it lives.
class Membership
{
public:
    Membership(std::mutex &mutex, std::vector<Pump *> &pumps, Pump &pump) : m_mutex(mutex), m_pumps(pumps), m_pump(pump)
    {}
    ~Membership()
    {
        const std::lock_guard lock(m_mutex);
        std::erase(m_pumps, &m_pump);
    }

private:
    std::mutex &m_mutex;
    std::vector<Pump *> &m_pumps;
    Pump &m_pump;
};

} // namespace

void Engine::runFirstPump()
{
    try {
        open();
    } catch (...) {
        breakOff(std::current_exception());
    }
    runPump();
}

void Engine::runPump()
{
    try {
        pumpUntilOver();
    } catch (...) {
        breakOff(std::current_exception());
    }
    std::unique_lock lock(m_mutex);
    m_pumpCount.fetch_sub(1);
    endIfLast(lock);
}

void Engine::pumpUntilOver()
{
    Pump pump(m_pool);
    const Membership membership(m_mutex, m_pumps, pump);
    {
        std::lock_guard lock(m_mutex);
        m_starting.store(0);
        m_pumps.push_back(&pump);
        pump.mustLeave = isOverLimit();
    }
    if (m_trace)
        pump.track = &m_trace->addTrack(pump.threadId);
    while (!m_isComplete.load(std::memory_order_acquire)) {
        if (m_nextDue.load(std::memory_order_relaxed) != UINT64_MAX) {
            std::lock_guard lock(m_mutex);
            scheduleDueLocked(steadyNanoseconds());
        }
        // A thread over the limit may still wait for something: that takes no core.
        const int rank = m_isPaused.load(std::memory_order_acquire) ? -1 : takeReady(pump);
        if (rank < 0) {
            pump.preferred = -1;
            pump.turnAt = 0;
            idle(pump);
            continue;
        }
        if (m_stages[size_t(rank)]->waits())
            pump.preferred = rank;
        if (m_parked.load(std::memory_order_relaxed) == 0 && m_starting.load(std::memory_order_relaxed) == 0
            && !isRefusedNow())
            startWatchdog();
        activate(pump, *m_stages[size_t(rank)]);
    }
}

void Engine::activate(Pump &pump, Stage &ready)
{
    Stage *stage = &ready;
    pump.current.store(stage, std::memory_order_relaxed);
    pump.chainNanoseconds = 0;
    const bool isShared = m_lanes->compete();
    if (isShared)
        beginTurn(pump, ready);
    const uint64_t readySince = ready.takeReadySince();
    try {
        if (stage->begin(pump)) {
            if (readySince != 0)
                ready.noteWaitedForCore(steadyNanoseconds() - readySince);
            do {
                pump.activations.fetch_add(1, std::memory_order_relaxed);
                stage = perform(pump, *stage);
                pump.current.store(stage, std::memory_order_relaxed);
            } while (stage);
        }
    } catch (...) { // only the engine's own means should end here: a step's exceptions are caught beside it
        breakOff(std::current_exception(), stage);
    }
    pump.current.store(nullptr, std::memory_order_relaxed);
    if (isShared)
        endTurn(pump);
    if (pump.chainNanoseconds > WorthASecondPump && hasReady())
        wakeAnother();
}

inline Stage *Engine::perform(Pump &pump, Stage &stage)
{
    if (!pump.track) [[likely]]
        return stage.perform(pump);
    const uint64_t begin = steadyNanoseconds();
    Stage *const next = stage.perform(pump);
    pump.track->add(uint32_t(stage.rank()), begin, steadyNanoseconds(), stage.queue().state().queued);
    return next;
}

/// Looks for work for a short while. Little work is left alone unless it stays: the pump that made it ready comes for it
/// itself, with the data still in its cache.
bool Engine::spin()
{
    m_spinning.fetch_add(1, std::memory_order_seq_cst);
    uint64_t now = steadyNanoseconds(), readySince = 0;
    const uint64_t end = now + SpinNanoseconds;
    bool found = false;
    while (!found && now < end && !m_isComplete.load(std::memory_order_relaxed)) {
        for (int i = 0; i < 16 && hasReady() == (readySince != 0); ++i)
            relax();
        now = steadyNanoseconds();
        if (!hasReady())
            readySince = 0;
        else if (readySince == 0)
            readySince = now;
        found =
            readySince != 0 && (now - readySince > PatienceNanoseconds || readyNanoseconds() > WorthASecondPump / 2);
    }
    m_spinning.fetch_sub(1, std::memory_order_seq_cst);
    return found || hasReady();
}

/// What the ready stages have to do, by what their batches have cost so far.
uint64_t Engine::readyNanoseconds() const
{
    uint64_t sum = 0;
    for (size_t i = 0; i < m_readyWords; ++i)
        for (uint64_t word = m_ready[i].load(std::memory_order_relaxed); word != 0; word &= word - 1)
            sum += m_stages[i * 64 + size_t(std::countr_zero(word))]->expectedNanoseconds();
    return sum;
}

/// Returns when there may be something to do, or the run is over.
void Engine::idle(Pump &pump)
{
    // Where nobody else computes there is nobody whose next batch could be taken over: who waits works on by itself. And
    // where many wait, one of them soon comes to look.
    const int waiting = m_waiting.load(std::memory_order_relaxed);
    const bool isAlone =
        waiting >= m_cores * 2
        || m_pumpCount.load(std::memory_order_relaxed) - m_parked.load(std::memory_order_relaxed) - waiting <= 1;
    if (!pump.mustLeave && !isAlone && !m_isPaused.load(std::memory_order_relaxed) && spin())
        return;
    if (pump.isWaiting.exchange(false))
        m_waiting.fetch_sub(1); // the watchdog took it for asleep just as it ended

    std::unique_lock lock(m_mutex);
    m_parked.fetch_add(1, std::memory_order_seq_cst);
    bool wasOverLimit = std::exchange(pump.mustLeave, false);
    for (;;) {
        if (m_isComplete.load())
            break;
        const bool hasCore = m_pumpCount.load() - m_waiting.load() - m_parked.load() < m_cores;
        if (!m_isPaused.load() && !wasOverLimit && hasCore && hasReady())
            break;
        wasOverLimit = false;
        const bool areAllParked = m_parked.load() == m_pumpCount.load();
        if (areAllParked && !m_isPaused.load() && !hasReady() && m_due.empty()) {
            const Holders holders =
                findHoldersLocked(); // while no pump can go on, or it would be blamed for what it does
            lock.unlock();
            resolveStandstill(holders);
            lock.lock();
            continue;
        }
        if (m_isPaused.load() || m_hasWatchdog) {
            m_wakePump.wait(lock);
            m_isWaking = false;
            continue;
        }
        m_hasWatchdog = true;
        if (areAllParked && !m_due.empty() && !hasReady())
            m_wakeWatchdog.wait_for(lock, std::chrono::nanoseconds(std::max<int64_t>(
                                              0, int64_t(m_due.begin()->first - steadyNanoseconds()))));
        else
            waitToWatch(lock);
        m_hasWatchdog = false;
        m_isWaking = false;
        scheduleDueLocked(steadyNanoseconds());
        watchLocked();
    }
    m_isWaking = false;
    m_parked.fetch_sub(1, std::memory_order_seq_cst);
    if (!m_hasWatchdog && m_parked.load() > 0)
        m_wakePump.notify_one(); // another one keeps watch
}

bool Engine::isOverLimit() const
{
    return m_pumpCount.load() - m_waiting.load() - m_parked.load() > m_cores;
}

/// Where all pumps are at work, somebody must be there to notice that they only wait.
void Engine::startWatchdog()
{
    std::lock_guard lock(m_mutex);
    if (m_parked.load() > 0 || m_starting.load() > 0 || m_isComplete.load())
        return;
    startPumpLocked();
}

/// Whether a thread was refused a short while ago.
bool Engine::isRefusedNow() const
{
    const uint64_t next = m_nextStart.load(std::memory_order_relaxed);
    return next != 0 && steadyNanoseconds() < next;
}

bool Engine::startThread(void (Engine::*work)())
{
    try {
        return m_executor->start([self = shared_from_this(), work] { ((*self).*work)(); });
    } catch (const std::bad_alloc &) {
        return false;
    }
}

/// Where the system gives no more threads the run goes on with those there are, and asks again after a while.
void Engine::startPumpLocked()
{
    if (isRefusedNow())
        return;
    if (startThread(&Engine::runPump)) { // which waits for m_mutex before it looks at anything
        m_pumpCount.fetch_add(1);
        m_starting.store(1);
        return;
    }
    const bool isFirst = m_nextStart.exchange(steadyNanoseconds() + AskAgainAfter) == 0;
    if (!isFirst)
        return;
    const int threads = m_pumpCount.load();
    try {
        m_log.warn({}, "The system gives no more threads, so the run goes on with " + std::to_string(threads) + ". "
                           + MoreThreadsAdvice);
    } catch (const std::bad_alloc &) { // it goes on without a word
    }
}

/// A stage that is cheap by its history may block for seconds while ready work waits: its thread is seen asleep, and
/// another pump takes over.
void Engine::watchLocked()
{
    for (Pump *pump : m_pumps) {
        Stage *stage = pump->current.load(std::memory_order_relaxed);
        const uint64_t activation = pump->activations.load(std::memory_order_relaxed);
        if (stage && pump->seenActivation == activation && !pump->isWaiting.load() && isAsleep(pump->threadId)) {
            stage->setWaits();
            if (!pump->isWaiting.exchange(true))
                m_waiting.fetch_add(1);
            m_watchInterval = WatchFirst;
        }
        pump->seenActivation = activation;
    }
    if (!hasReady())
        return;
    if (std::condition_variable *wake = ensurePumpLocked())
        wake->notify_one();
}

/// Where a run begins, and after each thread that was found asleep, others are looked at soon: a step's first batches tell that
/// it sleeps. Looks that find nothing new become rarer.
void Engine::waitToWatch(std::unique_lock<std::mutex> &lock)
{
    const bool isUrgent = hasReady();
    const auto interval = isUrgent ? std::max(m_watchInterval, WatchFirst) : WatchEvery;
    if (m_wakeWatchdog.wait_for(lock, interval) == std::cv_status::timeout && isUrgent)
        m_watchInterval = std::min(interval * 2, WatchEvery);
}

void Engine::scheduleDueLocked(uint64_t now)
{
    while (!m_due.empty() && m_due.begin()->first <= now) {
        const auto rank = unsigned(m_due.begin()->second->rank());
        m_ready[rank / 64].fetch_or(1ull << (rank % 64), std::memory_order_seq_cst);
        m_due.erase(m_due.begin());
    }
    m_nextDue.store(m_due.empty() ? UINT64_MAX : m_due.begin()->first, std::memory_order_relaxed);
}

Engine::Holders Engine::findHoldersLocked() const
{
    Holders holders;
    for (const auto &domain : m_domains)
        if (domain->isAwaited() && domain->window() != Domain::Open)
            holders.windows.push_back(domain.get());
    for (const auto &stage : m_stages)
        if (stage->queue().state().isAwaited
            && (!holders.smallest || stage->queue().capacity() < holders.smallest->queue().capacity()))
            holders.smallest = stage.get();
    return holders;
}

/// Nothing is ready, nothing at work, and the run isn't over: an artificial deadlock. Whoever holds back gets more room
/// (Parks, Bounded Scheduling of Process Networks, 1995): windows first, else the smallest queue that a producer waits for.
void Engine::resolveStandstill(const Holders &holders)
{
    if (hasReady() || m_isComplete.load())
        return;
    for (Domain *domain : holders.windows) {
        domain->widen();
        m_log.warn(domain->head()->id(), "Its branches join again behind a step that holds batches back: up to "
                                             + std::to_string(domain->window())
                                             + " batches may be under way now, so that the run goes on.");
        domain->head()->schedule();
    }
    if (!holders.windows.empty())
        return;
    if (Stage *smallest = holders.smallest) {
        m_log.warn(smallest->id(),
                   "Its queue was full while a later step waited for batches of another branch: enlarged to "
                       + smallest->enlargeQueue() + ", so that the run goes on.");
        smallest->schedule();
        return;
    }
    fail({0, 0, -1, 0},
         Error{"engine", "The run stands still and no queue can be enlarged; please report this pipeline."}, {});
    cancel();
}

} // namespace millrace
