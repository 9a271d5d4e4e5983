// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <string>

namespace millrace {

// What a page for people says of steps and their settings. `type` may be null: this version doesn't have it. All are plain
// text, not HTML yet. Pure.

/// What people call the step: its own name, else its type's title, else its id.
std::string shownStepName(const PipelineStep &step, const StepRegistry &registry);
/// The setting as on the form.
std::string shownSettingName(const StepType *type, const std::string &name);
/// A long one is cut between two characters. A secret is named by where it is; what stands there in plain, against the
/// rule, isn't shown.
std::string shownSettingValue(const StepType *type, const std::string &name, const Value &value);
/// The line under a step's name on the canvas. Empty where the settings are wrong, or have something that isn't shown.
std::string shownSummary(const StepType *type, const PipelineStep &step);

} // namespace millrace
