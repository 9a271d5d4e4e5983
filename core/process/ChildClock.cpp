// SPDX-License-Identifier: MIT
#include "process/ChildClock.h"

#include "metrics/ProcessTable.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

namespace millrace {

namespace {

uint64_t nanosecondsOf(const timeval &time)
{
    return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_usec) * 1'000;
}

/// 0 where there is no such process.
uint64_t computedBy(pid_t id)
{
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(id, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        return 0;
    return uint64_t(time.tv_sec) * 1'000'000'000 + uint64_t(time.tv_nsec);
}

} // namespace

void ChildClock::begin(pid_t id)
{
    const std::scoped_lock lock(m_mutex);
    m_child = id;
    m_seen = 0;
}

void ChildClock::borrow(pid_t id)
{
    const std::scoped_lock lock(m_mutex);
    m_child = id;
    m_seen = 0;
    m_borrowed = computedBy(id);
}

void ChildClock::giveBack()
{
    const std::scoped_lock lock(m_mutex);
    if (m_child == 0)
        return;
    const uint64_t computed = computedBy(m_child);
    m_ended += std::max(m_seen, computed > m_borrowed ? computed - m_borrowed : 0);
    m_seen = m_borrowed = 0;
    m_child = 0;
}

std::optional<int> ChildClock::reap(pid_t id)
{
    const std::scoped_lock lock(m_mutex); // its number is its own until then
    int status = 0;
    rusage usage{};
    pid_t reaped;
    while ((reaped = ::wait4(id, &status, 0, &usage)) < 0 && errno == EINTR) {
    }
    // What it had started and not waited for is in neither of both figures alone.
    m_ended += std::max(m_seen, nanosecondsOf(usage.ru_utime) + nanosecondsOf(usage.ru_stime));
    m_seen = 0;
    m_child = 0;
    return reaped == id ? std::optional(status) : std::nullopt;
}

uint64_t ChildClock::nanoseconds(const ProcessTable &table) const
{
    const std::scoped_lock lock(m_mutex);
    if (m_child > 0)
        m_seen = std::max(m_seen, std::max(table.treeNanoseconds(m_child).value_or(0), m_borrowed) - m_borrowed);
    return m_ended + m_seen;
}

bool ChildClock::isRunning() const
{
    const std::scoped_lock lock(m_mutex);
    return m_child > 0;
}

} // namespace millrace
