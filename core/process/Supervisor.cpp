// SPDX-License-Identifier: MIT
#include "process/Supervisor.h"

#include "metrics/Clock.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace millrace {

Supervisor::Supervisor(SupervisedChild &child, SupervisorLimits limits) : m_child(child), m_limits(std::move(limits)) {}

void Supervisor::open(int worker, int cancelFd)
{
    m_worker = worker;
    m_cancelFd = cancelFd;
    m_losses = 0;
    m_gaveUp = {};
}

Result<> Supervisor::start()
{
    Result<> started;
    for (int failures = 0; failures < m_limits.mostFailedStarts; ++failures) {
        if (auto paused = pause(m_losses + failures); !paused)
            return paused;
        started = m_child.startChild();
        if (started || started.error().kind != m_limits.diedEarly)
            break;
    }
    return started;
}

/// In the place of so many that were lost in a row: not at all for the first two, then 10 ms, and twice as long each time, at most a
/// second.
Result<> Supervisor::pause(int lost) const
{
    constexpr int FreeRestarts = 2, FirstPause = 10, LongestPause = 1'000; // milliseconds
    const int bad = lost - FreeRestarts;
    const int pause = bad <= 0 ? 0 : std::min(LongestPause, FirstPause << std::min(bad - 1, 10));
    pollfd waited{m_cancelFd, POLLIN, 0};
    if (::poll(&waited, m_cancelFd >= 0 ? 1 : 0, pause) > 0)
        return failure(ErrorKind::Interrupted, "The run was stopped.");
    return {};
}

Result<> Supervisor::mayStart() const
{
    if (m_gaveUp)
        return {};
    return m_gaveUp.forward();
}

Failure Supervisor::giveUp(std::string kind, std::string message)
{
    m_gaveUp = failure(std::move(kind), std::move(message));
    return m_gaveUp.forward();
}

bool Supervisor::countLoss()
{
    ++m_losses;
    return m_limits.mostLosses > 0 && m_losses >= m_limits.mostLosses;
}

Result<> Supervisor::lost(const Error &error)
{
    if (error.kind == ErrorKind::Interrupted) {
        m_child.endChild(m_limits.cancelPatience);
        return failure(error.kind, error.message);
    }
    const ChildLoss loss = m_child.describeLoss(error);
    m_child.endChild(0);
    if (countLoss())
        return giveUp(loss.kind, loss.message + " That was so " + std::to_string(m_limits.mostLosses)
                                     + " times in a row; it isn't started any more.");
    LogRecord record;
    record.level = LogLevel::Warning;
    record.kind = loss.kind;
    record.message = "Worker " + std::to_string(m_worker + 1) + ": " + loss.message + " Another one is started.";
    record.trace = loss.trace;
    m_child.log(std::move(record));
    return failure(loss.kind, loss.message);
}

uint64_t Supervisor::deadlineIn(double seconds)
{
    constexpr double Longest = 1e9;
    return seconds <= 0 ? 0 : steadyNanoseconds() + uint64_t(std::min(seconds, Longest) * 1e9);
}

} // namespace millrace
