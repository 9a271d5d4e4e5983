// SPDX-License-Identifier: MIT
#include "expression/script/host/ScriptGuard.h"

#include "metrics/Clock.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <malloc.h>
#include <new>
#include <QJSEngine>

namespace millrace {

namespace {

constexpr uint64_t Millisecond = 1'000'000; ///< nanoseconds
constexpr double LongestLimit = 1e8;        ///< seconds
constexpr int Unwoken = 20; ///< milliseconds between two looks where nothing can wake the watch: no files are left
/// After which an engine that was interrupted isn't waited for any more.
constexpr uint64_t Grace = 500 * Millisecond;
/// As much longer than its limit an item may take on the clock, where others have the cores.
constexpr uint64_t MostOnTheClock = 10;
/// What can't be had any more where an end came from a want of memory.
constexpr size_t Probe = 64 << 20;
constexpr uint64_t MuchMore = 32 << 20;
constexpr uintptr_t NearNothing = 1 << 20, TrapAddress = 0xbbadbeef;

[[noreturn]] void endAs(ScriptEnding ending)
{
    ::_exit(int(ending));
}

/// The engine has no other answer to a refusal of memory than to fall: it traps, aborts, or goes where a null pointer leads.
void fallen(int number, siginfo_t *info, void *)
{
    const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
    const bool isFault = number == SIGSEGV || number == SIGBUS;
    if (number != SIGFPE && (!isFault || address < NearNothing || address == TrapAddress))
        endAs(ScriptEnding::Memory);
    void *const memory = ::mmap(nullptr, Probe, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    endAs(memory == MAP_FAILED ? ScriptEnding::Memory : ScriptEnding::Crash);
}

[[noreturn]] void terminated()
{
    try {
        if (const auto thrown = std::current_exception())
            std::rethrow_exception(thrown);
    } catch (const std::bad_alloc &) {
        endAs(ScriptEnding::Memory);
    } catch (...) {
        endAs(ScriptEnding::Crash);
    }
    endAs(ScriptEnding::Crash);
}

void sayHowItEnds()
{
    static char stack[64 * 1024]; // for the end of the other one
    stack_t apart{};
    apart.ss_sp = stack;
    apart.ss_size = sizeof stack;
    ::sigaltstack(&apart, nullptr);
    struct sigaction action = {};
    action.sa_sigaction = fallen;
    action.sa_flags = SA_ONSTACK | SA_SIGINFO;
    for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP})
        ::sigaction(number, &action, nullptr);
    std::set_terminate(terminated);
    rlimit none{};
    ::setrlimit(RLIMIT_CORE, &none);
}

uint64_t memoryOfProcess()
{
    unsigned long pages = 0;
    if (FILE *file = std::fopen("/proc/self/statm", "re")) {
        if (std::fscanf(file, "%lu", &pages) != 1)
            pages = 0;
        std::fclose(file);
    }
    return uint64_t(pages) * uint64_t(::sysconf(_SC_PAGESIZE));
}

void setMemoryLimit(uint64_t bytes)
{
    rlimit limit{};
    ::getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = std::min(rlim_t(bytes), limit.rlim_max);
    ::setrlimit(RLIMIT_AS, &limit);
}

} // namespace

ScriptGuard::ScriptGuard(int socket) : m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    ::mallopt(M_ARENA_MAX, 1); // another one would take 64 MiB of what the engine may have
    sayHowItEnds();
    ::pthread_getcpuclockid(::pthread_self(), &m_clock); // else that of the process, which computes little besides
    m_thread = std::thread([this, socket] { watch(socket); });
}

ScriptGuard::~ScriptGuard()
{
    m_isOver.set();
    m_thread.join();
}

void ScriptGuard::setEngine(QJSEngine *engine, const ScriptLimits &limits)
{
    freeMemory();
    const std::lock_guard lock(m_mutex);
    m_engine = engine;
    m_limits = limits;
    m_limit = uint64_t(std::clamp(limits.seconds, 0.0, LongestLimit) * 1e9);
    m_memoryAtStart = memoryOfProcess();
}

void ScriptGuard::limitMemory(uint64_t more) const
{
    if (m_limits.mebibytes > 0)
        setMemoryLimit(m_memoryAtStart + (uint64_t(m_limits.mebibytes) << 20) + more);
}

bool ScriptGuard::hasGrown() const
{
    return memoryOfProcess() > m_memoryAtStart + MuchMore;
}

void ScriptGuard::freeMemory()
{
    setMemoryLimit(RLIM_INFINITY);
}

void ScriptGuard::wake() const
{
    const uint64_t one = 1;
    (void)!::write(m_wake.number(), &one, sizeof one);
}

void ScriptGuard::begin()
{
    m_state.store(++m_number << 1); // before it is asked whether the watch sleeps, which asks for this before it does
    if (m_limit > 0 && m_isAsleep.load() && m_isAsleep.exchange(false))
        wake();
}

bool ScriptGuard::end()
{
    uint64_t expected = m_number << 1;
    if (m_state.compare_exchange_strong(expected, 0)) [[likely]]
        return false;
    const std::lock_guard lock(m_mutex); // the watch is through with it
    m_state = 0;
    m_engine->setInterrupted(false);
    return true;
}

void ScriptGuard::watch(int socket)
{
    int timeout = -1;
    for (;;) {
        pollfd waited[3] = {{socket, POLLRDHUP, 0}, {m_isOver.number(), POLLIN, 0}, {m_wake.number(), POLLIN, 0}};
        const bool looksOften = !m_wake.isOpen() && (timeout < 0 || timeout > Unwoken);
        ::poll(waited, 3, looksOften ? Unwoken : timeout);
        if (waited[1].revents != 0)
            return;
        if (waited[0].revents != 0)
            ::_exit(1);
        uint64_t count = 0;
        (void)!::read(m_wake.number(), &count, sizeof count);
        timeout = look(steadyNanoseconds());
    }
}

bool ScriptGuard::isTooLong(uint64_t now) const
{
    return now - m_since >= m_limit
           && (readClock(m_clock) - m_computedBefore >= m_limit || now - m_since >= MostOnTheClock * m_limit);
}

/// How long to wait until the next look, in milliseconds.
int ScriptGuard::look(uint64_t now)
{
    const std::lock_guard lock(m_mutex);
    uint64_t state = m_state;
    const bool isNews = state != m_seen;
    if (isNews) {
        m_seen = state;
        m_since = now;
        m_computedBefore = readClock(m_clock);
    }
    if ((state & Flag) != 0) {
        if (now - m_since >= Grace)
            endAs(ScriptEnding::Timeout);
    } else if (state != 0 && m_limit > 0 && m_engine && isTooLong(now)) {
        if (m_state.compare_exchange_strong(state, state | Flag)) {
            m_engine->setInterrupted(true);
            m_seen = state | Flag;
            m_since = now;
        }
    } else if ((state == 0 && !isNews) || m_limit == 0) {
        m_isAsleep = true;
        if (m_state == 0 || m_limit == 0)
            return -1;
        m_isAsleep = false;
    }
    return int(std::clamp<uint64_t>(m_limit / 8 / Millisecond, 1, 50));
}

} // namespace millrace
