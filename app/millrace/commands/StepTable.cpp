// SPDX-License-Identifier: MIT
#include "millrace/commands/StepTable.h"

#include "millrace/Console.h"

#include <algorithm>
#include <cstdio>

namespace millrace {

namespace {

std::string queueText(const StepSample &step)
{
    if (step.isSource)
        return "-";
    char mean[32];
    std::snprintf(mean, sizeof mean, step.queue.mean < 99.95 ? "%.1f " : "%.0f ", step.queue.mean);
    return mean + std::to_string(step.queue.peak) + '/'
           + (step.queue.capacity == 0 ? "∞" : std::to_string(step.queue.capacity));
}

std::string serviceText(const StepSample &step, double share)
{
    const double nanoseconds = Histogram::quantile(step.service, share);
    return nanoseconds > 0 ? formatDuration(nanoseconds / 1e9) : "-";
}

} // namespace

std::string stepTable(const RunSample &sample, int width)
{
    const double seconds = sample.activeSeconds > 0 ? sample.activeSeconds : sample.seconds;
    std::vector<std::vector<std::string>> rows{
        {"step", "workers", "in", "out", "errors", "items/s", "busy", "queue", "p50", "p95"}};
    for (const StepSample &step : sample.steps) {
        const uint64_t items = step.isSource ? step.itemsOut : step.itemsIn;
        const double busy = double(step.busy) / 1e9 / std::max(1, step.workers);
        rows.push_back({printable(step.id), std::to_string(step.workers),
                        step.isSource ? "-" : formatCount(double(step.itemsIn)),
                        step.isSink ? "-" : formatCount(double(step.itemsOut)), formatCount(double(step.errors)),
                        seconds > 0 ? formatCount(double(items) / seconds) : "-",
                        seconds > 0 ? formatPercent(std::min(1.0, busy / seconds)) : "-", queueText(step),
                        serviceText(step, 0.5), serviceText(step, 0.95)});
    }
    return formatTable(rows, size_t(std::max(width, 40)));
}

} // namespace millrace
