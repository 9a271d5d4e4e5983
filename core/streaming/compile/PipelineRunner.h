// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/BaseQueuedPipeline.h"
#include "streaming/calls/PipelineHooks.h"
#include "streaming/compile/PipelineDefinition.h"
#include "streaming/data/DataFlow.h"
#include "streaming/data/ItemCollector.h"

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

class CallControl;

/// What a call is given beside its data. All are borrowed and may be null.
struct CallParts
{
    PipelineReport *report = nullptr;
    FittedStates *states = nullptr;       ///< what steps have learnt; fitTransform() adds to it
    CallControl *control = nullptr;       ///< by which others watch the call and break it off
    const PipelineHooks *hooks = nullptr; ///< are told of batches
    const Services *services = nullptr;   ///< of the pipeline around; null: the definition's own
};

/// One call of a pipeline: runs its stretches one after the other, on data in memory. Lives on the caller's thread.
class PipelineRunner
{
public:
    /// Keys of the states begin with `prefix`.
    explicit PipelineRunner(const PipelineDefinition &definition, CallParts parts = {}, std::string prefix = {})
        : m_definition(definition)
        , m_report(parts.report)
        , m_states(parts.states)
        , m_control(parts.control)
        , m_hooks(parts.hooks)
        , m_services(parts.services ? *parts.services : definition.options.services)
        , m_prefix(std::move(prefix))
    {}
    Result<DataContainer> transform(const DataContainer &data);
    /// The same, but each run is made once all its fittable steps have learnt anew from what comes to them.
    Result<DataContainer> fitTransform(const DataContainer &data);
    /// The same for data that comes bit by bit. `consumer`: gets the results batch by batch, and none are returned; null: they are.
    /// Fails where the pipeline is more than one run, which would have to keep all of it.
    Result<DataContainer> stream(const DataGenerator &generator, const DataConsumer *consumer);
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
    RunPlan withCollectors(RunPlan plan,
                           const CompiledRun &compiled,
                           std::vector<std::shared_ptr<ItemCollector>> &collectors) const;
    Result<> execute(const CompiledRun &compiled, Run &run);
    Failure failureOf(const CompiledRun &compiled, Run &run, const RunOutcome &outcome);

    const PipelineDefinition &m_definition;
    PipelineReport *m_report;
    FittedStates *m_states;
    CallControl *const m_control;
    const PipelineHooks *const m_hooks;
    const Services &m_services;
    const std::string m_prefix;
    bool m_isFitting = false;
};

} // namespace millrace
