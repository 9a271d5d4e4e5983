// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"
#include "report/RunPage.h"

#include <vector>

namespace millrace {

/// What the steps have done in the course of a run, for a page's charts. Bounded: when it is full, each second point
/// goes, and from then on half as many are kept. Plain value.
class RunCourse
{
public:
    static constexpr size_t MostPoints = 400;
    static constexpr size_t MostSteps = 200; ///< the first ones; of those behind them there is nothing

    /// Samples of one run, one after the other.
    void add(const RunSample &sample);
    /// In the order of the samples' steps.
    std::vector<RunCurve> curves() const;

private:
    struct Point
    {
        double seconds = 0;         ///< pauses left out
        std::vector<uint64_t> done; ///< of each step
    };

    double m_distance = 0.2; ///< seconds
    std::vector<std::string> m_steps;
    std::vector<Point> m_points;
};

} // namespace millrace
