// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "expression/script/host/ScriptGuard.h"
#include "metrics/LogRecord.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// That an engine takes for each byte of what it reads.
constexpr uint64_t BytesToRead = 64;

/// What the process of a script engine works on: an expression or a script, in an engine of its own.
class ScriptWork
{
public:
    using Say = std::function<void(LogLevel, std::string)>;

    virtual ~ScriptWork() = default;
    /// Fails with the place of what is wrong.
    virtual Result<> open(const std::string &source, const ScriptLimits &limits) = 0;
    /// Replaces the items by what it makes of them. Errors count rows as they came in, in ascending order.
    virtual Result<> work(Batch &batch, bool endsAtFailure, std::vector<ItemError> &errors) = 0;
    /// Forgets what it was opened with. Whether it can be opened again, as if it were new.
    virtual bool close() = 0;
};

// The guard must outlive them.
std::unique_ptr<ScriptWork> makeExpressionWork(ScriptGuard &guard);
std::unique_ptr<ScriptWork> makeFunctionWork(ScriptGuard &guard, ScriptWork::Say say);

/// Whether a text can be a script; runs nothing of it. Fails with line and column.
Result<> checkScript(ScriptGuard &guard, const std::string &code, const ScriptLimits &limits);

} // namespace millrace
