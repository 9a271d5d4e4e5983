// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace millrace {

/// A process of workers on some machine, as it tells of itself.
struct ClusterWorkerInfo
{
    std::string process; ///< "host:4711"
    std::string host;
    int workers = 0;     ///< batches that it works on at once
    std::string refused; ///< why it doesn't work for this run, a sentence; empty: it does

    bool operator==(const ClusterWorkerInfo &) const = default;
};

/// How a run on a cluster stands, as its coordinator knows it.
struct ClusterStatus
{
    bool isConnected = false;
    double waitedSeconds = 0; ///< without a server, now
    std::vector<ClusterWorkerInfo> processes;
    uint64_t lostProcesses = 0;   ///< that were heard of no more, so far
    uint64_t triedAgain = 0;      ///< batches that were taken over from workers that were lost
    uint64_t refusedAnswers = 0;  ///< by workers that came too late
    uint64_t repeatedAnswers = 0; ///< dropped, for they had come before
    uint64_t sentAgain = 0;       ///< batches, after the server had lost them
    uint64_t reconnections = 0;
    std::map<std::string, uint64_t> queues; ///< batches in the queue of each step, those at work included
    uint64_t results = 0;                   ///< that wait to be taken

    /// Workers in all.
    int workers() const
    {
        int count = 0;
        for (const ClusterWorkerInfo &process : processes)
            count += process.refused.empty() ? process.workers : 0;
        return count;
    }
};

} // namespace millrace
