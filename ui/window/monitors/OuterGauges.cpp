// SPDX-License-Identifier: MIT
#include "window/monitors/OuterGauges.h"

namespace millrace {

namespace {

int severityOf(const StepGauge &gauge)
{
    if (gauge.state == StepState::Failed)
        return 6;
    if (!gauge.errors.isEmpty())
        return 5;
    switch (gauge.state) {
    case StepState::Busy: return 4;
    case StepState::WaitingForCore: return 3;
    case StepState::Paused:
    case StepState::Blocked: return 2;
    case StepState::Starved: return 1;
    default: return 0;
    }
}

} // namespace

void addOuterGauges(std::map<std::string, StepGauge> &gauges)
{
    std::map<std::string, StepGauge> outer;
    for (const auto &[id, gauge] : gauges) {
        const size_t end = id.find('/');
        if (end == std::string::npos)
            continue;
        const auto [worst, isFirst] = outer.try_emplace(id.substr(0, end), gauge);
        if (!isFirst && severityOf(gauge) > severityOf(worst->second))
            worst->second = gauge;
    }
    gauges.merge(outer);
}

} // namespace millrace
