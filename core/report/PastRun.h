// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What a step did in a run that is over.
struct PastStep
{
    std::string step; ///< id
    int workers = 0;
    uint64_t itemsIn = 0, itemsOut = 0, errors = 0;
    double itemsPerSecond = 0;
    double busyShare = 0; ///< of its workers' time, 0 to 1

    bool operator==(const PastStep &) const = default;
};

/// A setting that was another one than in the run before.
struct PastChange
{
    std::string setting; ///< `price.workers`
    std::string before, now;

    bool operator==(const PastChange &) const = default;
};

/// A run on record.
struct PastRun
{
    std::string start; ///< UTC, as 2026-11-30T02:58:00Z
    double seconds = 0;
    std::string status; ///< "finished", "failed", "stopped"
    uint64_t itemsRead = 0, itemsWritten = 0, errors = 0;
    std::string limitKind, limitStep; ///< empty: nothing is known
    std::vector<PastChange> changes;
    std::vector<PastStep> steps; ///< none of runs that older versions kept

    double itemsPerSecond() const { return seconds > 0 ? double(itemsRead) / seconds : 0; }
    bool operator==(const PastRun &) const = default;
};

/// What RunsOnRecord keeps of a run, of a report: as little as comparisons need. Of the first `most` steps.
Value stepsToKeep(const Value &report, size_t most);
/// Of RunsOnRecord::runsOf(), in its order. What is missing, or isn't as it should be, is left at its default.
std::vector<PastRun> pastRunsOf(const List &runs);

/// A step in two runs; where it wasn't part of one, that one is missing.
struct StepComparison
{
    std::string step;
    std::optional<PastStep> before, now;

    /// By how much it is faster, of what it was: 0.25 for a quarter; nothing where it can't be known.
    std::optional<double> gain() const;
};

/// In the order of the later run, then those that only the earlier one had.
std::vector<StepComparison> compareRuns(const PastRun &before, const PastRun &now);

} // namespace millrace
