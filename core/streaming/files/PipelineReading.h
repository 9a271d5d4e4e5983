// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Graph.h"
#include "streaming/QueuedPipelineOptions.h"

#include <string>
#include <vector>

namespace millrace {

/// Finds the queued steps in a drawing: a row of steps, some of which may be branches that a union joins again. What is
/// before the first step and behind the last one (a source, a sink) is left out. Borrows the pipeline and the registry.
class PipelineReading
{
public:
    PipelineReading(const Pipeline &pipeline, const StepRegistry *further)
        : m_pipeline(pipeline), m_graph(pipeline), m_further(further)
    {}
    /// Fails with a sentence where the drawing isn't of that form.
    Result<std::vector<QueuedStep>> read();
    /// One of the steps.
    Result<QueuedStep> step(const std::string &id) const;
    QueuedPipelineOptions options() const;

private:
    struct Row
    {
        std::vector<QueuedStep> steps;
        size_t join = None; ///< where it ends: a union that other rows lead to as well
    };
    static constexpr size_t None = SIZE_MAX;

    Result<Row> readRow(std::vector<size_t> starts);
    Result<QueuedStep> readUnion(const std::vector<size_t> &starts, size_t &join);
    Result<std::vector<size_t>> next(size_t step) const;
    Result<QueuedStep> queuedStep(size_t step) const;
    const StepType *typeOf(size_t step) const;
    std::string quoted(size_t step) const { return '"' + m_pipeline.steps[step].id + '"'; }

    const Pipeline &m_pipeline;
    const Graph m_graph;
    const StepRegistry *m_further;
};

} // namespace millrace
