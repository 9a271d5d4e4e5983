// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/ClusterAddress.h"
#include "cluster/ClusterFrame.h"
#include "data/Result.h"
#include "data/Value.h"
#include "process/Event.h"
#include "steps/StepType.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace millrace {

struct ClusterWorkerOptions
{
    ClusterAddress address;         ///< without a run: whichever is under way at the server
    std::vector<std::string> steps; ///< ids; empty: all that the run gives away
    int workers = 1;                ///< batches that it works on at once, each in a thread of its own
    std::string folder;             ///< that relative paths are relative to; empty: as in the run
    std::string build;              ///< clusterBuild() of this program
    /// Whether these steps (workerInit()) may be worked as here; an error is a sentence. Any thread. Empty: all may.
    std::function<Result<>(const std::vector<Value> &told)> permits;
    /// What there is to say to whoever has started it, a sentence. Any thread.
    std::function<void(const std::string &sentence)> say;
};

/// A process that works for runs elsewhere: takes batches out of their queues in Redis, and puts what becomes of them among their results.
/// A server that goes away is waited for. What it has in hand when it is killed is taken over by others.
class ClusterWorker
{
public:
    /// The registry is borrowed.
    ClusterWorker(const StepRegistry &registry, ClusterWorkerOptions options);

    /// Works until `stopFd` is readable, and then finishes what it has in hand. An error: it can't work for the run that it is for.
    Result<> run(int stopFd);

private:
    friend class ClusterWorkerThread;

    /// What the run that is under way wants.
    struct Plan
    {
        std::string run, epoch;
        double heartbeat = 1;
        int64_t tries = 3;
        std::map<std::string, Value> steps; ///< told by workerInit()
    };
    /// A batch that is being worked on.
    struct InHand
    {
        std::string worker, queue, entry;
        bool operator==(const InHand &) const = default;
    };

    Result<> beatOnce(class RedisConnection &redis);
    Result<> lookForRun(class RedisConnection &redis);
    Result<> readPlan(class RedisConnection &redis, const std::string &run);
    Result<> checkFiles(const Plan &plan) const;
    void refuse(const Error &error);
    Plan plan() const;
    std::string describe() const;
    bool isOver() const { return m_isOver.load(std::memory_order_relaxed); }

    const StepRegistry &m_registry;
    const ClusterWorkerOptions m_options;
    const ClusterFrame m_frame;
    const std::string m_host, m_process; ///< "host", "host:4711"
    std::atomic<bool> m_isOver{false};
    Event m_over;

    mutable std::mutex m_mutex; ///< guards what follows
    Plan m_plan;                ///< without an epoch: no run is under way
    std::vector<InHand> m_inHand;
    std::string m_refused;
};

} // namespace millrace
