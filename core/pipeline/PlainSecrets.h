// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

namespace millrace {

/// Takes secrets that stand in the pipeline in plain out of it, of workers' own arguments too, so that they get into no file,
/// clipboard or crash recovery from here on. Returns a warning for each, without the secret. Any thread.
Problems removePlainSecrets(Pipeline &pipeline, const StepRegistry &registry);

} // namespace millrace
