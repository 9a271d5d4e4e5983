// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/gauges/Gauge.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace millrace {

/// What workers count only in order that somebody sees it: a declaration each. Its counter, the sum over workers and both
/// halves of a source or sink, its member of the report and its column follow from it. It is counted by
/// `worker.counters.counted[countedGauge("retries")].add(1)`.
inline constexpr GaugeLook CountedGauges[] = {
    {.key = "retries",
     .metric = "step_retries_total",
     .column = "retries",
     .help = "How often failed items were tried again.",
     .isRare = true},
    {.key = "rescued",
     .metric = "step_rescued_items_total",
     .column = "rescued",
     .help = "Failed items that did not fail any more when they were tried again.",
     .isRare = true},
};

/// Of each counted gauge its number, in the order above.
using GaugeCounts = std::array<uint64_t, std::size(CountedGauges)>;

/// The place of a counted gauge in its counters. A key that isn't declared is refused by the compiler.
consteval size_t countedGauge(std::string_view key)
{
    size_t place = 0;
    while (CountedGauges[place].key != key)
        ++place;
    return place;
}

} // namespace millrace
