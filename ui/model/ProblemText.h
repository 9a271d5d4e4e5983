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

/// A problem whose sentence begins with what a file calls a parameter or a type ("path" is needed) begins with what the window
/// calls it instead (“File” is needed); other steps that it speaks of by their ids are called by their names. All else stays.
Problems asSeen(Problems problems, const Pipeline &pipeline, const StepRegistry &registry);

} // namespace millrace
