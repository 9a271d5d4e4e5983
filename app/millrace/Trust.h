// SPDX-License-Identifier: MIT
#pragma once

#include "PipelineInput.h"
#include "steps/StepType.h"

namespace millrace {

/// How a call wants programs and scripts to be treated that this user hasn't let run before.
struct TrustSettings
{
    bool isGiven = false; ///< --trust: they are trusted from now on
    bool isQuiet = false; ///< --quiet: nothing is said where nobody can be asked
};

/// Whether the pipeline, as it is to be run now, may execute what it brings along. On a terminal an unknown one is shown and
/// asked for, once. Without a terminal there is nobody to ask: it may, and one line on standard error says so.
bool mayExecute(const PipelineInput &input, const StepRegistry &registry, TrustSettings settings);

} // namespace millrace
