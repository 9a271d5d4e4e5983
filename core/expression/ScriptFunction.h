// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "metrics/LogRecord.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Where a script stands in its text, from 1; a column of 0 is not known.
struct ScriptPlace
{
    int line = 0;
    int column = 0;
};

/// A script with `function transform(item, id)`, in an engine of its own that keeps what the script keeps between items. What
/// takes longer than the time limit is interrupted by a thread that watches it. Used by one thread at a time, though not
/// always the same one. Needs a QCoreApplication.
class ScriptFunction
{
public:
    struct Options
    {
        std::string code;
        double timeLimit = 0; ///< seconds for an item, and for the script's start; 0: none
        int interrupt = -1;   ///< a descriptor that ends whatever the script does once it is readable; -1: none
        std::function<void(LogLevel, std::string)> say; ///< for console.log() and its like; may be empty
    };

    explicit ScriptFunction(Options options);
    ~ScriptFunction();
    ScriptFunction(ScriptFunction &&) noexcept;
    ScriptFunction &operator=(ScriptFunction &&) noexcept;

    /// Whether the text can be a script; runs nothing of it. Fails with line and column.
    static Result<> check(std::string_view code);

    /// Runs the script's own statements once, and finds transform(). Fails with line and column.
    Result<> start();

    /// What the script makes of one item: none, one or several, objects or plain values, appended to `made`. False: the item
    /// failed, as `error` says, with the place in its trace. A failure that is returned is none of the item's.
    Result<bool> transform(const Batch &batch, size_t row, std::vector<Value> &made, ItemError &error);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace millrace
