// SPDX-License-Identifier: MIT
#include "sharing/RunLook.h"

#include "cluster/ClusterKeys.h"
#include "cluster/ClusterSettings.h"

#include <utility>

namespace millrace {

namespace {

constexpr int MostSilences = 4;

/// The run that is meant: the one that was named, or the only one there is.
Result<std::string> runToWatch(RedisConnection &redis)
{
    if (!redis.address().run.empty())
        return redis.address().run;
    const auto told = redis.call({"SMEMBERS", ClusterRunsKey});
    if (!told)
        return told.forward();
    std::string names;
    for (size_t i = 0; i < told->value().size(); ++i)
        names += (i > 0 ? ", " : "") + std::string(told->value().at(i).text());
    if (told->value().size() == 1)
        return names;
    return failure(ErrorKind::Call, names.empty() ? "No run is under way at " + redis.address().server() + '.'
                                                  : "Several runs are under way: " + names
                                                        + "; name one behind the cluster, as CLUSTER/RUN.");
}

} // namespace

Result<RunLook> RunLook::at(const std::string &cluster, double patience)
{
    const auto address = clusterCalled(cluster);
    if (!address)
        return address.forward();
    auto redis = RedisConnection::connect(*address, patience);
    if (!redis)
        return redis.forward();
    auto run = runToWatch(*redis);
    if (!run)
        return run.forward();
    return RunLook(*std::move(redis), *std::move(run));
}

Result<std::optional<std::string>> RunLook::told()
{
    const auto told = m_redis.call({"GET", ClusterKeys(m_run).gauges});
    if (!told)
        return told.forward();
    std::string text(told->value().text());
    m_silences = text.empty() ? m_silences + 1 : 0;
    return m_silences > MostSilences ? std::nullopt : std::optional(std::move(text));
}

} // namespace millrace
