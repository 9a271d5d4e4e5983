// SPDX-License-Identifier: MIT
#include "expression/ScriptWatch.h"

#include "metrics/Clock.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <QJSEngine>

namespace millrace {

namespace {

constexpr uint64_t Millisecond = 1'000'000; ///< nanoseconds
constexpr double LongestLimit = 1e8;        ///< seconds
constexpr int Unwoken = 20; ///< milliseconds between two looks where nothing can wake it: no files are left

} // namespace

ScriptWatch::ScriptWatch(QJSEngine &engine, double seconds, int interrupt)
    : m_engine(engine)
    , m_limit(uint64_t(std::clamp(seconds, 0.0, LongestLimit) * 1e9))
    , m_interrupt(interrupt)
    , m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    , m_thread([this] { watch(); })
{}

ScriptWatch::~ScriptWatch()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isOver = true;
    }
    wake();
    m_thread.join();
}

void ScriptWatch::wake() const
{
    const uint64_t one = 1;
    (void)!::write(m_wake.number(), &one, sizeof one);
}

void ScriptWatch::begin()
{
    const std::lock_guard lock(m_mutex);
    m_begin = steadyNanoseconds();
    m_cause = Cause::None;
    if (m_isRunEnded) {
        m_cause = Cause::RunEnded;
        m_engine.setInterrupted(true);
    }
    if (m_isAsleep && m_limit > 0)
        wake();
}

ScriptWatch::Cause ScriptWatch::end()
{
    const std::lock_guard lock(m_mutex);
    m_begin = 0;
    if (m_cause != Cause::None)
        m_engine.setInterrupted(false);
    return m_cause;
}

void ScriptWatch::watch()
{
    int timeout = -1;
    for (;;) {
        pollfd waited[2] = {{m_wake.number(), POLLIN, 0}, {m_interrupt, POLLIN, 0}};
        const bool looksOften = !m_wake.isOpen() && (timeout < 0 || timeout > Unwoken);
        ::poll(waited, m_isRunEnded ? 1 : 2, looksOften ? Unwoken : timeout);
        uint64_t count = 0;
        (void)!::read(m_wake.number(), &count, sizeof count);
        const std::lock_guard lock(m_mutex);
        if (m_isOver)
            return;
        if (waited[1].revents != 0)
            m_isRunEnded = true;
        const uint64_t now = steadyNanoseconds();
        const bool isLate = m_begin > 0 && m_limit > 0 && now - m_begin >= m_limit;
        if (m_begin > 0 && m_cause == Cause::None && (m_isRunEnded || isLate)) {
            m_cause = m_isRunEnded ? Cause::RunEnded : Cause::TimeLimit;
            m_engine.setInterrupted(true);
        }
        m_isAsleep = m_begin == 0 || m_limit == 0 || m_cause != Cause::None;
        timeout =
            m_isAsleep ? -1 : int(std::min<uint64_t>((m_begin + m_limit - now) / Millisecond + 1, uint64_t(INT32_MAX)));
    }
}

} // namespace millrace
