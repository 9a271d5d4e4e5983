// SPDX-License-Identifier: MIT
#include "engine/scheduling/CoreMeter.h"

#include "metrics/Clock.h"
#include "metrics/MachineTime.h"

#include <algorithm>
#include <new>
#include <utility>

namespace millrace {

namespace {

constexpr uint64_t LookAgain = 300'000'000; ///< nanoseconds after which children are looked at anew

} // namespace

void CoreMeter::start()
{
    m_cpuAtStart = processCpuNanoseconds();
    m_machineAtStart = machineCoreSeconds();
    m_ownAtStart = hasChildren() ? ownCoreSeconds(ProcessTable::now()) : ownCoreSeconds();
}

std::shared_ptr<const CoreMeter::Use> CoreMeter::measure() const
{
    auto use = std::make_shared<Use>();
    use->at = steadyNanoseconds();
    const auto machine = machineCoreSeconds();
    std::optional<double> own;
    if (hasChildren()) {
        use->processes = ProcessTable::now();
        own = ownCoreSeconds(use->processes);
    } else {
        own = ownCoreSeconds();
    }
    // Where there are thousands of processes, looking at them takes a thirtieth of a thread's time at most.
    use->until = use->at + std::max(LookAgain, 30 * (steadyNanoseconds() - use->at));
    if (machine && own && m_machineAtStart && m_ownAtStart)
        use->others = std::max(0.0, (*machine - *m_machineAtStart) - (*own - *m_ownAtStart));
    return use;
}

std::shared_ptr<const CoreMeter::Use> CoreMeter::use(const StartThread &startThread)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_use && (m_hasEnded || (!m_use->processes.isEmpty() && steadyNanoseconds() < m_use->until)))
            return m_use;
        // A thousand processes take a tenth of a second, which a window hasn't got.
        if (!m_hasEnded && hasChildren()) {
            m_isLooking = m_isLooking || startThread([this] { look(); });
            if (m_isLooking)
                return m_use ? m_use : std::make_shared<const Use>();
        }
    }
    keep(measure());
    const std::scoped_lock lock(m_mutex);
    return m_use;
}

void CoreMeter::look()
{
    std::shared_ptr<const Use> use;
    try {
        use = measure();
    } catch (const std::bad_alloc &) { // it stays as it was told last
    }
    keep(std::move(use));
    const std::scoped_lock lock(m_mutex);
    m_isLooking = false;
}

/// Takes a later one than there is, until the run has ended.
void CoreMeter::keep(std::shared_ptr<const Use> use)
{
    const std::scoped_lock lock(m_mutex);
    if (use && (!m_use || (use->at > m_use->at && !m_hasEnded)))
        m_use = std::move(use);
}

void CoreMeter::end() noexcept
{
    try {
        keep(measure());
    } catch (const std::bad_alloc &) { // it stays as it was told last
    }
    const std::scoped_lock lock(m_mutex);
    m_hasEnded = true;
}

} // namespace millrace
