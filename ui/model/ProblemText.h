// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <QString>

namespace millrace {

/// The label of a step's setting or parameter as the inspector shows it: "Queue size" for "queueSize". What is unknown is
/// returned as it is. The type may be null.
QString settingTitle(const StepType *type, const std::string &name);

/// The problems in words of the window: steps, types and settings that they mention are called by their names and labels, and a
/// sentence that begins with what the file calls the parameter or the type ("path" is needed) begins with its label (“File” is
/// needed).
Problems asSeen(Problems problems, const Pipeline &pipeline, const StepRegistry &registry);

} // namespace millrace
