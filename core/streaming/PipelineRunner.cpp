// SPDX-License-Identifier: MIT
#include "streaming/PipelineRunner.h"

#include "engine/Run.h"
#include "streaming/MemoryEnds.h"

#include <algorithm>

namespace millrace {

namespace {

bool isUnion(const PipelineDefinition &definition)
{
    return definition.kind == PipelineDefinition::Kind::Union;
}

const std::string &nameOf(const CompiledRun &compiled, const std::string &id)
{
    const PipelineStep *step = compiled.pipeline.step(id);
    return step && !step->name.empty() ? step->name : id;
}

/// Records of failed items, those of earlier batches first.
std::vector<LogRecord> errorsOf(RunLog &log)
{
    std::vector<LogRecord> errors;
    uint64_t seen = 0;
    for (;;) {
        const std::vector<LogRecord> records = log.after(seen);
        if (records.empty())
            break;
        seen = records.back().number;
        std::copy_if(records.begin(), records.end(), std::back_inserter(errors),
                     [](const LogRecord &record) { return record.level == LogLevel::Error; });
    }
    std::stable_sort(errors.begin(), errors.end(),
                     [](const LogRecord &a, const LogRecord &b) { return a.batch < b.batch; });
    return errors;
}

} // namespace

Result<DataContainer> PipelineRunner::transform(const DataContainer &data)
{
    if (!m_definition.problem.empty())
        return failure("settings", m_definition.problem);
    if (auto checked = data.check(); !checked)
        return checked.forward();
    if (!m_definition.branches.empty())
        return transformBranches(data);
    const auto *first = std::get_if<CompiledRun>(&m_definition.stretches.front());
    if (isUnion(m_definition) || (first && m_definition.stretches.size() == 1)) {
        auto results = run(*first, std::span(&data, 1));
        return results ? join(*std::move(results)) : results.forward();
    }
    if (first)
        return runAll(m_definition.stretches, data);
    auto cut = data.completed(m_definition.options.batching()); // no run of this pipeline's own does it
    return cut ? runAll(m_definition.stretches, *std::move(cut)) : cut.forward();
}

Result<DataContainer> PipelineRunner::runAll(const Stretches &stretches, DataContainer data)
{
    for (const auto &stretch : stretches) {
        if (const auto *inner = std::get_if<std::shared_ptr<const PipelineDefinition>>(&stretch)) {
            auto result = PipelineRunner(**inner, m_report).transform(data);
            if (!result)
                return result;
            data = *std::move(result);
            continue;
        }
        auto results = run(std::get<CompiledRun>(stretch), std::span(&data, 1));
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
    for (const Stretches &branch : m_definition.branches) {
        auto result = runAll(branch, *cut);
        if (!result)
            return result;
        results.push_back(*std::move(result));
    }
    if (m_definition.options.joiner.isFunction())
        return join(std::move(results));
    auto joined = run(std::get<CompiledRun>(m_definition.stretches.front()), results);
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
    try {
        return joiner(std::move(results));
    } catch (const std::exception &exception) {
        Error error = errorOf(exception);
        return failure(std::move(error.kind), "In the data joiner: " + error.message);
    }
}

Result<std::vector<DataContainer>> PipelineRunner::run(const CompiledRun &compiled, std::span<const DataContainer> data)
{
    RunPlan plan = compiled.plan;
    for (size_t i = 0; i < compiled.sources.size(); ++i) {
        auto columns = data[i].toColumns();
        if (!columns)
            return columns.forward();
        auto items = std::make_shared<const ContainerColumns>(*std::move(columns));
        plan.steps[compiled.sources[i]].make = [items](int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new MemorySource(items));
        };
    }
    std::vector<std::shared_ptr<ItemCollector>> collectors;
    for (const size_t sink : compiled.sinks) {
        collectors.push_back(std::make_shared<ItemCollector>());
        plan.steps[sink].make = [collector = collectors.back()](int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new MemorySink(collector));
        };
    }
    RunOptions options;
    options.folder = m_definition.options.folder;
    options.seed = m_definition.options.seed;
    options.cores = m_definition.options.cores;
    auto started = Run::create(std::move(plan), std::move(options));
    if (!started)
        return started.forward();
    Run &run = **started;
    run.start();
    run.waitForDone();
    const RunOutcome outcome = run.outcome();
    if (m_report) {
        m_report->outcome = outcome;
        m_report->sample = run.sample();
        m_report->errors = errorsOf(run.log());
    }
    if (outcome.state != RunState::Finished)
        return failureOf(compiled, run, outcome);
    std::vector<DataContainer> results;
    for (const auto &collector : collectors)
        results.push_back(collector->take());
    return results;
}

/// The run's error with its place: the step's name, and the item where one was to blame.
Failure PipelineRunner::failureOf(const CompiledRun &compiled, Run &run, const RunOutcome &outcome)
{
    std::string place;
    for (const LogRecord &record : errorsOf(run.log())) {
        if (record.step != outcome.step || record.message != outcome.error.message || record.kind != outcome.error.kind)
            continue;
        if (record.hasItem && !record.itemId.isNull())
            place = ", item " + toJson(record.itemId);
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
        return failure("settings", m_definition.problem);
    for (const Stretches &branch : m_definition.branches)
        if (auto tried = tryOut(branch); !tried)
            return tried;
    return tryOut(m_definition.stretches);
}

Result<> PipelineRunner::tryOut(const Stretches &stretches)
{
    for (const auto &stretch : stretches) {
        if (const auto *inner = std::get_if<std::shared_ptr<const PipelineDefinition>>(&stretch)) {
            if (auto tried = PipelineRunner(**inner).tryOut(); !tried)
                return tried;
            continue;
        }
        const auto &compiled = std::get<CompiledRun>(stretch);
        for (const PlannedStep &planned : compiled.plan.steps) {
            if (planned.kind != StepKind::Transform)
                continue;
            for (int worker = 0; worker < planned.workers; ++worker) {
                StepContext context;
                context.stepId = planned.id;
                context.worker = worker;
                context.workers = planned.workers;
                context.folder = m_definition.options.folder;
                context.seed = m_definition.options.seed;
                context.linkedPorts = {"out"};
                auto made = planned.make(worker);
                Result<> opened = made ? (*made)->open(context) : Result<>(made.forward());
                if (!opened)
                    return failure(opened.error().kind,
                                   "In the step \"" + nameOf(compiled, planned.id) + "\": " + opened.error().message);
                (*made)->close();
            }
        }
    }
    return {};
}

} // namespace millrace
