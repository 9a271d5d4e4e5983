// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

namespace millrace {

/// Whether a step that items go through changes something outside of the run as they do: files, or, by a method other than GET and HEAD,
/// what a server has. What a program does nobody knows.
bool changesOutside(const PipelineStep &step, const StepType &type);

} // namespace millrace
