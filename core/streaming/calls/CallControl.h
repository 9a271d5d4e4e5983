// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "engine/Run.h"
#include "metrics/RunSample.h"

#include <chrono>
#include <mutex>
#include <optional>

namespace millrace {

/// What others may do with a call of a pipeline while it is under way: look at the run that is at work now, and break the call off.
/// A call is one run after the other. All functions are safe on any thread.
class CallControl
{
public:
    /// `timeLimit`: from now on; 0 or less: none.
    explicit CallControl(std::chrono::milliseconds timeLimit = {});

    /// Starts the run and waits until it is over. Where the call is broken off, so is the run.
    void execute(Run &run);
    /// Ends the call with an error of the kind "cancelled", unless all its runs are over.
    void cancel();
    /// Why the call ends early; none: it doesn't.
    std::optional<Error> interruption() const;
    /// The gauges of the run at work, or of the last one.
    RunSample sample() const;

private:
    using Clock = std::chrono::steady_clock;

    bool waitInTime(Run &run) const;
    void start(Run &run);
    void leave(Run &run);
    void endLate(Run &run);

    const std::chrono::milliseconds m_timeLimit;
    const Clock::time_point m_end;
    mutable std::mutex m_mutex; ///< guards what follows
    Run *m_run = nullptr;       ///< at work; borrowed from execute()
    std::optional<Error> m_interruption;
    RunSample m_sample; ///< of the last run that is over
};

} // namespace millrace
