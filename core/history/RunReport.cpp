// SPDX-License-Identifier: MIT
#include "history/RunReport.h"

#include "metrics/gauges/StepGauges.h"
#include "metrics/RunEnd.h"
#include "pipeline/file/FileKeys.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <string_view>
#include <sys/resource.h>
#include <utility>

namespace millrace {

namespace {

Value count(uint64_t number)
{
    return int64_t(number);
}

Value itemsOf(const RunSample &sample)
{
    return Members{
        {"read", count(sample.itemsRead)}, {"written", count(sample.itemsWritten)}, {"errors", count(sample.errors)}};
}

Value reported(const GaugeLook &look, std::optional<double> value)
{
    if (!value)
        return {};
    switch (look.unit) {
    case GaugeUnit::Count:
    case GaugeUnit::Bytes: return count(uint64_t(*value));
    case GaugeUnit::Flag: return *value != 0;
    default: return *value;
    }
}

/// Puts it under its key; of `queue.peak` into the object `queue`, which the first of its members makes. Flags are told
/// only where they are true.
void report(Members &members, const StepGaugeType &gauge, const StepSample &step)
{
    const std::string_view key = gauge.look.key;
    const std::optional<double> value = gauge.of(step, 0);
    if (gauge.look.unit == GaugeUnit::Flag && value.value_or(0) == 0)
        return;
    const size_t dot = key.find('.');
    if (dot == std::string_view::npos) {
        members.emplace_back(key, reported(gauge.look, value));
        return;
    }
    const std::string_view object = key.substr(0, dot);
    if (members.back().first != object)
        members.emplace_back(object, Members());
    Members whole = members.back().second.toObject();
    whole.emplace_back(key.substr(dot + 1), reported(gauge.look, value));
    members.back().second = std::move(whole);
}

Value stepOf(const StepSample &step)
{
    Members members{{"id", step.id}, {"type", step.type}};
    for (const StepGaugeType &gauge : stepGaugeTypes())
        if (gauge.look.isReported())
            report(members, gauge, step);
    return members;
}

Value stepsOf(const RunSample &sample)
{
    List steps;
    for (const StepSample &step : sample.steps)
        steps.push_back(stepOf(step));
    return steps;
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

/// As in the pipeline's file, of the steps that took part.
Value linksOf(const RunRecord &record)
{
    const auto tookPart = [&](const std::string &id) {
        return std::ranges::find(record.sample.steps, id, &StepSample::id) != record.sample.steps.end();
    };
    List links;
    for (const Link &link : record.links)
        if (tookPart(link.fromStep) && tookPart(link.toStep))
            links.emplace_back(Members{{"from", link.fromStep + portAfterStep(link.fromPort, "out")},
                                       {"to", link.toStep + portAfterStep(link.toPort, "in")}});
    return links;
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

RunRecord recordOf(Run &run, RunSample sample, int cores)
{
    RunRecord record;
    record.outcome = run.outcome();
    record.sample = std::move(sample);
    if (record.sample.peakMemoryBytes == 0) {
        rusage usage{};
        if (getrusage(RUSAGE_SELF, &usage) == 0)
            record.sample.peakMemoryBytes = uint64_t(usage.ru_maxrss) * 1024;
    }
    record.errors = run.log().errorGroups();
    record.limit = findLimit(record.sample, cores);
    record.exitStatus = exitStatusOf(runEnd(record.outcome.state, record.sample.errors));
    record.cores = cores;
    return record;
}

std::string utcNow()
{
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    char text[32] = "";
    if (gmtime_r(&now, &parts))
        std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

Value reportOf(const RunRecord &record)
{
    List errors;
    for (const LogRecord &error : record.errors)
        errors.push_back(errorOf(error));
    Members report{{"status", runStateName(record.outcome.state)},
                   {"exitStatus", record.exitStatus},
                   {"start", record.start},
                   {"seconds", record.sample.seconds},
                   {"items", itemsOf(record.sample)},
                   {"steps", stepsOf(record.sample)},
                   {"limitedBy", limitOf(record.limit)},
                   {"peakMemoryBytes", count(record.sample.peakMemoryBytes)},
                   {"errors", std::move(errors)}};
    report.emplace_back("cores", record.cores);
    if (!record.links.empty())
        report.emplace_back("links", linksOf(record));
    if (record.outcome.state == RunState::Failed)
        report.emplace_back("failure", Members{{"step", record.outcome.step},
                                               {"kind", record.outcome.error.kind},
                                               {"message", record.outcome.error.message}});
    if (record.resumedFrom > 0)
        report.emplace_back("resumedFrom", count(record.resumedFrom));
    if (!record.cluster.isNull())
        report.emplace_back("cluster", record.cluster);
    if (!record.tuning.isNull())
        report.emplace_back("tuning", record.tuning);
    if (!record.failedItems.empty())
        report.emplace_back("failedItems", record.failedItems);
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
