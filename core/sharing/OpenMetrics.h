// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "metrics/RunSample.h"

#include <string>
#include <string_view>

namespace millrace {

/// What the answer says it is, as a scraper reads it.
inline constexpr std::string_view OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The gauges of a run as text of OpenMetrics 1.0. `run`: what it is called. `cluster`: the member `cluster` of its report; null: it has
/// none. Names are those that GaugeLook::metric says, and those of the run as a whole.
std::string openMetricsOf(const RunSample &sample, const Value &cluster, std::string_view run);

} // namespace millrace
