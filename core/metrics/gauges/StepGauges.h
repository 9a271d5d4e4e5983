// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/gauges/Gauge.h"
#include "metrics/RunSample.h"

#include <optional>
#include <span>
#include <string>

namespace millrace {

/// A gauge of a step: how it is shown, and how it is read from what the step has counted.
struct StepGaugeType
{
    GaugeLook look;
    /// Over a stretch of that many seconds, of which the sample has the counts; nothing: it isn't known.
    std::optional<double> (*value)(const StepSample &step, double seconds) = nullptr;
    size_t counted = SIZE_MAX;                             ///< a counted gauge's place; it has no function of its own
    std::string (*text)(const StepSample &step) = nullptr; ///< in tables, where it is more than a number; may be null

    std::optional<double> of(const StepSample &step, double seconds) const;
    /// Whether a table says it of that step.
    bool isOf(const StepSample &step) const;
    /// Whether a table of these steps has a column for it.
    bool hasColumn(const RunSample &sample) const;
};

/// All gauges of steps, in the order of reports and columns. Tiles have an order of their own.
std::span<const StepGaugeType> stepGaugeTypes();

/// What the step has counted between two samples of it; nothing is less than 0.
StepSample countedSince(const StepSample &before, StepSample step);

} // namespace millrace
