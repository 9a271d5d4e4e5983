// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"

#include <string_view>

namespace millrace {

/// How a run ended, told alike by the window, the exit status, the report and the log.
enum class RunEnd : uint8_t {
    None,       ///< it hasn't
    Finished,   ///< and no item failed
    WithErrors, ///< finished, though items failed
    Failed,
    Stopped
};

/// `errors`: failed items, of all passes where there were several.
constexpr RunEnd runEnd(RunState state, uint64_t errors)
{
    switch (state) {
    case RunState::Finished: return errors > 0 ? RunEnd::WithErrors : RunEnd::Finished;
    case RunState::Failed: return RunEnd::Failed;
    case RunState::Stopped: return RunEnd::Stopped;
    default: return RunEnd::None;
    }
}

/// What `millrace run` ends with (contract, section 3). 0 where it hasn't ended.
constexpr int exitStatusOf(RunEnd end)
{
    switch (end) {
    case RunEnd::WithErrors: return 3;
    case RunEnd::Failed: return 1;
    case RunEnd::Stopped: return 130;
    default: return 0;
    }
}

/// The word of reports: "running", "finished", "failed", "stopped", …
constexpr std::string_view runStateName(RunState state)
{
    switch (state) {
    case RunState::Ready: return "ready";
    case RunState::Running: return "running";
    case RunState::Paused: return "paused";
    case RunState::Stopping: return "stopping";
    case RunState::Finished: return "finished";
    case RunState::Failed: return "failed";
    case RunState::Stopped: return "stopped";
    }
    return {};
}

} // namespace millrace
