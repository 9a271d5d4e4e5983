// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <string>
#include <string_view>

namespace millrace {

// What an object says under a name; null, empty or 0 where it says nothing of that type.
inline const Value *memberOf(const Value &object, std::string_view name)
{
    if (!object.isObject())
        return nullptr;
    for (const auto &[key, value] : object.toObject())
        if (key == name)
            return &value;
    return nullptr;
}
inline std::string textOf(const Value &object, std::string_view name)
{
    const Value *member = memberOf(object, name);
    return member && member->isText() ? std::string(member->toText()) : std::string();
}
inline double realOf(const Value &object, std::string_view name)
{
    const Value *member = memberOf(object, name);
    return member && member->isNumber() ? member->toReal() : 0;
}
inline int64_t wholeOf(const Value &object, std::string_view name)
{
    const Value *member = memberOf(object, name);
    return member && member->isInteger() ? member->toInteger() : 0;
}

} // namespace millrace
