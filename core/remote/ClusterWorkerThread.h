// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/RedisConnection.h"
#include "remote/ClusterWorker.h"
#include "remote/ServedStep.h"

#include <map>
#include <memory>
#include <string>

namespace millrace {

/// One of the workers of a ClusterWorker: takes a few batches at a time, works on them, and hands over the answers. On a thread of its own.
class ClusterWorkerThread
{
public:
    ClusterWorkerThread(ClusterWorker &process, int number);

    /// Until the process is over.
    void work();

private:
    Result<> turn();
    void preparePlan();
    Result<RedisReply> claim(const std::string &queue);
    Result<RedisReply> read();
    Result<> workOn(const std::string &step, RedisValue entries, bool isClaimed);
    Result<> workOnOne(const std::string &step, RedisValue entry, bool isGivenUp);
    Result<> awaitHandovers();
    Result<int64_t> deliveries(const std::string &queue, std::string_view entry);
    Result<> open(const std::string &step);
    void sendLog(const std::string &step, ServedStep &served);
    void take(const std::string &queue, RedisValue entries);
    void letGo(const std::string &entry);

    ClusterWorker &m_process;
    const int m_number;
    const std::string m_name; ///< "host:4711/1"
    std::optional<RedisConnection> m_redis;
    ClusterWorker::Plan m_plan;
    std::map<std::string, std::string> m_queues; ///< by step
    std::map<std::string, std::unique_ptr<ServedStep>> m_steps;
    std::map<std::string, Error> m_openErrors; ///< of steps that couldn't be opened
    uint64_t m_nextClaim = 0;                  ///< steady nanoseconds
    uint64_t m_nanoseconds = 0;                ///< that a batch took lately
    size_t m_handovers = 0;                    ///< whose replies are awaited
    size_t m_logs = 0;                         ///< likewise, before the handover that follows
    std::string m_answer;
};

} // namespace millrace
