// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"

#include <string_view>

namespace millrace {

inline constexpr StepState AllStepStates[] = {
    StepState::Idle,           StepState::Busy,   StepState::Blocked, StepState::Starved,
    StepState::WaitingForCore, StepState::Paused, StepState::Failed,  StepState::Done};

/// The word for programs: "busy", "waitingForCore", …
constexpr std::string_view stepStateName(StepState state)
{
    switch (state) {
    case StepState::Idle: return "idle";
    case StepState::Busy: return "busy";
    case StepState::Blocked: return "blocked";
    case StepState::Starved: return "starved";
    case StepState::WaitingForCore: return "waitingForCore";
    case StepState::Paused: return "paused";
    case StepState::Failed: return "failed";
    case StepState::Done: return "done";
    }
    return {};
}

} // namespace millrace
