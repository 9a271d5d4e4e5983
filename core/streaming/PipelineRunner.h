// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/BaseQueuedPipeline.h"
#include "streaming/PipelineDefinition.h"

#include <span>
#include <vector>

namespace millrace {

/// One call of a pipeline: runs its stretches one after the other, on data in memory. Lives on the caller's thread.
class PipelineRunner
{
public:
    explicit PipelineRunner(const PipelineDefinition &definition, PipelineReport *report = nullptr)
        : m_definition(definition), m_report(report)
    {}
    Result<DataContainer> transform(const DataContainer &data);
    /// Makes and opens each step of every stretch, and closes it again.
    Result<> tryOut();

private:
    using Stretches = std::vector<PipelineDefinition::Stretch>;

    Result<DataContainer> runAll(const Stretches &stretches, DataContainer data);
    Result<std::vector<DataContainer>> run(const CompiledRun &compiled, std::span<const DataContainer> data);
    Result<DataContainer> transformBranches(const DataContainer &data);
    Result<DataContainer> join(std::vector<DataContainer> results);
    Result<> tryOut(const Stretches &stretches);
    Failure failureOf(const CompiledRun &compiled, Run &run, const RunOutcome &outcome);

    const PipelineDefinition &m_definition;
    PipelineReport *m_report;
};

} // namespace millrace
