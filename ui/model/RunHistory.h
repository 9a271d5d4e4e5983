// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"

#include <map>
#include <string>
#include <vector>

namespace millrace {

/// The course of a run for the charts: a few numbers a step and sample. Bounded: when it is full, each two neighbours become
/// one, so a run of any length fits, with coarser steps of time. Plain value.
class RunHistory
{
public:
    static constexpr size_t MostPoints = 2400;

    struct Series
    {
        std::vector<float> itemsPerSecond; ///< out, or in for a sink
        std::vector<float> queueShare;     ///< of the bound, 0 to 1
    };

    void clear();
    void add(const RunSample &sample);
    size_t size() const { return m_seconds.size(); }
    const std::vector<double> &seconds() const { return m_seconds; }
    /// In the order of the pipeline; all as long as seconds().
    const std::vector<std::pair<std::string, Series>> &steps() const { return m_steps; }
    float mostItemsPerSecond() const;

private:
    void halve();

    std::vector<double> m_seconds;
    std::vector<std::pair<std::string, Series>> m_steps;
    std::vector<uint64_t> m_done; ///< counters at the last point
    double m_lastActive = 0;
    double m_distance = 0.2; ///< seconds between points
};

} // namespace millrace
