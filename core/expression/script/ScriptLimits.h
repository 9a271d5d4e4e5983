// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace millrace {

class ChildClock;

/// What a script engine may use, whatever it was asked to compute.
struct ScriptLimits
{
    double seconds = 10;     ///< for an item, and for a script's start; 0: any
    int64_t mebibytes = 256; ///< for the engine, beyond what it has when it is new and beyond its items; 0: any

    friend bool operator==(const ScriptLimits &, const ScriptLimits &) = default;
};

/// How a worker's expressions and scripts are run.
struct ScriptSurroundings
{
    ScriptLimits limits;
    int cancelFd = -1;                 ///< a descriptor that ends whatever is computed once it is readable; -1: none
    std::shared_ptr<ChildClock> clock; ///< of the worker; null: nobody asks
    /// Whether the first item that fails ends the run, so that the others needn't be tried. May be empty.
    std::function<bool()> endsAtFailure;
};

/// A sentence for what was ended. `kind`: "timeout", "memory", or "crash" where the engine itself came to an end. `what`: begins the
/// sentence ("The script").
std::string limitPassed(std::string_view kind, std::string_view what, const ScriptLimits &limits);

} // namespace millrace
