// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/RedisConnection.h"
#include "data/Result.h"

#include <optional>
#include <string>

namespace millrace {

/// Looks at a run that somebody else has begun on a cluster. Nothing of it is changed. On a thread that may wait.
class RunLook
{
public:
    /// `cluster`: as behind `--on`; where only one run is under way there, it needn't be named. `patience`: seconds for an answer. An error is
    /// a sentence.
    static Result<RunLook> at(const std::string &cluster, double patience);

    const std::string &run() const { return m_run; }
    /// "host:6379"
    std::string server() const { return m_redis.address().server(); }
    /// What the run has told last, for readSharedRun(). Empty: it says nothing at the moment, as one that has just begun or is short of breath;
    /// to be asked again in half a second or so. Nothing: no such run is under way, or it is over.
    Result<std::optional<std::string>> told();

private:
    RunLook(RedisConnection redis, std::string run) : m_redis(std::move(redis)), m_run(std::move(run)) {}

    RedisConnection m_redis;
    std::string m_run;
    int m_silences = 0; ///< in a row
};

} // namespace millrace
