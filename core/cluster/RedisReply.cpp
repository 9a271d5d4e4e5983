// SPDX-License-Identifier: MIT
#include "cluster/RedisReply.h"

#include <hiredis/hiredis.h>

#include <charconv>

namespace millrace {

bool RedisValue::isNil() const
{
    return !m_value || m_value->type == REDIS_REPLY_NIL;
}

bool RedisValue::isError() const
{
    return m_value && m_value->type == REDIS_REPLY_ERROR;
}

bool RedisValue::isList() const
{
    return m_value && m_value->type == REDIS_REPLY_ARRAY;
}

std::string_view RedisValue::text() const
{
    const bool hasText = m_value
                         && (m_value->type == REDIS_REPLY_STRING || m_value->type == REDIS_REPLY_STATUS
                             || m_value->type == REDIS_REPLY_ERROR);
    return hasText ? std::string_view(m_value->str, m_value->len) : std::string_view();
}

int64_t RedisValue::number() const
{
    if (m_value && m_value->type == REDIS_REPLY_INTEGER)
        return m_value->integer;
    const std::string_view digits = text();
    int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

size_t RedisValue::size() const
{
    return isList() ? m_value->elements : 0;
}

RedisValue RedisValue::at(size_t index) const
{
    return index < size() ? RedisValue(m_value->element[index]) : RedisValue();
}

RedisValue RedisValue::member(std::string_view name) const
{
    for (size_t i = 0; i + 1 < size(); i += 2)
        if (at(i).text() == name)
            return at(i + 1);
    return {};
}

void RedisReply::Free::operator()(redisReply *reply) const
{
    freeReplyObject(reply);
}

} // namespace millrace
