// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/NoteIds.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <set>
#include <string>

namespace millrace {

/// What of a drawing becomes a pipeline of its own.
struct FoldedPart
{
    std::set<std::string> steps;
    NoteIds notes = {}, frames = {};
    std::string folder = {}; ///< absolute: what relative paths of the drawing are relative to
    std::string file = {};   ///< absolute: where the new pipeline is to be; empty: nobody has said it yet
};

/// A drawing, parted in two.
struct Folding
{
    Pipeline outer;   ///< the drawing with a step "pipeline" in the place of the part
    Pipeline inner;   ///< for the new file: the part between a step "input" and steps "output"
    std::string step; ///< the id of the step "pipeline"
};

/// Why these steps can't become one step "pipeline": a sentence that names the step and says what to do. Empty: they can.
Problems whyNoFold(const Pipeline &drawn, const FoldedPart &part, const StepRegistry &registry);

/// Puts steps that whyNoFold() has nothing against into a pipeline of their own, which then does as one step what they did: their
/// results are the same, byte for byte. Each port outside that leads in, and each port inside that leads out, becomes one port, however
/// many links it has. Parameters of the pipeline that the steps use become such of the new one, and are handed through. Writes nothing.
Folding foldSteps(const Pipeline &drawn, const FoldedPart &part, const StepRegistry &registry);

} // namespace millrace
