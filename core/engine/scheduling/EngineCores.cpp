// SPDX-License-Identifier: MIT
// What a run, its children and others compute.
#include "engine/scheduling/Engine.h"

#include "metrics/Clock.h"
#include "metrics/MachineTime.h"

#include <algorithm>
#include <new>
#include <utility>

namespace millrace {

namespace {

constexpr uint64_t LookAgain = 300'000'000; ///< nanoseconds after which children are looked at anew

} // namespace

std::shared_ptr<const Engine::CoreUse> Engine::measureCoreUse() const
{
    auto use = std::make_shared<CoreUse>();
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

std::shared_ptr<const Engine::CoreUse> Engine::coreUse()
{
    {
        const std::scoped_lock lock(m_useMutex);
        const bool hasEnded = m_endedAt.load(std::memory_order_acquire) != 0;
        if (m_use && (hasEnded || (!m_use->processes.isEmpty() && steadyNanoseconds() < m_use->until)))
            return m_use;
        // A thousand processes take a tenth of a second, which a window hasn't got.
        if (!hasEnded && hasChildren()) {
            m_isLooking = m_isLooking || startThread(&Engine::lookAtCores);
            if (m_isLooking)
                return m_use ? m_use : std::make_shared<const CoreUse>();
        }
    }
    keepUse(measureCoreUse());
    const std::scoped_lock lock(m_useMutex);
    return m_use;
}

void Engine::lookAtCores()
{
    std::shared_ptr<const CoreUse> use;
    try {
        use = measureCoreUse();
    } catch (const std::bad_alloc &) { // it stays as it was told last
    }
    keepUse(std::move(use));
    const std::scoped_lock lock(m_useMutex);
    m_isLooking = false;
}

void Engine::keepUse(std::shared_ptr<const CoreUse> use)
{
    const std::scoped_lock lock(m_useMutex);
    if (use && (!m_use || (use->at > m_use->at && m_endedAt.load(std::memory_order_acquire) == 0)))
        m_use = std::move(use);
}

} // namespace millrace
