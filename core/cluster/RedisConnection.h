// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/ClusterAddress.h"
#include "cluster/RedisReply.h"
#include "data/Result.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

struct redisContext;

namespace millrace {

/// A connection to a Redis server. A call that fails with the kind "network" has lost it: the answer to what was sent last isn't
/// known, and another one has to be made. "cluster" is what the server itself refuses, as a sentence. One thread at a time.
class RedisConnection
{
public:
    using Words = std::vector<std::string_view>;

    /// Connects and logs in. `seconds`: the longest wait for the connection, and then for the answer of each call.
    static Result<RedisConnection> connect(const ClusterAddress &address, double seconds);

    /// Whether the server has all that runs need; a sentence where it is too old.
    Result<> checkServer();
    /// Sends one command and awaits its answer. Not while answers to append() are still awaited.
    Result<RedisReply> call(const Words &words);

    // Several commands whose answers are awaited later, in their order.
    void append(const Words &words);
    /// Sends what was appended.
    Result<> flush();
    /// Waits for the next answer. What the server refuses is an answer, too: see refusal().
    Result<RedisReply> await();
    /// Becomes readable when an answer comes.
    int descriptor() const;
    /// Once it is readable: takes in what has come.
    Result<> readSome();
    /// The next answer of those that are here wholly; nothing: none.
    Result<std::optional<RedisReply>> next();

    /// What an answer that is an error means, as a sentence.
    Failure refusal(RedisValue error) const;
    const ClusterAddress &address() const { return m_address; }

private:
    struct Close
    {
        void operator()(redisContext *context) const;
    };
    RedisConnection(ClusterAddress address, redisContext *context) : m_address(std::move(address)), m_context(context)
    {}
    Result<> logIn();
    Failure lost() const;

    ClusterAddress m_address;
    std::unique_ptr<redisContext, Close> m_context;
};

/// Whether a refusal may pass by itself: the server starts, or is full.
bool mayPass(RedisValue error);

} // namespace millrace
