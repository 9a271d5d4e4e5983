// SPDX-License-Identifier: MIT
#include "engine/Run.h"

#include "data/errors/ExceptionError.h"
#include "engine/scheduling/Engine.h"
#include "engine/stages/SinkStage.h"
#include "engine/stages/SourceStage.h"
#include "metrics/Clock.h"
#include "steps/ViewedItems.h"

#include <sys/resource.h>

#include <algorithm>

namespace millrace {

class Run::Private
{
public:
    std::shared_ptr<Engine> engine;

    /// The index of a step in the plan, or the number of steps.
    size_t indexOf(const std::string &step) const
    {
        const auto &steps = engine->plan().steps;
        return size_t(std::find_if(steps.begin(), steps.end(), [&](const PlannedStep &one) { return one.id == step; })
                      - steps.begin());
    }
    const std::vector<Stage *> &stagesOf(const std::string &step) const
    {
        static const std::vector<Stage *> none;
        const size_t index = indexOf(step);
        return index < engine->plan().steps.size() ? engine->stagesOf(index) : none;
    }
};

Result<std::unique_ptr<Run>> Run::create(const Pipeline &pipeline, const StepRegistry &registry, RunOptions options)
{
    auto plan = compilePipeline(pipeline, registry, options.folder);
    if (!plan)
        return plan.forward();
    return create(*std::move(plan), std::move(options));
}

Result<std::unique_ptr<Run>> Run::create(RunPlan plan, RunOptions options)
{
    if (const auto shape = checkShape(plan); !shape)
        return shape.forward();
    return caught([&]() -> Result<std::unique_ptr<Run>> { // there may be too little memory
        auto made = std::make_unique<Private>();
        made->engine = std::make_shared<Engine>(std::move(plan), std::move(options));
        return std::unique_ptr<Run>(new Run(std::move(made)));
    });
}

Run::Run(std::unique_ptr<Private> priv) : d(std::move(priv)) {}

Run::~Run()
{
    if (d->engine->state() != RunState::Ready) {
        d->engine->cancel();
        d->engine->waitForDone(-1);
    }
    d->engine->waitForThreads();
}

void Run::start()
{
    if (d->engine->state() == RunState::Ready)
        d->engine->start();
}

void Run::pause()
{
    d->engine->pause();
}

void Run::resume()
{
    d->engine->resume();
}

void Run::stop()
{
    d->engine->stop();
}

void Run::cancel()
{
    d->engine->cancel();
}

bool Run::waitForDone(int milliseconds)
{
    return d->engine->waitForDone(milliseconds);
}

bool Run::isDone() const
{
    return d->engine->isOver();
}

void Run::setWorkers(const std::string &step, int workers)
{
    for (Stage *stage : d->stagesOf(step))
        stage->setWorkers(workers);
    d->engine->updateWindows();
}

void Run::setQueueSize(const std::string &step, int batches)
{
    for (Stage *stage : d->stagesOf(step))
        stage->setQueueSize(batches);
    d->engine->updateWindows();
}

void Run::setQueueBytes(const std::string &step, uint64_t bytes)
{
    for (Stage *stage : d->stagesOf(step))
        stage->setQueueBytes(bytes);
}

void Run::setErrorPolicy(const std::string &step, ErrorPolicy policy, int retries)
{
    for (Stage *stage : d->stagesOf(step))
        stage->failurePolicy().set(policy, retries);
}

namespace {

/// What both halves of a source or sink have counted, as one step.
void sampleStep(const Engine &engine, size_t index, uint64_t now, StepSample &sample)
{
    const PlannedStep &planned = engine.plan().steps[index];
    const std::vector<Stage *> &stages = engine.stagesOf(index);
    sample.id = planned.id;
    sample.type = planned.type;
    sample.isSource = planned.kind == StepKind::Source;
    sample.isSink = planned.kind == StepKind::Sink;
    stages.front()->addTo(sample, now);
    stages.back()->meter().addLatencyTo(sample.latency);
    if (stages.size() < 2)
        return;
    StepSample second;
    stages.back()->addTo(second, now);
    sample.batchesOut = second.batchesOut;
    sample.itemsOut = second.itemsOut;
    sample.errors += second.errors;
    for (size_t i = 0; i < sample.counted.size(); ++i)
        sample.counted[i] += second.counted[i];
    sample.busy += second.busy;
    sample.cpu += second.cpu;
    sample.activeWorkers += second.activeWorkers;
    sample.waits |= second.waits;
    sample.queue.held += second.queue.held;
    sample.heldBytes += second.heldBytes;
    sample.spilledBytes += second.spilledBytes;
    for (size_t i = 0; i < sample.service.size(); ++i)
        sample.service[i] += second.service[i];
    // A source's workers are those that take text apart, a sink's those that make it; the other half is one thread's.
    const StepSample &parallel = sample.isSource ? second : sample;
    sample.workers = parallel.workers;
    sample.perWorker = parallel.perWorker;
    sample.blocked = second.blocked;
    sample.starved = second.starved;
    sample.waitingForCore = second.waitingForCore;
    if (sample.state == StepState::Done || second.state == StepState::Busy)
        sample.state = second.state;
}

} // namespace

RunSample Run::sample() const
{
    Engine &engine = *d->engine;
    RunSample sample;
    sample.state = engine.state();
    const auto use = engine.coreUse();
    const uint64_t end = engine.endedAt(), now = end ? end : steadyNanoseconds(), start = engine.startedAt();
    if (start != 0) {
        sample.seconds = double(now - start) * 1e-9;
        sample.activeSeconds = sample.seconds - double(engine.pausedNanoseconds()) * 1e-9;
        sample.cpuSeconds = double(processCpuNanoseconds() - engine.cpuAtStart()) * 1e-9;
        sample.othersSeconds = use->others;
    }
    sample.steps.resize(engine.plan().steps.size());
    for (size_t i = 0; i < sample.steps.size(); ++i) {
        StepSample &step = sample.steps[i];
        sampleStep(engine, i, now, step);
        for (const Stage *stage : engine.stagesOf(i))
            stage->addChildrenTo(step, use->processes);
        sample.childCpuSeconds += double(step.childCpu) * 1e-9;
        if (step.isSource)
            sample.itemsRead += step.itemsOut + step.errors;
        sample.errors += step.errors;
    }
    while (engine.plan().steps[sample.steps.size() - 1].isAside) // they are the last
        sample.steps.pop_back();
    if (sample.state == RunState::Failed) {
        const std::string failed = engine.outcome().step;
        for (StepSample &step : sample.steps)
            if (step.id == failed)
                step.state = StepState::Failed;
    }
    for (const SinkStage *sink : engine.sinks())
        if (!sink->plan().isAside)
            sample.itemsWritten += sink->itemsWritten();
    double share = 0;
    uint64_t total = 0;
    bool isShareKnown = !engine.sources().empty(), isTotalKnown = isShareKnown;
    for (const SourceStage *source : engine.sources()) {
        const bool isOpen = source->isOpened();
        const auto told =
            caught([&]() -> Result<SourceProgress> { return isOpen ? source->source().progress() : SourceProgress{}; });
        const SourceProgress progress = told ? *told : SourceProgress{};
        isShareKnown &= progress.share.has_value();
        isTotalKnown &= progress.totalItems.has_value();
        share += progress.share.value_or(0) / double(engine.sources().size());
        total += progress.totalItems.value_or(0);
    }
    if (sample.state == RunState::Finished)
        sample.progress = 1.0;
    else if (isShareKnown)
        sample.progress = std::min(share, 1.0);
    if (isTotalKnown)
        sample.totalItems = total;
    sample.threads = engine.threads();
    sample.memoryBytes = engine.budget().total();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    sample.peakMemoryBytes = uint64_t(usage.ru_maxrss) * 1024;
    sample.logCount = d->engine->log().count();
    return sample;
}

RunState Run::state() const
{
    return d->engine->state();
}

RunOutcome Run::outcome() const
{
    return d->engine->outcome();
}

RunLog &Run::log()
{
    return d->engine->log();
}

std::vector<Value> Run::viewedItems(const std::string &step) const
{
    const std::vector<Stage *> &stages = d->stagesOf(step);
    if (stages.empty() || !stages.back()->isOpened())
        return {};
    const auto *viewed = dynamic_cast<const ViewedItems *>(stages.back()->firstStep());
    return viewed ? viewed->items() : std::vector<Value>();
}

std::map<int, SampledItems> Run::samples(const std::string &step) const
{
    const std::vector<Stage *> &stages = d->stagesOf(step);
    const ItemSamples *samples = stages.empty() ? nullptr : stages.back()->outlets().samples();
    return samples ? samples->items() : std::map<int, SampledItems>();
}

void Run::askForSamples(const std::string &step)
{
    const std::vector<Stage *> &stages = d->stagesOf(step);
    if (ItemSamples *samples = stages.empty() ? nullptr : stages.back()->outlets().samples())
        samples->ask();
}

} // namespace millrace
