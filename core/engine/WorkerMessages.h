// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace millrace {

/// Frames between a run and its worker processes.
enum class WorkerMessage : uint32_t {
    Init = 1, ///< to the worker, once: an object (type, params, state, …)
    Ready,    ///< the answer to it, or
    Failed,   ///< an object with kind and message: opening failed, or a batch as a whole
    Batch,    ///< to the worker
    Done,     ///< the answer to it: verdicts and the batch
    Log,      ///< to the run, before an answer: an object with level and message
    Close     ///< to the worker: no more comes
};

// What an object says under a name; null, empty or 0 where it says nothing of that type.
inline const Value *memberOf(const Value &object, std::string_view name)
{
    if (!object.isObject())
        return nullptr;
    const Members &members = object.toObject();
    const auto found = std::find_if(members.begin(), members.end(), [&](const auto &m) { return m.first == name; });
    return found == members.end() ? nullptr : &found->second;
}
inline std::string textOf(const Value &object, std::string_view name)
{
    const Value *member = memberOf(object, name);
    return member && member->isText() ? std::string(member->toText()) : std::string();
}
inline int64_t wholeOf(const Value &object, std::string_view name)
{
    const Value *member = memberOf(object, name);
    return member && member->isInteger() ? member->toInteger() : 0;
}

} // namespace millrace
