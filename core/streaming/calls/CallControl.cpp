// SPDX-License-Identifier: MIT
#include "streaming/calls/CallControl.h"

#include "data/errors/ExceptionError.h"

#include <algorithm>
#include <limits>

namespace millrace {

CallControl::CallControl(std::chrono::milliseconds timeLimit) : m_timeLimit(timeLimit), m_end(Clock::now() + timeLimit)
{}

/// False: its time was over first.
bool CallControl::waitInTime(Run &run) const
{
    if (m_timeLimit.count() <= 0)
        return run.waitForDone();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(m_end - Clock::now()).count();
    return run.waitForDone(int(std::clamp<int64_t>(left, 0, std::numeric_limits<int>::max())));
}

/// Whoever sees that a step is at work sees its gauges too.
void CallControl::start(Run &run)
{
    const std::lock_guard lock(m_mutex);
    m_run = &run;
    run.start();
    if (m_interruption)
        run.cancel();
}

void CallControl::leave(Run &run)
{
    const std::lock_guard lock(m_mutex);
    m_run = nullptr;
    m_sample = run.sample();
}

void CallControl::endLate(Run &run)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_interruption)
            m_interruption =
                Error{ErrorKind::Time, "The call took longer than " + formatNumber(double(m_timeLimit.count()) / 1000)
                                           + " seconds and was broken off; give it more time, or none."};
    }
    run.cancel();
    run.waitForDone();
}

void CallControl::execute(Run &run)
{
    start(run);
    const Result<> waited = caught([&]() -> Result<> {
        if (!waitInTime(run))
            endLate(run);
        return {};
    });
    if (!waited) { // there was no memory for saying that it is late
        run.cancel();
        run.waitForDone();
    }
    leave(run);
}

void CallControl::cancel()
{
    const std::lock_guard lock(m_mutex);
    if (!m_interruption)
        m_interruption = Error{ErrorKind::Cancelled, "The call was cancelled before its result was there."};
    if (m_run)
        m_run->cancel();
}

std::optional<Error> CallControl::interruption() const
{
    const std::lock_guard lock(m_mutex);
    return m_interruption;
}

RunSample CallControl::sample() const
{
    const std::lock_guard lock(m_mutex);
    return m_run ? m_run->sample() : m_sample;
}

} // namespace millrace
