// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Graph.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <vector>

namespace millrace {

/// What the parts of the check share: types and links found once. Borrows the pipeline and the registry.
struct PipelineIndex
{
    PipelineIndex(const Pipeline &pipeline, const StepRegistry &registry);

    const Pipeline &pipeline;
    const StepRegistry &registry;
    Graph graph;
    std::vector<const StepType *> types; ///< by step; null where unknown
    std::vector<bool> isRunning;         ///< by step: enabled, and not fed only by what isn't
    Graph::Order order;                  ///< of the running steps

    const PipelineStep &step(size_t index) const { return pipeline.steps[index]; }
    const Link &link(size_t edge) const { return pipeline.links[graph.edges()[edge].link]; }
    /// Edges between running steps.
    bool isInRun(size_t edge) const;
    std::vector<size_t> runningIn(size_t step) const;
    std::vector<size_t> runningOut(size_t step) const;
};

} // namespace millrace
