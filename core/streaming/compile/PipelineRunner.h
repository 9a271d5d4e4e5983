// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/BaseQueuedPipeline.h"
#include "streaming/compile/PipelineDefinition.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

class CallControl;

/// One call of a pipeline: runs its stretches one after the other, on data in memory. Lives on the caller's thread.
class PipelineRunner
{
public:
    /// `states`: what steps have learnt, which fitTransform() adds to; null: nothing. Keys begin with `prefix`. `control`: by which
    /// others watch the call and break it off; null: nobody does.
    explicit PipelineRunner(const PipelineDefinition &definition,
                            PipelineReport *report = nullptr,
                            FittedStates *states = nullptr,
                            std::string prefix = {},
                            CallControl *control = nullptr)
        : m_definition(definition), m_report(report), m_states(states), m_prefix(std::move(prefix)), m_control(control)
    {}
    Result<DataContainer> transform(const DataContainer &data);
    /// The same, but each run is made once all its fittable steps have learnt anew from what comes to them.
    Result<DataContainer> fitTransform(const DataContainer &data);
    /// Makes and opens each step of every stretch, and closes it again.
    Result<> tryOut();

private:
    using Stretches = std::vector<PipelineDefinition::Stretch>;

    Result<DataContainer> transformData(const DataContainer &data);
    Result<DataContainer> runAll(const Stretches &stretches, DataContainer data, const std::string &prefix);
    Result<DataContainer> runNested(const PipelineDefinition &inner, const DataContainer &data, std::string prefix);
    Result<std::vector<DataContainer>> run(const CompiledRun &compiled,
                                           std::span<const DataContainer> data,
                                           const std::string &prefix);
    RunOptions runOptions(const CompiledRun &compiled, const std::string &prefix) const;
    Result<> fit(const CompiledRun &compiled, const RunPlan &plan, const std::string &prefix);
    Result<DataContainer> transformBranches(const DataContainer &data);
    Result<DataContainer> join(std::vector<DataContainer> results);
    Result<> tryOut(const Stretches &stretches, const std::string &prefix);
    Result<> tryOut(const CompiledRun &compiled, const std::string &prefix);
    Result<> execute(const CompiledRun &compiled, Run &run);
    Failure failureOf(const CompiledRun &compiled, Run &run, const RunOutcome &outcome);

    const PipelineDefinition &m_definition;
    PipelineReport *m_report;
    FittedStates *m_states;
    const std::string m_prefix;
    CallControl *const m_control;
    bool m_isFitting = false;
};

} // namespace millrace
