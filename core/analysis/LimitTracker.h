// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"

#include <deque>

namespace millrace {

/// What limits a run while it runs, said calmly: nothing before it can be known, something else only once that has clearly led for
/// two seconds. Reads no clock but the samples' own, so the same samples always give the same. Plain value.
class LimitTracker
{
public:
    static constexpr double Stretch = 4.0;    ///< seconds of the run that are looked at
    static constexpr double Lead = 2.0;       ///< seconds that something else must have led for
    static constexpr double FirstLead = 1.0;  ///< the same for the first
    static constexpr double LookEvery = 0.45; ///< seconds: of samples that come more often, some are left out

    explicit LimitTracker(int cores = 1, StepNaming nameOf = {});

    void clear();
    /// Of the same run as before, and later. What is said doesn't change while it is paused or stopping.
    void add(const RunSample &sample);
    /// Always clear, or nothing.
    const std::optional<Limit> &limit() const { return m_limit; }
    /// Of a run that is over, by all that was measured with the settings that it had in the end. Clear, or nothing.
    std::optional<Limit> verdict(const RunSample &last) const;

private:
    void judge(std::optional<Limit> found, double now);
    bool isNews(const Limit &found, double now) const;

    int m_cores;
    StepNaming m_nameOf;
    std::deque<RunSample> m_samples;      ///< all with the same settings
    std::optional<RunSample> m_changed;   ///< the first with these settings, where there were others before
    std::optional<Limit> m_limit;         ///< that is said
    double m_saidAt = 0;                  ///< with these figures
    std::vector<std::string> m_candidate; ///< what leads now, see placesOf()
    double m_leadsSince = 0;
};

} // namespace millrace
