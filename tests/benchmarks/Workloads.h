// SPDX-License-Identifier: MIT
#pragma once

#include "Measurement.h"
#include "Options.h"

namespace millrace::bench {

/// A job and all who do it.
struct Workload
{
    std::string name, title;
    std::vector<Contender> contenders;
    size_t lines = 0; ///< of the CSV file that it needs; 0: none
};

std::vector<Workload> allWorkloads(const Options &options);

// Names of contenders that are no peers.
inline constexpr const char *Millrace = "millrace";
inline constexpr const char *Sampled = "millrace-60hz"; ///< with all gauges read 60 times a second
inline constexpr const char *Tenth = "millrace-tenth";  ///< with a tenth of the items
inline constexpr const char *Limit = "limit";           ///< threads that do nothing but sleep

} // namespace millrace::bench
