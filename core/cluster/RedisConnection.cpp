// SPDX-License-Identifier: MIT
#include "cluster/RedisConnection.h"

#include "data/text/Quote.h"

#include <hiredis/hiredis.h>
#include <sys/time.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace {

namespace {

timeval intervalOf(double seconds)
{
    timeval interval{};
    interval.tv_sec = time_t(seconds);
    interval.tv_usec = suseconds_t((seconds - std::floor(seconds)) * 1e6);
    return interval;
}

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> beginnings)
{
    return std::ranges::any_of(beginnings, [text](std::string_view start) { return text.starts_with(start); });
}

} // namespace

bool mayPass(RedisValue error)
{
    return isOneOf(error.text(), {"LOADING", "BUSY ", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "MISCONF"});
}

Result<RedisConnection> RedisConnection::connect(const ClusterAddress &address, double seconds)
{
    redisContext *const context = redisConnectWithTimeout(address.host.c_str(), address.port, intervalOf(seconds));
    if (!context)
        return failure(ErrorKind::Memory, "There is not enough memory for a connection to Redis.");
    RedisConnection connection(address, context);
    if (context->err)
        return failure(ErrorKind::Network, "No Redis server answers at " + address.server() + " ("
                                               + readableText(context->errstr)
                                               + "); start one, for example with \"millrace cluster start\", or name "
                                                 "another one.");
    redisSetTimeout(context, intervalOf(seconds));
    redisEnableKeepAlive(context);
    if (auto in = connection.logIn(); !in)
        return in.forward();
    return connection;
}

Result<> RedisConnection::logIn()
{
    if (!m_address.secret.empty()) {
        Words words{"AUTH"};
        if (!m_address.user.empty())
            words.emplace_back(m_address.user);
        words.emplace_back(m_address.secret);
        if (auto in = call(words); !in)
            return in.forward();
    }
    const auto answer = call({"PING"}); // a login that is missing is told only here
    return answer ? Result<>() : answer.forward();
}

Result<> RedisConnection::checkServer()
{
    const auto told = call({"COMMAND", "INFO", "XAUTOCLAIM", "XADD", "EVALSHA"});
    if (!told)
        return told.forward();
    for (size_t i = 0; i < 3; ++i)
        if (told->value().at(i).isNil())
            return failure(ErrorKind::Cluster, "The Redis server at " + m_address.server()
                                                   + " is too old, or has no streams: it doesn't know "
                                                   + (i == 0   ? "XAUTOCLAIM"
                                                      : i == 1 ? "XADD"
                                                               : "EVALSHA")
                                                   + ". Use Redis 6.2 or newer, or Valkey.");
    return {};
}

Result<RedisReply> RedisConnection::call(const Words &words)
{
    append(words);
    auto answer = await();
    if (answer && answer->value().isError())
        return refusal(answer->value());
    return answer;
}

void RedisConnection::append(const Words &words)
{
    std::vector<const char *> texts(words.size());
    std::vector<size_t> sizes(words.size());
    for (size_t i = 0; i < words.size(); ++i) {
        texts[i] = words[i].data();
        sizes[i] = words[i].size();
    }
    redisAppendCommandArgv(m_context.get(), int(words.size()), texts.data(), sizes.data());
}

Result<> RedisConnection::flush()
{
    for (int done = 0; !done;)
        if (redisBufferWrite(m_context.get(), &done) != REDIS_OK)
            return lost();
    return {};
}

Result<RedisReply> RedisConnection::await()
{
    void *reply = nullptr;
    if (redisGetReply(m_context.get(), &reply) != REDIS_OK)
        return lost();
    return RedisReply(static_cast<redisReply *>(reply));
}

int RedisConnection::descriptor() const
{
    return m_context->fd;
}

Result<> RedisConnection::readSome()
{
    return redisBufferRead(m_context.get()) == REDIS_OK ? Result<>() : Result<>(lost());
}

Result<std::optional<RedisReply>> RedisConnection::next()
{
    void *reply = nullptr;
    if (redisGetReplyFromReader(m_context.get(), &reply) != REDIS_OK)
        return lost();
    return reply ? std::optional(RedisReply(static_cast<redisReply *>(reply))) : std::optional<RedisReply>();
}

Failure RedisConnection::lost() const
{
    return failure(ErrorKind::Network, "The connection to the Redis server at " + m_address.server() + " broke ("
                                           + readableText(m_context->errstr) + ").");
}

Failure RedisConnection::refusal(RedisValue error) const
{
    const std::string_view text = error.text();
    const std::string server = "The Redis server at " + m_address.server();
    const std::string words = " (" + readableText(text.substr(0, 200)) + ')';
    const std::string login =
        m_address.user.empty() ? std::string("the login") : "the login of " + inQuotes(m_address.user);
    if (isOneOf(text, {"WRONGPASS", "NOAUTH", "ERR AUTH", "ERR invalid password"}))
        return failure(ErrorKind::Cluster, server + " refuses " + login + words
                                               + "; give user and secret as redis://USER:SECRET@HOST/RUN, or in "
                                                 "clusters.json.");
    if (mayPass(error) && !text.starts_with("OOM"))
        return failure(ErrorKind::Network, server + " can't answer now" + words + '.');
    if (text.starts_with("NOPERM"))
        return failure(ErrorKind::Cluster, server + " doesn't let this user do what a run needs" + words
                                               + "; allow the user the keys of the run, and the commands that "
                                                 "\"Security\" in CLUSTER.md lists.");
    if (text.starts_with("OOM"))
        return failure(ErrorKind::Network,
                       server + " is full" + words + "; give it more memory (maxmemory), or use smaller batches.");
    if (isOneOf(text, {"ERR unknown command", "ERR Unknown Redis command"}))
        return failure(ErrorKind::Cluster,
                       server + " is too old, or lacks a command" + words + ". Use Redis 6.2 or newer, or Valkey.");
    return failure(ErrorKind::Cluster, server + " refuses a command" + words + '.');
}

void RedisConnection::Close::operator()(redisContext *context) const
{
    redisFree(context);
}

} // namespace millrace
