// SPDX-License-Identifier: MIT
#include "millrace/run/Report.h"

namespace millrace {

namespace {

double secondsOf(uint64_t nanoseconds)
{
    return double(nanoseconds) / 1e9;
}

Value count(uint64_t number)
{
    return int64_t(number);
}

Value milliseconds(const StepSample &step, double share)
{
    return Histogram::quantile(step.service, share) / 1e6;
}

Value itemsOf(const RunSample &sample)
{
    return Members{
        {"read", count(sample.itemsRead)}, {"written", count(sample.itemsWritten)}, {"errors", count(sample.errors)}};
}

Value stepOf(const StepSample &step)
{
    Members queue{{"capacity", int64_t(step.queue.capacity)},
                  {"peak", int64_t(step.queue.peak)},
                  {"mean", step.queue.mean},
                  {"depth", int64_t(step.queue.depth)},
                  {"bytes", count(step.queue.bytes)},
                  {"peakBytes", count(step.queue.peakBytes)},
                  {"capacityBytes", count(step.queue.capacityBytes)}};
    if (step.queue.wasEnlarged)
        queue.emplace_back("wasEnlarged", true);
    return Members{{"id", step.id},
                   {"type", step.type},
                   {"workers", step.workers},
                   {"batchesIn", count(step.batchesIn)},
                   {"batchesOut", count(step.batchesOut)},
                   {"itemsIn", count(step.itemsIn)},
                   {"itemsOut", count(step.itemsOut)},
                   {"errors", count(step.errors)},
                   {"retries", count(step.retries)},
                   {"busySeconds", secondsOf(step.busy)},
                   {"cpuSeconds", secondsOf(step.cpu)},
                   {"childCpuSeconds", step.lacksChildCpu ? Value() : Value(secondsOf(step.childCpu))},
                   {"blockedSeconds", secondsOf(step.blocked)},
                   {"starvedSeconds", secondsOf(step.starved)},
                   {"waitingForCoreSeconds", secondsOf(step.waitingForCore)},
                   {"heldBytes", count(step.heldBytes)},
                   {"spilledBytes", count(step.spilledBytes)},
                   {"queue", std::move(queue)},
                   {"serviceMs", Members{{"p50", milliseconds(step, 0.5)},
                                         {"p95", milliseconds(step, 0.95)},
                                         {"p99", milliseconds(step, 0.99)},
                                         {"max", milliseconds(step, 1)}}}};
}

Value stepsOf(const RunSample &sample)
{
    List steps;
    for (const StepSample &step : sample.steps)
        steps.push_back(stepOf(step));
    return steps;
}

std::string_view limitKindName(Limit::Kind kind)
{
    switch (kind) {
    case Limit::Kind::Source: return "source";
    case Limit::Kind::Workers: return "workers";
    case Limit::Kind::Waiting: return "waiting";
    case Limit::Kind::Sink: return "sink";
    case Limit::Kind::Cores: return "cores";
    }
    return {};
}

Value limitOf(const std::optional<Limit> &limit)
{
    if (!limit)
        return {};
    Members members{
        {"kind", limitKindName(limit->kind)}, {"step", limit->step}, {"why", limit->why}, {"isClear", limit->isClear}};
    if (!limit->sharedWith.empty()) {
        List others;
        for (const Limit::Part &part : limit->sharedWith)
            others.emplace_back(part.step);
        members.emplace_back("sharedWith", std::move(others));
    }
    if (const auto &more = limit->oneMoreWorker)
        members.emplace_back("oneMoreWorker", Members{{"workers", more->workers},
                                                      {"gain", more->gain},
                                                      {"itemsPerSecond", more->itemsPerSecond},
                                                      {"nextLimit", more->nextLimit}});
    return members;
}

Value errorOf(const LogRecord &error)
{
    Members members{{"step", error.step},         {"worker", error.worker}, {"batch", int64_t(error.batch)},
                    {"itemId", error.itemId},     {"kind", error.kind},     {"message", error.message},
                    {"count", count(error.count)}};
    if (!error.origin.empty())
        members.emplace_back("origin", error.origin);
    return members;
}

} // namespace

std::string_view runStateName(RunState state)
{
    switch (state) {
    case RunState::Ready: return "ready";
    case RunState::Running: return "running";
    case RunState::Paused: return "paused";
    case RunState::Stopping: return "stopping";
    case RunState::Finished: return "finished";
    case RunState::Failed: return "failed";
    case RunState::Stopped: return "stopped";
    }
    return {};
}

Value reportOf(const RunRecord &record)
{
    List errors;
    for (const LogRecord &error : record.errors)
        errors.push_back(errorOf(error));
    Members report{{"status", runStateName(record.outcome.state)},
                   {"exitStatus", record.exitStatus},
                   {"seconds", record.sample.seconds},
                   {"items", itemsOf(record.sample)},
                   {"steps", stepsOf(record.sample)},
                   {"limitedBy", limitOf(record.limit)},
                   {"peakMemoryBytes", count(record.sample.peakMemoryBytes)},
                   {"errors", std::move(errors)}};
    if (record.outcome.state == RunState::Failed)
        report.emplace_back("failure", Members{{"step", record.outcome.step},
                                               {"kind", record.outcome.error.kind},
                                               {"message", record.outcome.error.message}});
    if (!record.outcome.keptFiles.empty())
        report.emplace_back("keptFiles", List(record.outcome.keptFiles.begin(), record.outcome.keptFiles.end()));
    return report;
}

Value metricsOf(const RunSample &sample)
{
    return Members{{"seconds", sample.seconds},
                   {"status", runStateName(sample.state)},
                   {"items", itemsOf(sample)},
                   {"steps", stepsOf(sample)}};
}

} // namespace millrace
