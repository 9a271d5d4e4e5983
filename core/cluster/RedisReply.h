// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

struct redisReply;

namespace millrace {

/// A value of an answer by Redis, as a view into a RedisReply. What isn't there, or is of another type, is empty or 0.
class RedisValue
{
public:
    RedisValue() = default;
    explicit RedisValue(const redisReply *value) : m_value(value) {}

    bool isNil() const;
    bool isError() const;
    bool isList() const;
    /// Of texts, states and errors.
    std::string_view text() const;
    /// Of numbers, and of texts that are one.
    int64_t number() const;
    /// Of lists: elements.
    size_t size() const;
    RedisValue at(size_t index) const;
    /// The value behind that name in a list of names and values; nil where there is none.
    RedisValue member(std::string_view name) const;

private:
    const redisReply *m_value = nullptr;
};

/// An answer by Redis, with all that is in it.
class RedisReply
{
public:
    RedisReply() = default;
    /// Takes it over from hiredis.
    explicit RedisReply(redisReply *reply) : m_reply(reply) {}

    RedisValue value() const { return RedisValue(m_reply.get()); }

private:
    struct Free
    {
        void operator()(redisReply *reply) const;
    };
    std::unique_ptr<redisReply, Free> m_reply;
};

} // namespace millrace
