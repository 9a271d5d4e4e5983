// SPDX-License-Identifier: MIT
#include "analysis/MeasuredModel.h"

#include <algorithm>
#include <map>
#include <string>

namespace millrace {

namespace {

constexpr double FewestBetween = 20; ///< batches

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

MeasuredStep measured(const StepSample &step)
{
    return {simulatedStep(step),    double(step.busy) * 1e-9, double(step.starved + step.waitingForCore) * 1e-9,
            double(step.batchesIn), step.queue.mean,          double(step.batchesIn + step.queue.depth)};
}

/// Where a step always had something to do, the time in which its workers did nothing all the same is what it takes to wake one:
/// so for all steps that wait. Those that compute find a thread that is awake.
void addTimeToWake(const std::vector<MeasuredStep> &steps, SimulationModel &model)
{
    double between = 0, busiest = 0;
    for (const MeasuredStep &measured : steps) {
        const bool isFull = measured.queueMean >= std::max(1.0, measured.step.queueSize / 2.0);
        if (!isFull || measured.busySeconds <= busiest || measured.batchesIn < FewestBetween)
            continue;
        busiest = measured.busySeconds;
        between = measured.idleSeconds / measured.batchesIn;
    }
    for (SimulatedStep &step : model.steps)
        if (step.cpuSecondsPerBatch < step.secondsPerBatch / 2)
            step.secondsBetween = std::min(between, step.secondsPerBatch);
}

/// Each link's share is what came to the step behind it for each batch that the ones before it were through with.
void addShares(const std::vector<MeasuredStep> &steps, SimulationModel &model)
{
    const auto through = [&](size_t step) { return std::max(1.0, double(model.steps[step].batches)); };
    for (SimulatedLink &link : model.links) {
        double arriving = 0;
        for (const SimulatedLink &other : model.links)
            arriving += other.to == link.to ? through(other.from) : 0;
        link.share = steps[link.to].arrived / std::max(1.0, arriving);
    }
}

} // namespace

SimulationModel modelOfSteps(const std::vector<MeasuredStep> &steps, const MeasuredLinks &links)
{
    SimulationModel model;
    for (const MeasuredStep &measured : steps)
        model.steps.push_back(measured.step);
    for (const auto &[from, to] : links)
        model.links.push_back({from, to});
    addTimeToWake(steps, model);
    addShares(steps, model);
    return model;
}

std::optional<SimulationModel> measuredModel(const RunSample &sample, const Pipeline &pipeline, int cores)
{
    if (sample.itemsRead == 0)
        return {};
    std::vector<MeasuredStep> steps;
    std::map<std::string, size_t> places;
    for (const StepSample &step : sample.steps) {
        places.emplace(step.id, steps.size());
        steps.push_back(measured(step));
    }
    MeasuredLinks links;
    for (const Link &link : pipeline.links) {
        const auto from = places.find(link.fromStep), to = places.find(link.toStep);
        if (from != places.end() && to != places.end())
            links.emplace_back(from->second, to->second);
    }
    SimulationModel model = modelOfSteps(steps, links);
    model.cores = std::max(1, cores);
    model.itemsRead = sample.itemsRead;
    return model;
}

} // namespace millrace
