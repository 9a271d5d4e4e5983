// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <set>
#include <string>

namespace millrace {

/// A drawing with the contents of a file in the place of the step that stood for them.
struct Unfolding
{
    Pipeline outer;
    std::set<std::string> steps; ///< the ids that came in
};

/// Puts the steps of the file that a step "pipeline" names in its place, with its parameters set in, and makes space for them. Results
/// stay the same. `folder`: absolute, what the drawing's relative paths are relative to. Reads the file. Fails with a sentence that
/// says what to do where the file can't be read, or can't be put in.
Result<Unfolding> unfoldStep(const Pipeline &drawn,
                             const std::string &step,
                             const StepRegistry &registry,
                             const std::string &folder);

/// The file that a step "pipeline" of the drawing names, absolute: or a sentence that says what to do, where it names none or the
/// file isn't there.
Result<std::string> fileInside(const Pipeline &drawn,
                               const std::string &step,
                               const StepRegistry &registry,
                               const std::string &folder);

} // namespace millrace
