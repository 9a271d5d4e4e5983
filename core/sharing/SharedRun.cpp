// SPDX-License-Identifier: MIT
#include "sharing/SharedRun.h"

#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "history/RunReport.h"
#include "metrics/gauges/StepStateName.h"
#include "metrics/RunEnd.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace millrace {

namespace {

constexpr double SharedNanoseconds = 1e9;

/// A counter of the report, and where it is in a sample.
struct SharedCounter
{
    std::string_view key;
    uint64_t StepSample::*member;
    double scale; ///< what one of the report is in the sample
};

constexpr SharedCounter SharedCounters[] = {
    {"batchesIn", &StepSample::batchesIn, 1},
    {"batchesOut", &StepSample::batchesOut, 1},
    {"itemsIn", &StepSample::itemsIn, 1},
    {"itemsOut", &StepSample::itemsOut, 1},
    {"errors", &StepSample::errors, 1},
    {"busySeconds", &StepSample::busy, SharedNanoseconds},
    {"cpuSeconds", &StepSample::cpu, SharedNanoseconds},
    {"childCpuSeconds", &StepSample::childCpu, SharedNanoseconds},
    {"blockedSeconds", &StepSample::blocked, SharedNanoseconds},
    {"starvedSeconds", &StepSample::starved, SharedNanoseconds},
    {"pausedSeconds", &StepSample::paused, SharedNanoseconds},
    {"waitingForCoreSeconds", &StepSample::waitingForCore, SharedNanoseconds},
    {"heldBytes", &StepSample::heldBytes, 1},
    {"spilledBytes", &StepSample::spilledBytes, 1},
};

uint64_t sharedCount(const Value &object, std::string_view name, double scale = 1)
{
    const double value = std::llround(std::min(realOf(object, name) * scale, 9e18));
    return value > 0 ? uint64_t(value) : 0;
}

bool isSaid(const Value &object, std::string_view name)
{
    const Value *value = memberOf(object, name);
    return value && *value == Value(true);
}

/// The classes that hold something, as pairs in a row.
Value sharedClasses(const Histogram::Counts &counts)
{
    List pairs;
    for (size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0) {
            pairs.emplace_back(int64_t(i));
            pairs.emplace_back(int64_t(counts[i]));
        }
    return Value(std::move(pairs));
}

void readClasses(const Value &object, std::string_view name, Histogram::Counts &counts)
{
    const Value *pairs = memberOf(object, name);
    if (!pairs || !pairs->isList())
        return;
    const List &list = pairs->toList();
    for (size_t i = 0; i + 1 < list.size(); i += 2)
        if (list[i].isInteger() && list[i + 1].isInteger() && list[i].toInteger() >= 0
            && size_t(list[i].toInteger()) < counts.size())
            counts[size_t(list[i].toInteger())] = uint64_t(std::max<int64_t>(0, list[i + 1].toInteger()));
}

/// What the report has no word for.
void addMoment(Members &step, const StepSample &sample)
{
    step.emplace_back("state", Value(stepStateName(sample.state)));
    step.emplace_back("activeWorkers", Value(int64_t(sample.activeWorkers)));
    step.emplace_back("held", Value(int64_t(sample.queue.held)));
    step.emplace_back("service", sharedClasses(sample.service));
    step.emplace_back("latency", sharedClasses(sample.latency));
    for (const auto &[name, holds] :
         {std::pair("isSource", sample.isSource), std::pair("isSink", sample.isSink), std::pair("waits", sample.waits)})
        if (holds)
            step.emplace_back(name, Value(true));
}

StepSample readStep(const Value &told)
{
    StepSample step;
    step.id = textOf(told, "id");
    step.type = textOf(told, "type");
    step.workers = int(sharedCount(told, "workers"));
    step.activeWorkers = int(sharedCount(told, "activeWorkers"));
    for (const SharedCounter &counter : SharedCounters)
        step.*counter.member = sharedCount(told, counter.key, counter.scale);
    for (size_t i = 0; i < std::size(CountedGauges); ++i)
        step.counted[i] = sharedCount(told, CountedGauges[i].key);
    const Value *cpu = memberOf(told, "childCpuSeconds");
    step.lacksChildCpu = !cpu || cpu->isNull();
    if (const Value *queue = memberOf(told, "queue")) {
        step.queue = {.depth = uint32_t(sharedCount(*queue, "depth")),
                      .capacity = uint32_t(sharedCount(*queue, "capacity")),
                      .peak = uint32_t(sharedCount(*queue, "peak")),
                      .mean = realOf(*queue, "mean"),
                      .bytes = sharedCount(*queue, "bytes"),
                      .peakBytes = sharedCount(*queue, "peakBytes"),
                      .capacityBytes = sharedCount(*queue, "capacityBytes"),
                      .held = uint32_t(sharedCount(told, "held")),
                      .wasEnlarged = isSaid(*queue, "wasEnlarged")};
    }
    readClasses(told, "service", step.service);
    readClasses(told, "latency", step.latency);
    const std::string state = textOf(told, "state");
    for (const StepState one : AllStepStates)
        if (stepStateName(one) == state)
            step.state = one;
    step.isSource = isSaid(told, "isSource");
    step.isSink = isSaid(told, "isSink");
    step.waits = isSaid(told, "waits");
    return step;
}

RunSample readSample(const Value &told)
{
    RunSample sample;
    sample.seconds = realOf(told, "seconds");
    sample.activeSeconds = realOf(told, "activeSeconds");
    const std::string status = textOf(told, "status");
    for (const RunState state : {RunState::Ready, RunState::Running, RunState::Paused, RunState::Stopping,
                                 RunState::Finished, RunState::Failed, RunState::Stopped})
        if (runStateName(state) == status)
            sample.state = state;
    if (const Value *items = memberOf(told, "items")) {
        sample.itemsRead = sharedCount(*items, "read");
        sample.itemsWritten = sharedCount(*items, "written");
        sample.errors = sharedCount(*items, "errors");
    }
    if (memberOf(told, "progress"))
        sample.progress = realOf(told, "progress");
    if (memberOf(told, "totalItems"))
        sample.totalItems = sharedCount(told, "totalItems");
    sample.cpuSeconds = realOf(told, "cpuSeconds");
    sample.memoryBytes = sharedCount(told, "memoryBytes");
    if (const Value *steps = memberOf(told, "steps"); steps && steps->isList())
        for (const Value &step : steps->toList())
            sample.steps.push_back(readStep(step));
    return sample;
}

} // namespace

Value sharedFigures(const RunSample &sample)
{
    Members figures = metricsOf(sample).toObject();
    for (auto &[name, value] : figures) {
        if (name != "steps")
            continue;
        List steps = value.toList();
        for (size_t i = 0; i < steps.size(); ++i) {
            Members step = steps[i].toObject();
            addMoment(step, sample.steps[i]);
            steps[i] = Value(std::move(step));
        }
        value = Value(std::move(steps));
    }
    figures.emplace_back("activeSeconds", Value(sample.activeSeconds));
    figures.emplace_back("cpuSeconds", Value(sample.cpuSeconds));
    figures.emplace_back("memoryBytes", Value(int64_t(sample.memoryBytes)));
    if (sample.progress)
        figures.emplace_back("progress", Value(*sample.progress));
    if (sample.totalItems)
        figures.emplace_back("totalItems", Value(int64_t(*sample.totalItems)));
    return Value(std::move(figures));
}

std::string sharedText(const RunSample &sample, const Value &cluster, const std::string &pipeline)
{
    Members told{{"cluster", cluster}, {"pipeline", Value(pipeline)}};
    const Value figures = sharedFigures(sample);
    told.insert(told.end(), figures.toObject().begin(), figures.toObject().end());
    return toStateLine(Value(std::move(told)));
}

Result<SharedRun> readSharedRun(std::string_view text)
{
    const auto told = parseStateText(text);
    if (!told || !told->isObject())
        return failure(ErrorKind::Version, "What the run tells of itself can't be read; is it of the same version?");
    SharedRun run;
    if (const Value *cluster = memberOf(*told, "cluster"))
        run.cluster = *cluster;
    run.name = textOf(run.cluster, "run");
    run.pipeline = textOf(*told, "pipeline");
    run.sample = readSample(*told);
    return run;
}

} // namespace millrace
