// SPDX-License-Identifier: MIT
#include "streaming/compile/PipelineRunner.h"

#include "data/errors/ExceptionError.h"
#include "engine/Run.h"
#include "learning/Fit.h"
#include "streaming/calls/CallControl.h"
#include "streaming/compile/InverseSteps.h"
#include "streaming/data/FlowEnds.h"
#include "streaming/data/MemoryEnds.h"

#include <algorithm>

namespace millrace {

namespace {

const std::string &nameOf(const CompiledRun &compiled, const std::string &id)
{
    const PipelineStep *step = compiled.pipeline.step(id);
    return step && !step->name.empty() ? step->name : id;
}

/// What was logged at that level, that of earlier batches first.
std::vector<LogRecord> recordsOf(RunLog &log, LogLevel level)
{
    std::vector<LogRecord> found;
    uint64_t seen = 0;
    for (;;) {
        const std::vector<LogRecord> records = log.after(seen);
        if (records.empty())
            break;
        seen = records.back().number;
        std::copy_if(records.begin(), records.end(), std::back_inserter(found),
                     [level](const LogRecord &record) { return record.level == level; });
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const LogRecord &a, const LogRecord &b) { return a.batch < b.batch; });
    return found;
}

void fill(PipelineReport &report, Run &run, const RunOutcome &outcome)
{
    report.outcome = outcome;
    report.sample = run.sample();
    report.errors = recordsOf(run.log(), LogLevel::Error);
    report.warnings = recordsOf(run.log(), LogLevel::Warning);
}

/// Makes, opens and closes one worker's step.
Result<> tryWorker(const PlannedStep &planned, const StepContext &context, const Value *learnt)
{
    return caught([&]() -> Result<> {
        auto made = planned.make(context.worker);
        if (!made)
            return made.forward();
        if (learnt)
            if (auto restored = (*made)->setState(*learnt); !restored)
                return restored;
        if (auto opened = (*made)->open(context); !opened)
            return opened;
        const Result<> closed = closeSafely(**made);
        return closed ? Result<>()
                      : Result<>(failure(closed.error().kind, "When it was closed: " + closed.error().message));
    });
}

} // namespace

Result<DataContainer> PipelineRunner::transform(const DataContainer &data)
{
    m_isFitting = false;
    return transformData(data);
}

Result<DataContainer> PipelineRunner::fitTransform(const DataContainer &data)
{
    m_isFitting = true;
    return transformData(data);
}

Result<DataContainer> PipelineRunner::transformData(const DataContainer &data)
{
    if (!m_definition.problem.empty())
        return failure(ErrorKind::Settings, m_definition.problem);
    if (auto checked = data.check(); !checked)
        return checked.forward();
    if (!m_definition.branches.empty())
        return transformBranches(data);
    const auto *first = std::get_if<CompiledRun>(&m_definition.stretches.front());
    if (isUnion(m_definition) || (first && m_definition.stretches.size() == 1)) {
        auto results = run(*first, std::span(&data, 1), m_prefix);
        return results ? join(*std::move(results)) : results.forward();
    }
    if (first)
        return runAll(m_definition.stretches, data, m_prefix);
    auto cut = data.completed(m_definition.options.batching()); // no run of this pipeline's own does it
    return cut ? runAll(m_definition.stretches, *std::move(cut), m_prefix) : cut.forward();
}

Result<DataContainer> PipelineRunner::runNested(const PipelineDefinition &inner,
                                                const DataContainer &data,
                                                std::string prefix)
{
    PipelineRunner runner(inner,
                          {.report = m_report, .states = m_states, .control = m_control, .services = &m_services},
                          std::move(prefix));
    return m_isFitting ? runner.fitTransform(data) : runner.transform(data);
}

Result<DataContainer> PipelineRunner::runAll(const Stretches &stretches, DataContainer data, const std::string &prefix)
{
    for (size_t i = 0; i < stretches.size(); ++i) {
        const std::string own = stretchPrefix(prefix, i);
        if (const auto *inner = std::get_if<std::shared_ptr<const PipelineDefinition>>(&stretches[i])) {
            auto result = runNested(**inner, data, own);
            if (!result)
                return result;
            data = *std::move(result);
            continue;
        }
        auto results = run(std::get<CompiledRun>(stretches[i]), std::span(&data, 1), own);
        if (!results)
            return results.forward();
        data = std::move(results->front());
    }
    return data;
}

Result<DataContainer> PipelineRunner::transformBranches(const DataContainer &data)
{
    const auto cut = data.completed(m_definition.options.batching());
    if (!cut)
        return cut.forward();
    std::vector<DataContainer> results;
    for (size_t i = 0; i < m_definition.branches.size(); ++i) {
        auto result = runAll(m_definition.branches[i], *cut, m_prefix + m_definition.steps[i].name + '/');
        if (!result)
            return result;
        results.push_back(*std::move(result));
    }
    if (m_definition.options.joiner.isFunction())
        return join(std::move(results));
    auto joined = run(std::get<CompiledRun>(m_definition.stretches.front()), results, m_prefix);
    if (!joined)
        return joined.forward();
    return std::move(joined->front());
}

/// What the sinks of a run have collected: one result, or those of the branches for the caller's own function.
Result<DataContainer> PipelineRunner::join(std::vector<DataContainer> results)
{
    const DataJoiner &joiner = m_definition.options.joiner;
    if (!joiner.isFunction())
        return std::move(results.front());
    const auto inJoiner = [](Error error) {
        return failure(std::move(error.kind), "In the data joiner: " + error.message);
    };
    bool hasReturned = false;
    auto joined = caught([&] {
        auto returned = joiner(std::move(results));
        hasReturned = true;
        return returned;
    });
    if (!joined && !hasReturned)
        return inJoiner(joined.error());
    if (!joined)
        return joined;
    if (const auto checked = joined->check(); !checked)
        return inJoiner(checked.error());
    return joined;
}

RunOptions PipelineRunner::runOptions(const CompiledRun &compiled, const std::string &prefix) const
{
    RunOptions options;
    options.folder = m_definition.options.folder;
    options.seed = m_definition.options.seed;
    options.cores = m_definition.options.cores;
    options.services = m_services;
    if (m_states)
        for (const PlannedStep &planned : compiled.plan.steps)
            if (const auto state = m_states->find(prefix + planned.id); planned.isFittable && state != m_states->end())
                options.states.emplace(planned.id, state->second);
    return options;
}

/// What the fittable steps of a run learn, anew, from what its sources hold.
Result<> PipelineRunner::fit(const CompiledRun &compiled, const RunPlan &plan, const std::string &prefix)
{
    for (const PlannedStep &planned : plan.steps)
        if (planned.isFittable)
            m_states->erase(prefix + planned.id);
    Fit fit(plan, runOptions(compiled, prefix));
    while (const std::unique_ptr<Run> pass = fit.nextPass()) {
        if (auto done = execute(compiled, *pass); !done)
            return done;
    }
    for (const auto &[step, state] : fit.states())
        m_states->insert_or_assign(prefix + step, state);
    return {};
}

Result<std::vector<DataContainer>> PipelineRunner::run(const CompiledRun &compiled,
                                                       std::span<const DataContainer> data,
                                                       const std::string &prefix)
{
    RunPlan plan = compiled.plan;
    const auto giveSources = [&](const BatchHook &hook) -> Result<> {
        for (size_t i = 0; i < compiled.sources.size(); ++i) {
            auto columns = data[i].toColumns();
            if (!columns)
                return columns.forward();
            auto items = std::make_shared<const ContainerColumns>(*std::move(columns));
            plan.steps[compiled.sources[i]].make = [items, hook](int) -> Result<std::unique_ptr<Step>> {
                return std::unique_ptr<Step>(new MemorySource(items, hook));
            };
        }
        return {};
    };
    if (m_isFitting) {
        auto fitted = giveSources({}); // hooks are told of each batch once
        if (fitted)
            fitted = fit(compiled, plan, prefix);
        if (!fitted)
            return fitted.forward();
    }
    if (auto given = giveSources(m_hooks ? m_hooks->beforeBatch : BatchHook()); !given)
        return given.forward();
    std::vector<std::shared_ptr<ItemCollector>> collectors;
    auto started = Run::create(withCollectors(std::move(plan), compiled, collectors), runOptions(compiled, prefix));
    if (!started)
        return started.forward();
    if (auto done = execute(compiled, **started); !done)
        return done.forward();
    std::vector<DataContainer> results;
    for (const auto &collector : collectors)
        results.push_back(collector->take());
    return results;
}

/// `collectors` gets what the sinks collect in, in their order.
RunPlan PipelineRunner::withCollectors(RunPlan plan,
                                       const CompiledRun &compiled,
                                       std::vector<std::shared_ptr<ItemCollector>> &collectors) const
{
    for (const size_t sink : compiled.sinks) {
        collectors.push_back(std::make_shared<ItemCollector>());
        plan.steps[sink].make = [collector = collectors.back(), hook = m_hooks ? m_hooks->afterBatch : BatchHook()](
                                    int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new MemorySink(collector, hook));
        };
    }
    return plan;
}

Result<DataContainer> PipelineRunner::stream(const DataGenerator &generator, const DataConsumer *consumer)
{
    if (!m_definition.problem.empty())
        return failure(ErrorKind::Settings, m_definition.problem);
    const auto *compiled =
        m_definition.stretches.size() == 1 ? std::get_if<CompiledRun>(&m_definition.stretches.front()) : nullptr;
    if (!compiled || !m_definition.branches.empty() || m_definition.options.joiner.isFunction())
        return failure(
            ErrorKind::Settings,
            "Data can't be streamed through this pipeline: it has a nested one that cuts batches of its own, "
            "or a joiner that is a function, which needs all of it; use transform().");
    RunPlan plan = compiled->plan;
    const BatchHook before = m_hooks ? m_hooks->beforeBatch : BatchHook();
    plan.steps[compiled->sources.front()].make = [generator, before](int) -> Result<std::unique_ptr<Step>> {
        return std::unique_ptr<Step>(new GeneratorSource(generator, before));
    };
    std::vector<std::shared_ptr<ItemCollector>> collectors;
    plan = withCollectors(std::move(plan), *compiled, collectors);
    if (consumer) {
        const BatchHook after = m_hooks ? m_hooks->afterBatch : BatchHook();
        plan.steps[compiled->sinks.front()].make = [consumer = *consumer, after](int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new ConsumerSink(consumer, after));
        };
    }
    auto started = Run::create(std::move(plan), runOptions(*compiled, m_prefix));
    if (!started)
        return started.forward();
    if (auto done = execute(*compiled, **started); !done)
        return done.forward();
    return collectors.front()->take();
}

/// Runs it to its end, or to that of the call. The error of one that was broken off is the call's.
Result<> PipelineRunner::execute(const CompiledRun &compiled, Run &run)
{
    if (m_control) {
        m_control->execute(run);
    } else {
        run.start();
        run.waitForDone();
    }
    const RunOutcome outcome = run.outcome();
    if (m_report)
        fill(*m_report, run, outcome);
    if (outcome.state == RunState::Finished)
        return {};
    if (const auto interruption = m_control ? m_control->interruption() : std::nullopt)
        return Failure{*interruption};
    return failureOf(compiled, run, outcome);
}

/// The run's error with its place: the step's name, and the item where one was to blame.
Failure PipelineRunner::failureOf(const CompiledRun &compiled, Run &run, const RunOutcome &outcome)
{
    std::string place;
    for (const LogRecord &record : recordsOf(run.log(), LogLevel::Error)) {
        if (record.step != outcome.step || record.message != outcome.error.message || record.kind != outcome.error.kind)
            continue;
        if (!record.hasItem)
            break;
        if (!record.itemId.isNull())
            place = ", item " + toJson(record.itemId);
        else if (!record.origin.empty()) // "data item 7"
            place = ", " + record.origin;
        else if (record.batch >= 0)
            place = ", batch " + std::to_string(record.batch);
        break;
    }
    if (outcome.step.empty())
        return {outcome.error};
    return failure(outcome.error.kind,
                   "In the step \"" + nameOf(compiled, outcome.step) + '"' + place + ": " + outcome.error.message);
}

Result<> PipelineRunner::tryOut()
{
    if (!m_definition.problem.empty())
        return failure(ErrorKind::Settings, m_definition.problem);
    for (size_t i = 0; i < m_definition.branches.size(); ++i)
        if (auto tried = tryOut(m_definition.branches[i], m_prefix + m_definition.steps[i].name + '/'); !tried)
            return tried;
    return tryOut(m_definition.stretches, m_prefix);
}

Result<> PipelineRunner::tryOut(const Stretches &stretches, const std::string &prefix)
{
    for (size_t i = 0; i < stretches.size(); ++i) {
        const auto *inner = std::get_if<std::shared_ptr<const PipelineDefinition>>(&stretches[i]);
        const std::string own = stretchPrefix(prefix, i);
        Result<> tried = inner ? PipelineRunner(**inner, {.states = m_states, .services = &m_services}, own).tryOut()
                               : tryOut(std::get<CompiledRun>(stretches[i]), own);
        if (!tried)
            return tried;
    }
    return {};
}

Result<> PipelineRunner::tryOut(const CompiledRun &compiled, const std::string &prefix)
{
    const FittedStates states = runOptions(compiled, prefix).states;
    for (const PlannedStep &planned : compiled.plan.steps) {
        const auto state = states.find(planned.id);
        if (planned.kind != StepKind::Transform || (planned.isFittable && state == states.end()))
            continue; // what has to learn first can't be opened yet
        for (int worker = 0; worker < planned.workers; ++worker) {
            StepContext context;
            context.stepId = planned.id;
            context.worker = worker;
            context.workers = planned.workers;
            context.folder = m_definition.options.folder;
            context.seed = m_definition.options.seed;
            context.linkedPorts = {"out"};
            context.services = &m_services;
            const Value *learnt = state == states.end() ? nullptr : &state->second;
            if (const Result<> tried = tryWorker(planned, context, learnt); !tried)
                return failure(tried.error().kind,
                               "In the step \"" + nameOf(compiled, planned.id) + "\": " + tried.error().message);
        }
    }
    return {};
}

} // namespace millrace
