// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace millrace {

/// The names under which a run's things are in Redis. All begin with the run's name in braces, so that a Redis Cluster keeps them
/// in one place, and an ACL can give a user the keys of one run.
struct ClusterKeys
{
    explicit ClusterKeys(const std::string &run) : prefix('{' + run + "}:") {}

    std::string prefix;
    std::string epoch = prefix + "epoch";     ///< a number, larger with each coordinator
    std::string owner = prefix + "owner";     ///< the coordinator's name, gone when that has been silent for a while
    std::string pushed = prefix + "pushed";   ///< batches that the coordinator has sent
    std::string joined = prefix + "joined";   ///< results that it has taken
    std::string plan = prefix + "plan";       ///< by step: what a worker makes it of
    std::string workers = prefix + "workers"; ///< by process: when it was heard of last, and what it says of itself
    std::string counts = prefix + "counts";   ///< what workers count: batches tried again, answers refused
    std::string results = prefix + "results"; ///< stream
    std::string dead = prefix + "dead";       ///< stream: batches at which workers were lost again and again
    std::string log = prefix + "log";         ///< stream: what workers have to say, the newest
    std::string gauges = prefix + "gauges";   ///< what the coordinator shows of its run, for those who look on
    std::string queue(const std::string &step) const { return prefix + "q:" + step; } ///< stream
};

/// The names of the runs that are under way on a server.
inline constexpr const char *ClusterRunsKey = "millrace:runs";
/// The name of the group of readers of each stream.
inline constexpr const char *ClusterGroup = "g";

} // namespace millrace
