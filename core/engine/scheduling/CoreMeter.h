// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/ProcessTable.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace millrace {

/// Measures what a run, its children and others compute from its start to its end. Safe on all threads.
class CoreMeter
{
public:
    /// What others and children of this process have computed.
    struct Use
    {
        uint64_t at = 0, until = 0; ///< steady nanoseconds: when it was measured, and how long that is good enough
        ProcessTable processes;     ///< empty where there are no children, or the system doesn't tell
        double others = 0;          ///< core seconds of other processes since the start; 0: none, or not known
    };
    /// Runs the work on another thread. False: there is none.
    using StartThread = std::function<bool(std::function<void()> work)>;

    /// Before use() and end(), on one thread.
    void start();
    /// Measures for the last time.
    void end() noexcept;
    /// Nanoseconds that this process had computed at the start.
    uint64_t cpuAtStart() const { return m_cpuAtStart; }
    /// As of now, though with children, which cost more to be looked at, as of a moment ago: a thread that is started for it looks,
    /// never the one that asks, and nothing is known until it has. Once the run has ended, as of then.
    std::shared_ptr<const Use> use(const StartThread &startThread);

private:
    std::shared_ptr<const Use> measure() const;
    void look();
    void keep(std::shared_ptr<const Use> use);

    uint64_t m_cpuAtStart = 0;
    std::optional<double> m_machineAtStart,
        m_ownAtStart;                 ///< core seconds, and of them this process's and its children's
    std::mutex m_mutex;               ///< guards all below; held for a moment only
    std::shared_ptr<const Use> m_use; ///< the last that was measured
    bool m_isLooking = false;         ///< a thread is about to measure
    bool m_hasEnded = false;          ///< m_use is what it was at the end
};

} // namespace millrace
