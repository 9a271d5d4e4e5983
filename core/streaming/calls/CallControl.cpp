// SPDX-License-Identifier: MIT
#include "streaming/calls/CallControl.h"

#include "data/text/NumberText.h"

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

void CallControl::execute(Run &run)
{
    run.start();
    {
        const std::lock_guard lock(m_mutex);
        m_run = &run;
        if (m_interruption)
            run.cancel();
    }
    if (!waitInTime(run)) {
        {
            const std::lock_guard lock(m_mutex);
            if (!m_interruption)
                m_interruption =
                    Error{"time", "The call took longer than " + formatNumber(double(m_timeLimit.count()) / 1000)
                                      + " seconds and was broken off; give it more time, or none."};
        }
        run.cancel();
        run.waitForDone();
    }
    RunSample sample = run.sample();
    const std::lock_guard lock(m_mutex);
    m_run = nullptr;
    m_sample = std::move(sample);
}

void CallControl::cancel()
{
    const std::lock_guard lock(m_mutex);
    if (!m_interruption)
        m_interruption = Error{"cancelled", "The call was cancelled before its result was there."};
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
