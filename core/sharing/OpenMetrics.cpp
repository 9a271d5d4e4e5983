// SPDX-License-Identifier: MIT
#include "sharing/OpenMetrics.h"

#include "data/json/ObjectMembers.h"
#include "metrics/gauges/StepGauges.h"
#include "metrics/gauges/StepStateName.h"
#include "metrics/RunEnd.h"
#include "sharing/MetricsText.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace millrace {

namespace {

constexpr std::string_view TotalSuffix = "_total";
constexpr int FirstBucket = 10, LastBucket = 36, BucketStride = 2; ///< powers of two of nanoseconds: 1 µs to 69 s
constexpr double MetricNanoseconds = 1e9;

constexpr RunState AllRunStates[] = {RunState::Ready,    RunState::Running, RunState::Paused, RunState::Stopping,
                                     RunState::Finished, RunState::Failed,  RunState::Stopped};

/// Of the run as a whole.
void addRun(MetricsText &text, const RunSample &sample)
{
    std::vector<std::string_view> states;
    for (const RunState state : AllRunStates)
        states.push_back(runStateName(state));
    text.family("run_state", "stateset", "How the run stands.");
    text.states({}, states, runStateName(sample.state));
    const auto one = [&text](std::string_view name, std::string_view type, std::string_view help, double value) {
        text.family(name, type, help);
        text.sample(type == "counter" ? TotalSuffix : std::string_view(), {}, value);
    };
    one("run_seconds", "gauge", "Time since the run began, pauses included.", sample.seconds);
    one("run_read_items", "counter", "Items that its sources have read.", double(sample.itemsRead));
    one("run_written_items", "counter", "Items that its sinks have taken.", double(sample.itemsWritten));
    one("run_failed_items", "counter", "Items that failed.", double(sample.errors));
    one("run_cpu_seconds", "counter", "Processor time of the program.", sample.cpuSeconds);
    one("run_memory_bytes", "gauge", "What the run's batches may hold.", double(sample.memoryBytes));
    if (sample.progress)
        one("run_progress", "gauge", "How much of its input is read, from 0 to 1.", *sample.progress);
}

MetricsText::Labels labelsOf(const StepSample &step)
{
    return {{"step", step.id}, {"type", step.type}};
}

/// A gauge of all steps that have it. Sources have no queue.
void addGauge(MetricsText &text, const StepGaugeType &gauge, const RunSample &sample)
{
    const bool isCounter = gauge.look.metric.ends_with(TotalSuffix);
    const bool isOfQueue = gauge.look.key.starts_with("queue.");
    const std::string_view suffix = isCounter ? TotalSuffix : std::string_view();
    text.family(gauge.look.metric.substr(0, gauge.look.metric.size() - suffix.size()), isCounter ? "counter" : "gauge",
                gauge.look.help);
    for (const StepSample &step : sample.steps)
        if (const auto value = gauge.of(step, 0); value && !(isOfQueue && step.isSource))
            text.sample(suffix, labelsOf(step), *value);
}

/// Up to each power of two, since the histogram's classes end there.
void addServiceTimes(MetricsText &text, const RunSample &sample)
{
    text.family("step_service_seconds", "histogram", "Time that a batch took.");
    for (const StepSample &step : sample.steps) {
        uint64_t count = 0;
        size_t next = 0;
        for (int power = FirstBucket; power <= LastBucket; power += BucketStride) {
            for (const auto end = size_t(Histogram::classOf(1ull << power)); next < end; ++next)
                count += step.service[next];
            std::array<char, 40> bound{};
            const auto written =
                std::to_chars(bound.data(), bound.data() + bound.size() - 1, std::ldexp(1, power) / MetricNanoseconds);
            MetricsText::Labels labels = labelsOf(step);
            labels.emplace_back("le", std::string_view(bound.data(), size_t(written.ptr - bound.data())));
            text.sample("_bucket", labels, double(count));
        }
        for (; next < step.service.size(); ++next)
            count += step.service[next];
        MetricsText::Labels labels = labelsOf(step);
        labels.emplace_back("le", "+Inf");
        text.sample("_bucket", labels, double(count));
        text.sample("_count", labelsOf(step), double(count));
        text.sample("_sum", labelsOf(step), double(step.busy) / MetricNanoseconds);
    }
}

void addStates(MetricsText &text, const RunSample &sample)
{
    std::vector<std::string_view> states;
    for (const StepState state : AllStepStates)
        states.push_back(stepStateName(state));
    text.family("step_state", "stateset", "What the step does.");
    for (const StepSample &step : sample.steps)
        text.states(labelsOf(step), states, stepStateName(step.state));
    text.family("step_active_workers", "gauge", "How many workers are at work.");
    for (const StepSample &step : sample.steps)
        text.sample({}, labelsOf(step), step.activeWorkers);
}

struct ClusterMetric
{
    std::string_view key, name, help; ///< the key within the report's member `cluster`
};

constexpr ClusterMetric ClusterMetrics[] = {
    {"lostProcesses", "cluster_lost_processes_total", "Processes of workers that were heard of no more."},
    {"batchesTriedAgain", "cluster_tried_again_batches_total", "Batches that were taken over from lost workers."},
    {"batchesSentAgain", "cluster_sent_again_batches_total", "Batches that the server had lost."},
    {"answersRefused", "cluster_refused_answers_total", "Answers of workers that came too late."},
    {"reconnections", "cluster_reconnections_total", "How often the server was found again."},
    {"results", "cluster_results_batches", "Batches that are done and wait to be taken."},
};

void addCluster(MetricsText &text, const Value &cluster)
{
    const Value *isConnected = memberOf(cluster, "isConnected");
    text.family("cluster_connected", "gauge", "1 while the server is there.");
    text.sample({}, {}, isConnected && *isConnected == Value(true) ? 1 : 0);
    for (const ClusterMetric &metric : ClusterMetrics) {
        const bool isCounter = metric.name.ends_with(TotalSuffix);
        const std::string_view suffix = isCounter ? TotalSuffix : std::string_view();
        text.family(metric.name.substr(0, metric.name.size() - suffix.size()), isCounter ? "counter" : "gauge",
                    metric.help);
        text.sample(suffix, {}, double(wholeOf(cluster, metric.key)));
    }
    text.family("cluster_workers", "gauge", "Batches that a process of workers works on at once.");
    if (const Value *processes = memberOf(cluster, "processes"); processes && processes->isList())
        for (const Value &process : processes->toList())
            if (textOf(process, "refused").empty())
                text.sample({}, {{"process", textOf(process, "process")}, {"host", textOf(process, "host")}},
                            double(wholeOf(process, "workers")));
    text.family("cluster_queue_batches", "gauge",
                "Batches in the queue of a step at the server, those at work included.");
    if (const Value *queues = memberOf(cluster, "queues"); queues && queues->isObject())
        for (const auto &[step, length] : queues->toObject())
            text.sample({}, {{"step", step}}, double(length.isInteger() ? length.toInteger() : 0));
}

} // namespace

std::string openMetricsOf(const RunSample &sample, const Value &cluster, std::string_view run)
{
    MetricsText text(run);
    addRun(text, sample);
    for (const StepGaugeType &gauge : stepGaugeTypes())
        if (!gauge.look.metric.empty())
            addGauge(text, gauge, sample);
    addServiceTimes(text, sample);
    addStates(text, sample);
    if (cluster.isObject())
        addCluster(text, cluster);
    return std::move(text).end();
}

} // namespace millrace
