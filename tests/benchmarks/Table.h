// SPDX-License-Identifier: MIT
#pragma once

#include "Workloads.h"

#include <map>
#include <optional>

namespace millrace::bench {

/// What came of a workload: the readings of each contender, one a round.
class Results
{
public:
    void add(const std::string &contender, const Reading &reading) { m_readings[contender].push_back(reading); }
    /// Keeps the rounds that other processes disturbed least.
    void keepCalmest(int rounds);
    const std::vector<Reading> &of(const std::string &contender) const;
    /// The median, over the rounds in which both were right, of the first's figure by the second's.
    std::optional<double> ratio(const std::string &first, const std::string &second, double Reading::*figure) const;
    std::optional<double> median(const std::string &contender, double Reading::*figure) const;
    bool areAllRight() const;

private:
    std::map<std::string, std::vector<Reading>> m_readings;
};

void printResults(const Workload &workload, const Results &results);
/// Each target that can be told from these results (by the name of the workload), beside what was reached. Whether every one that is
/// a ratio to a peer, which doesn't depend on the machine, is met within a tenth.
bool printTargets(const std::map<std::string, Results> &results, unsigned cores);

} // namespace millrace::bench
