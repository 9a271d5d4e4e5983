// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <string>
#include <vector>

namespace millrace {

/// Where manifests are looked for, the first of which counts where two declare the same step: those that $MILLRACE_STEPS names, with ":"
/// between them; `steps` beside the pipeline; the user's, $XDG_DATA_HOME/millrace/steps or ~/.local/share/millrace/steps; and the system's.
/// `pipelineFolder`: empty: there is no pipeline.
std::vector<std::string> stepFolders(const std::string &pipelineFolder);

/// Another text when a manifest in one of those folders was added, changed or removed.
std::string manifestsState(const std::string &pipelineFolder);

/// Reads the manifests of those folders and of the folders in them, and takes what they declare into the registry, in place of what it
/// took so before. Returns sentences about those that are broken, or whose id is taken. Nothing is executed.
std::vector<std::string> declareSteps(StepRegistry &registry, const std::string &pipelineFolder);

} // namespace millrace
