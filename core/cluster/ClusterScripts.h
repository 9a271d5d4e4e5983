// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/RedisConnection.h"

#include <string>
#include <vector>

namespace millrace {

/// What changes the state of a run in Redis. Each is a script, which the server runs as one, so that whatever state a server comes back
/// with after a crash, it is one of an earlier moment, at which each batch was in exactly one place. All carry the epoch of the
/// coordinator that the caller works for, and do nothing for an older one than the server knows.
enum class ClusterScript : uint8_t {
    Init,     ///< a coordinator begins: a new epoch, empty queues
    Declare,  ///< the queue of a step, and what workers make the step of
    Push,     ///< a batch into a queue, if its number is the next and there is room
    Handover, ///< by the worker that a batch belongs to: takes it out of its queue, puts the answer into another
    Join,     ///< answers were taken
    Beat,     ///< a worker process is alive, and still has these batches
    Watch,    ///< the coordinator is alive; tells it what there is
    End       ///< the run is over: takes it away
};

/// What scripts return in place of what was asked for.
namespace ClusterRefusal {
inline constexpr int64_t Full = -1;        ///< Push: no room in the queue
inline constexpr int64_t TooMany = -2;     ///< Push: too many batches are under way
inline constexpr int64_t OtherNumber = -3; ///< Push: the number isn't the next
inline constexpr int64_t OtherEpoch = -4;
inline constexpr int64_t KeyGone = -5; ///< the server has lost, or somebody has deleted, a part of the run
inline constexpr int64_t Owned = -6;   ///< another coordinator is alive
inline constexpr int64_t Late = -7;    ///< Handover: the batch is another worker's meanwhile
} // namespace ClusterRefusal

/// Gives the scripts to the server; once for each connection.
Result<> loadScripts(RedisConnection &connection);

/// The command that runs one.
RedisConnection::Words scriptCall(ClusterScript script,
                                  const RedisConnection::Words &keys,
                                  const RedisConnection::Words &arguments);

} // namespace millrace
