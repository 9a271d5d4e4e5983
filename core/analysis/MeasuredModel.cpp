// SPDX-License-Identifier: MIT
#include "analysis/MeasuredModel.h"

#include <algorithm>
#include <map>
#include <string>

namespace millrace {

namespace {

constexpr uint64_t FewestBetween = 20; ///< batches

SimulatedStep simulatedStep(const StepSample &step)
{
    SimulatedStep made;
    made.id = step.id;
    made.type = step.type;
    made.workers = std::max(1, step.workers);
    made.queueSize = int(std::min<uint32_t>(step.queue.capacity, 1'000'000'000));
    made.batches = std::max(step.batchesIn, step.batchesOut);
    if (made.batches > 0) {
        made.secondsPerBatch = double(step.busy) * 1e-9 / double(made.batches);
        made.cpuSecondsPerBatch = double(step.cpu + step.childCpu) * 1e-9 / double(made.batches);
    }
    made.p50 = Histogram::quantile(step.service, 0.5) * 1e-9;
    made.p95 = Histogram::quantile(step.service, 0.95) * 1e-9;
    made.p99 = Histogram::quantile(step.service, 0.99) * 1e-9;
    made.max = Histogram::quantile(step.service, 1) * 1e-9;
    if (step.queue.peak > 0)
        made.bytesPerBatch = double(step.queue.peakBytes) / step.queue.peak;
    return made;
}

/// Where a step always had something to do, the time in which its workers did nothing all the same is what it takes to wake one:
/// so for all steps that wait. Those that compute find a thread that is awake.
void addTimeToWake(const RunSample &sample, SimulationModel &model)
{
    double between = 0;
    uint64_t busiest = 0;
    for (const StepSample &step : sample.steps) {
        const bool isFull = step.queue.mean >= std::max(1.0, step.queue.capacity / 2.0);
        if (!isFull || step.busy <= busiest || step.batchesIn < FewestBetween)
            continue;
        busiest = step.busy;
        between = double(step.starved + step.waitingForCore) * 1e-9 / double(step.batchesIn);
    }
    for (SimulatedStep &step : model.steps)
        if (step.cpuSecondsPerBatch < step.secondsPerBatch / 2)
            step.secondsBetween = std::min(between, step.secondsPerBatch);
}

/// Each link's share is what came to the step behind it for each batch that the ones before it were through with: what it took, and
/// what still waits for it while the run goes on.
void addSharedLinks(const RunSample &sample, const Pipeline &pipeline, SimulationModel &model)
{
    std::map<std::string, size_t> places;
    for (size_t i = 0; i < model.steps.size(); ++i)
        places.emplace(model.steps[i].id, i);
    for (const Link &link : pipeline.links) {
        const auto from = places.find(link.fromStep), to = places.find(link.toStep);
        if (from != places.end() && to != places.end())
            model.links.push_back({from->second, to->second});
    }
    const auto through = [&](size_t step) { return std::max(1.0, double(model.steps[step].batches)); };
    for (SimulatedLink &link : model.links) {
        double arriving = 0;
        for (const SimulatedLink &other : model.links)
            arriving += other.to == link.to ? through(other.from) : 0;
        const StepSample &to = sample.steps[link.to];
        link.share = double(to.batchesIn + to.queue.depth) / std::max(1.0, arriving);
    }
}

} // namespace

std::optional<SimulationModel> measuredModel(const RunSample &sample, const Pipeline &pipeline, int cores)
{
    if (sample.itemsRead == 0)
        return {};
    SimulationModel model;
    for (const StepSample &step : sample.steps)
        model.steps.push_back(simulatedStep(step));
    addTimeToWake(sample, model);
    addSharedLinks(sample, pipeline, model);
    model.cores = std::max(1, cores);
    model.itemsRead = sample.itemsRead;
    return model;
}

} // namespace millrace
