// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/compile/PipelineDefinition.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// A pipeline drawn as if it were one run: nested pipelines that cut batches of their own are laid in one row with the others. What they
/// cut is kept beside the drawing.
struct WholeDrawing
{
    struct Place
    {
        std::string id;                       ///< of the step in the drawing
        std::string stateKey;                 ///< under which the pipeline keeps what it has learnt
        const PlannedStep *planned = nullptr; ///< in the definition, which must outlive this
    };
    Pipeline pipeline;
    std::shared_ptr<const StepRegistry> registry;
    std::vector<Place> steps;
};

/// Fails with a sentence where a joiner is a function of the program's.
Result<WholeDrawing> drawWhole(const PipelineDefinition &definition);

/// The key of a pipeline file under which structureOf() is kept.
inline constexpr const char *StructureKey = "queuedPipeline";

/// How the steps of such a drawing belong together, as plain data.
Value structureOf(const PipelineDefinition &definition, const WholeDrawing &drawing);
/// The pipeline again, as a step. `stepOf`: a step of the drawing by its id. Fails with a sentence where the structure isn't one that
/// structureOf() made.
Result<QueuedStep> pipelineOf(const Value &structure,
                              const std::function<Result<QueuedStep>(const std::string &id)> &stepOf,
                              const StepRegistry *registry);

} // namespace millrace
