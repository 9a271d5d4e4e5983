// SPDX-License-Identifier: MIT
#include "millrace/commands/StepTable.h"

#include "metrics/gauges/StepGauges.h"
#include "millrace/Console.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace millrace {

namespace {

std::string cellOf(const StepGaugeType &gauge, const StepSample &step, double seconds)
{
    const std::optional<double> value = gauge.isOf(step) ? gauge.of(step, seconds) : std::nullopt;
    if (!value || (*value == 0 && gauge.look.hasDashAtZero))
        return "-";
    if (gauge.text)
        return gauge.text(step);
    switch (gauge.look.unit) {
    case GaugeUnit::Share: return formatPercent(*value);
    case GaugeUnit::Milliseconds: return formatDuration(*value / 1e3);
    case GaugeUnit::Seconds: return formatDuration(*value);
    default: return formatCount(*value);
    }
}

} // namespace

std::string stepTable(const RunSample &sample, int width)
{
    const double seconds = sample.activeSeconds > 0 ? sample.activeSeconds : sample.seconds;
    std::vector<std::vector<std::string>> rows{{"step"}};
    for (const StepSample &step : sample.steps)
        rows.push_back({printable(step.id)});
    for (const StepGaugeType &gauge : stepGaugeTypes()) {
        if (!gauge.hasColumn(sample))
            continue;
        rows.front().emplace_back(gauge.look.column);
        for (size_t i = 0; i < sample.steps.size(); ++i)
            rows[i + 1].push_back(cellOf(gauge, sample.steps[i], seconds));
    }
    return formatTable(rows, size_t(std::max(width, 40)));
}

} // namespace millrace
