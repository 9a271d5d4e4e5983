// SPDX-License-Identifier: MIT
#include "engine/scheduling/Scheduler.h"

#include "engine/scheduling/Executor.h"
#include "engine/scheduling/Standstill.h"

#include <algorithm>
#include <new>
#include <string>
#include <thread>
#include <utility>

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

/// Among the pumps of a scheduler for as long as it lives.
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

int coresOf(const RunOptions &options)
{
    return options.cores > 0 ? options.cores : std::max(1, int(std::thread::hardware_concurrency()));
}

} // namespace

Scheduler::Scheduler(ScheduledRun &run, const StageGraph &graph, RunTrace *trace)
    : m_run(run)
    , m_graph(graph)
    , m_stages(graph.stages)
    , m_trace(trace)
    , m_cores(coresOf(run.options()))
    , m_ready(graph.stages)
{}

bool Scheduler::start()
{
    m_pumpCount.store(1);
    if (m_run.startThread([this] { runFirstPump(); }))
        return true;
    m_pumpCount.store(0);
    return false;
}

void Scheduler::complete()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isComplete.store(true);
    }
    wakeAll();
}

void Scheduler::scheduleAll()
{
    markAllReady();
    wakeAll();
}

void Scheduler::wakeAll()
{
    const std::lock_guard lock(m_mutex);
    m_wakePump.notify_all();
    m_wakeWatchdog.notify_all();
}

void Scheduler::scheduleAt(uint64_t nanoseconds, Stage &stage)
{
    std::lock_guard lock(m_mutex);
    m_due.add(nanoseconds, stage);
    (m_hasWatchdog ? m_wakeWatchdog : m_wakePump).notify_one();
}

void Scheduler::wakeAnother()
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

std::condition_variable *Scheduler::ensurePumpLocked()
{
    if (m_isComplete.load() || m_run.isPaused() || computing() >= m_cores)
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

void Scheduler::beginWaiting(Pump &pump)
{
    pump.isWaiting.store(true, std::memory_order_relaxed);
    m_waiting.fetch_add(1, std::memory_order_seq_cst);
    if (hasReady() && !m_ready.areSoonSeen())
        wakeAnother();
}

void Scheduler::endWaiting(Pump &pump)
{
    if (!pump.isWaiting.exchange(false, std::memory_order_relaxed))
        return;
    m_waiting.fetch_sub(1, std::memory_order_seq_cst);
    pump.mustLeave = isOverLimit();
}

void Scheduler::runFirstPump()
{
    try {
        m_run.open();
    } catch (...) {
        m_run.breakOff(std::current_exception(), nullptr);
    }
    runPump();
}

void Scheduler::runPump()
{
    try {
        pumpUntilOver();
    } catch (...) {
        m_run.breakOff(std::current_exception(), nullptr);
    }
    {
        const std::lock_guard lock(m_mutex);
        if (m_pumpCount.fetch_sub(1) != 1)
            return;
    }
    m_run.finalize();
}

void Scheduler::pumpUntilOver()
{
    Pump pump(m_run.pool());
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
        if (m_due.next() != DueStages::Never) {
            std::lock_guard lock(m_mutex);
            scheduleDueLocked(steadyNanoseconds());
        }
        // A thread over the limit may still wait for something: that takes no core.
        const int rank = m_run.isPaused() ? -1 : m_ready.take(pump);
        if (rank < 0) {
            pump.preferred = -1;
            pump.turnAt = 0;
            idle(pump);
            continue;
        }
        if (m_stages[size_t(rank)]->meter().waits())
            pump.preferred = rank;
        if (m_parked.load(std::memory_order_relaxed) == 0 && m_starting.load(std::memory_order_relaxed) == 0
            && !isRefusedNow())
            startWatchdog();
        activate(pump, *m_stages[size_t(rank)]);
    }
}

void Scheduler::activate(Pump &pump, Stage &ready)
{
    Stage *stage = &ready;
    pump.current.store(stage, std::memory_order_relaxed);
    pump.chainNanoseconds = 0;
    const bool isCounted = m_ready.countsTurns();
    if (isCounted)
        m_ready.beginTurn(pump, ready);
    const uint64_t readySince = ready.meter().takeReadySince();
    try {
        if (stage->begin(pump)) {
            if (readySince != 0)
                ready.meter().noteWaitedForCore(steadyNanoseconds() - readySince);
            do {
                pump.activations.fetch_add(1, std::memory_order_relaxed);
                stage = perform(pump, *stage);
                pump.current.store(stage, std::memory_order_relaxed);
            } while (stage);
        }
    } catch (...) { // only the engine's own means should end here: a step's exceptions are caught beside it
        m_run.breakOff(std::current_exception(), stage);
    }
    pump.current.store(nullptr, std::memory_order_relaxed);
    if (isCounted)
        m_ready.endTurn(pump);
    if (pump.chainNanoseconds > WorthASecondPump && hasReady())
        wakeAnother();
}

inline Stage *Scheduler::perform(Pump &pump, Stage &stage)
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
bool Scheduler::spin()
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
        found = readySince != 0
                && (now - readySince > PatienceNanoseconds || m_ready.expectedNanoseconds() > WorthASecondPump / 2);
    }
    m_spinning.fetch_sub(1, std::memory_order_seq_cst);
    return found || hasReady();
}

/// Where nobody else computes there is nobody whose next batch could be taken over: who waits works on by itself. And where many
/// wait, one of them soon comes to look.
bool Scheduler::isAlone() const
{
    return m_waiting.load(std::memory_order_relaxed) >= m_cores * 2 || computing(std::memory_order_relaxed) <= 1;
}

/// Returns when there may be something to do, or the run is over.
void Scheduler::idle(Pump &pump)
{
    if (!pump.mustLeave && !isAlone() && !m_run.isPaused() && spin())
        return;
    if (pump.isWaiting.exchange(false))
        m_waiting.fetch_sub(1); // the watchdog took it for asleep just as it ended

    std::unique_lock lock(m_mutex);
    m_parked.fetch_add(1, std::memory_order_seq_cst);
    bool wasOverLimit = std::exchange(pump.mustLeave, false);
    for (;;) {
        if (m_isComplete.load())
            break;
        if (!m_run.isPaused() && !wasOverLimit && computing() < m_cores && hasReady())
            break;
        wasOverLimit = false;
        const bool areAllParked = m_parked.load() == m_pumpCount.load();
        if (areAllParked && !m_run.isPaused() && !hasReady() && m_due.next() == DueStages::Never) {
            resolveStandstill(lock);
        } else if (m_run.isPaused() || m_hasWatchdog) {
            m_wakePump.wait(lock);
            m_isWaking = false;
        } else {
            keepWatch(lock, areAllParked);
        }
    }
    m_isWaking = false;
    m_parked.fetch_sub(1, std::memory_order_seq_cst);
    if (!m_hasWatchdog && m_parked.load() > 0)
        m_wakePump.notify_one(); // another one keeps watch
}

/// Until something is due, somebody wakes it, or it is time to look at the others.
void Scheduler::keepWatch(std::unique_lock<std::mutex> &lock, bool areAllParked)
{
    m_hasWatchdog = true;
    if (areAllParked && m_due.next() != DueStages::Never && !hasReady())
        m_wakeWatchdog.wait_for(
            lock, std::chrono::nanoseconds(std::max<int64_t>(0, int64_t(m_due.next() - steadyNanoseconds()))));
    else
        waitToWatch(lock);
    m_hasWatchdog = false;
    m_isWaking = false;
    scheduleDueLocked(steadyNanoseconds());
    watchLocked();
}

/// Where all pumps are at work, somebody must be there to notice that they only wait.
void Scheduler::startWatchdog()
{
    std::lock_guard lock(m_mutex);
    if (m_parked.load() > 0 || m_starting.load() > 0 || m_isComplete.load())
        return;
    startPumpLocked();
}

/// Whether a thread was refused a short while ago.
bool Scheduler::isRefusedNow() const
{
    const uint64_t next = m_nextStart.load(std::memory_order_relaxed);
    return next != 0 && steadyNanoseconds() < next;
}

/// Where the system gives no more threads the run goes on with those there are, and asks again after a while.
void Scheduler::startPumpLocked()
{
    if (isRefusedNow())
        return;
    if (m_run.startThread([this] { runPump(); })) { // which waits for m_mutex before it looks at anything
        m_pumpCount.fetch_add(1);
        m_starting.store(1);
        return;
    }
    const bool isFirst = m_nextStart.exchange(steadyNanoseconds() + AskAgainAfter) == 0;
    if (!isFirst)
        return;
    const int threads = m_pumpCount.load();
    try {
        m_run.log().warn({}, "The system gives no more threads, so the run goes on with " + std::to_string(threads)
                                 + ". " + MoreThreadsAdvice);
    } catch (const std::bad_alloc &) { // it goes on without a word
    }
}

/// A stage that is cheap by its history may block for seconds while ready work waits: its thread is seen asleep, and
/// another pump takes over.
void Scheduler::watchLocked()
{
    for (Pump *pump : m_pumps) {
        Stage *stage = pump->current.load(std::memory_order_relaxed);
        const uint64_t activation = pump->activations.load(std::memory_order_relaxed);
        if (stage && pump->seenActivation == activation && !pump->isWaiting.load() && pump->isAsleep()) {
            stage->meter().setWaits();
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
void Scheduler::waitToWatch(std::unique_lock<std::mutex> &lock)
{
    const bool isUrgent = hasReady();
    const auto interval = isUrgent ? std::max(m_watchInterval, WatchFirst) : WatchEvery;
    if (m_wakeWatchdog.wait_for(lock, interval) == std::cv_status::timeout && isUrgent)
        m_watchInterval = std::min(interval * 2, WatchEvery);
}

void Scheduler::scheduleDueLocked(uint64_t now)
{
    while (const Stage *stage = m_due.take(now))
        m_ready.mark(stage->rank());
}

/// Nothing is ready, nothing at work, and the run isn't over: an artificial deadlock. Whoever holds back gets more room.
void Scheduler::resolveStandstill(std::unique_lock<std::mutex> &lock)
{
    const Standstill standstill = findStandstill(m_graph);
    lock.unlock();
    if (!hasReady() && !m_isComplete.load() && !giveRoom(standstill, m_run.log())) {
        m_run.fail(
            {0, 0, -1, 0},
            Error{ErrorKind::Engine, "The run stands still and no queue can be enlarged; please report this pipeline."},
            {});
        m_run.cancel();
    }
    lock.lock();
}

} // namespace millrace
