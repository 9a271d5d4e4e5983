// SPDX-License-Identifier: MIT
#include "metrics/gauges/StepGauges.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace millrace {

namespace {

using Reading = std::optional<double>;

template <auto Member>
Reading plain(const StepSample &step, double)
{
    return double(step.*Member);
}

template <auto Member>
Reading secondsOf(const StepSample &step, double)
{
    return double(step.*Member) / 1e9;
}

template <auto Member>
Reading ofQueue(const StepSample &step, double)
{
    return double(step.queue.*Member);
}

/// Milliseconds that a batch took, of the quantile of so many hundredths.
template <int Hundredths>
Reading service(const StepSample &step, double)
{
    return Histogram::quantile(step.service, Hundredths / 100.0) / 1e6;
}

/// The same from the source to the end of the step; nothing where no batch was followed.
template <int Hundredths>
Reading latency(const StepSample &step, double)
{
    const bool isKnown = std::ranges::any_of(step.latency, [](uint64_t count) { return count > 0; });
    return isKnown ? Reading(Histogram::quantile(step.latency, Hundredths / 100.0) / 1e6) : std::nullopt;
}

Reading childCpu(const StepSample &step, double)
{
    return step.lacksChildCpu ? Reading() : double(step.childCpu) / 1e9;
}

Reading takenPerSecond(const StepSample &step, double seconds)
{
    return seconds > 0 ? Reading(double(step.isSource ? step.itemsOut : step.itemsIn) / seconds) : std::nullopt;
}

Reading donePerSecond(const StepSample &step, double seconds)
{
    return seconds > 0 ? Reading(double(step.itemsDone()) / seconds) : std::nullopt;
}

Reading done(const StepSample &step, double)
{
    return double(step.itemsDone());
}

Reading busyShare(const StepSample &step, double seconds)
{
    const double busy = double(step.busy) / 1e9 / std::max(1, step.workers);
    return seconds > 0 ? Reading(std::min(1.0, busy / seconds)) : std::nullopt;
}

/// "3.2 5/10": mean, peak and bound.
std::string queueText(const StepSample &step)
{
    char mean[32];
    std::snprintf(mean, sizeof mean, step.queue.mean < 99.95 ? "%.1f " : "%.0f ", step.queue.mean);
    return mean + std::to_string(step.queue.peak) + '/'
           + (step.queue.capacity == 0 ? "∞" : std::to_string(step.queue.capacity));
}

using enum GaugeUnit;
using S = StepSample;
using Q = QueueSample;

const StepGaugeType BeforeCounted[] = {
    {{.key = "workers",
      .metric = "step_workers",
      .column = "workers",
      .help = "How many workers may be at work at once."},
     plain<&S::workers>},
    {{.key = "batchesIn", .metric = "step_in_batches_total", .help = "Batches that came."}, plain<&S::batchesIn>},
    {{.key = "batchesOut", .metric = "step_out_batches_total", .help = "Batches that were passed on."},
     plain<&S::batchesOut>},
    {{.key = "itemsIn",
      .metric = "step_in_items_total",
      .column = "in",
      .help = "Items that came.",
      .steps = GaugeSteps::NotSources},
     plain<&S::itemsIn>},
    {{.key = "itemsOut",
      .metric = "step_out_items_total",
      .column = "out",
      .help = "Items that were passed on.",
      .steps = GaugeSteps::NotSinks},
     plain<&S::itemsOut>},
    {{.key = "errors",
      .metric = "step_failed_items_total",
      .column = "errors",
      .tile = "errors",
      .help = "Items that failed.",
      .tilePlace = 6,
      .isBad = true},
     plain<&S::errors>},
};

const StepGaugeType AfterCounted[] = {
    {{.key = "busySeconds",
      .metric = "step_busy_seconds_total",
      .help = "Time that workers were at work, over all of them.",
      .unit = Seconds},
     secondsOf<&S::busy>},
    {{.key = "cpuSeconds", .metric = "step_cpu_seconds_total", .help = "Time that workers computed.", .unit = Seconds},
     secondsOf<&S::cpu>},
    {{.key = "childCpuSeconds",
      .metric = "step_child_cpu_seconds_total",
      .help = "Time that its child processes computed.",
      .unit = Seconds},
     childCpu},
    {{.key = "blockedSeconds",
      .metric = "step_blocked_seconds_total",
      .help = "Time without room in the next queue.",
      .unit = Seconds},
     secondsOf<&S::blocked>},
    {{.key = "starvedSeconds", .metric = "step_starved_seconds_total", .help = "Time without input.", .unit = Seconds},
     secondsOf<&S::starved>},
    {{.key = "pausedSeconds",
      .metric = "step_paused_seconds_total",
      .help = "Time that the run was paused, or it kept to a rate.",
      .unit = Seconds},
     secondsOf<&S::paused>},
    {{.key = "waitingForCoreSeconds",
      .metric = "step_waiting_for_core_seconds_total",
      .help = "Time in which all cores were taken by others.",
      .unit = Seconds},
     secondsOf<&S::waitingForCore>},
    {{.key = "heldBytes", .metric = "step_held_bytes", .help = "What waits for its turn in memory.", .unit = Bytes},
     plain<&S::heldBytes>},
    {{.key = "spilledBytes",
      .metric = "step_spilled_bytes_total",
      .help = "What went to a temporary file so far.",
      .unit = Bytes},
     plain<&S::spilledBytes>},
    {{.key = "queue.capacity",
      .metric = "queue_capacity_batches",
      .help = "Batches that may wait before it; 0: any number."},
     ofQueue<&Q::capacity>},
    {{.key = "queue.peak", .metric = "queue_peak_batches", .help = "The most batches that waited."}, ofQueue<&Q::peak>},
    {{.key = "queue.mean", .help = "Batches that waited on average.", .unit = Mean}, ofQueue<&Q::mean>},
    {{.key = "queue.depth", .metric = "queue_depth_batches", .help = "Batches that wait."}, ofQueue<&Q::depth>},
    {{.key = "queue.bytes", .metric = "queue_held_bytes", .help = "Bytes that wait.", .unit = Bytes},
     ofQueue<&Q::bytes>},
    {{.key = "queue.peakBytes", .help = "The most bytes that waited.", .unit = Bytes}, ofQueue<&Q::peakBytes>},
    {{.key = "queue.capacityBytes", .metric = "queue_capacity_bytes", .help = "Bytes that may wait.", .unit = Bytes},
     ofQueue<&Q::capacityBytes>},
    {{.key = "queue.wasEnlarged", .help = "The engine widened it, or the run would have stood still.", .unit = Flag},
     ofQueue<&Q::wasEnlarged>},
    {{.column = "items/s", .help = "Items that came in a second; of a source, those that it read.", .unit = PerSecond},
     takenPerSecond},
    {{.tile = "items out",
      .help = "Items that were passed on in a second.",
      .unit = PerSecond,
      .span = GaugeSpan::Moment,
      .tileOfSinks = "items in",
      .tilePlace = 1},
     donePerSecond},
    {{.column = "busy",
      .tile = "busy",
      .help = "How much of their time its workers were at work.",
      .unit = Share,
      .span = GaugeSpan::Recent,
      .tilePlace = 2},
     busyShare},
    {{.column = "queue",
      .help = "Batches that waited before it: on average, the most / the most that may.",
      .unit = Mean,
      .steps = GaugeSteps::NotSources},
     ofQueue<&Q::mean>,
     SIZE_MAX,
     queueText},
    {{.key = "serviceMs.p50",
      .column = "p50",
      .tile = "per batch, median",
      .help = "Half of the batches took no longer.",
      .unit = Milliseconds,
      .span = GaugeSpan::Recent,
      .tilePlace = 3,
      .hasDashAtZero = true},
     service<50>},
    {{.key = "serviceMs.p95",
      .column = "p95",
      .tile = "p95",
      .help = "95 of 100 batches took no longer.",
      .unit = Milliseconds,
      .span = GaugeSpan::Recent,
      .tilePlace = 4,
      .hasDashAtZero = true},
     service<95>},
    {{.key = "serviceMs.p99", .help = "99 of 100 batches took no longer.", .unit = Milliseconds}, service<99>},
    {{.key = "serviceMs.max", .help = "The longest that a batch took.", .unit = Milliseconds}, service<100>},
    {{.key = "latencyMs.p50",
      .help = "Half of the batches were through with it sooner after they were read.",
      .unit = Milliseconds},
     latency<50>},
    {{.key = "latencyMs.p95", .help = "95 of 100 batches were.", .unit = Milliseconds}, latency<95>},
    {{.key = "latencyMs.p99", .help = "99 of 100 batches were.", .unit = Milliseconds}, latency<99>},
    {{.tile = "done", .help = "Items that were passed on; of a sink, those that came.", .tilePlace = 5}, done},
};

std::vector<StepGaugeType> allGauges()
{
    std::vector<StepGaugeType> all(std::begin(BeforeCounted), std::end(BeforeCounted));
    for (size_t i = 0; i < std::size(CountedGauges); ++i)
        all.push_back({CountedGauges[i], nullptr, i});
    all.insert(all.end(), std::begin(AfterCounted), std::end(AfterCounted));
    return all;
}

} // namespace

std::optional<double> StepGaugeType::of(const StepSample &step, double seconds) const
{
    return value ? value(step, seconds) : double(step.counted[counted]);
}

bool StepGaugeType::isOf(const StepSample &step) const
{
    return (look.steps != GaugeSteps::NotSources || !step.isSource)
           && (look.steps != GaugeSteps::NotSinks || !step.isSink);
}

bool StepGaugeType::hasColumn(const RunSample &sample) const
{
    return !look.column.empty() && (!look.isRare || std::ranges::any_of(sample.steps, [this](const StepSample &step) {
        return of(step, 0).value_or(0) > 0;
    }));
}

std::span<const StepGaugeType> stepGaugeTypes()
{
    static const std::vector<StepGaugeType> all = allGauges();
    return all;
}

StepSample countedSince(const StepSample &before, StepSample step)
{
    const auto subtract = [](uint64_t &now, uint64_t then) { now -= std::min(now, then); };
    for (const auto member :
         {&S::batchesIn, &S::batchesOut, &S::itemsIn, &S::itemsOut, &S::errors, &S::busy, &S::cpu, &S::childCpu,
          &S::blocked, &S::starved, &S::waitingForCore, &S::paused, &S::paced, &S::spilledBytes})
        subtract(step.*member, before.*member);
    for (size_t i = 0; i < step.counted.size(); ++i)
        subtract(step.counted[i], before.counted[i]);
    for (size_t i = 0; i < step.service.size(); ++i)
        subtract(step.service[i], before.service[i]);
    for (size_t i = 0; i < step.latency.size(); ++i)
        subtract(step.latency[i], before.latency[i]);
    return step;
}

} // namespace millrace
