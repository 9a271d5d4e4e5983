// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/BatchCodec.h"
#include "data/Result.h"
#include "expression/script/AnnouncedBatches.h"
#include "expression/script/ScriptLimits.h"
#include "metrics/LogRecord.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace millrace {

class ScriptProcess;

/// A script with `function transform(item, id)`, in a process of its own (ScriptProcess) that keeps what the script keeps between
/// items. Used by one thread at a time, though not always the same one.
class ScriptFunction
{
public:
    struct Options
    {
        std::string code;
        ScriptSurroundings surroundings;
        std::function<void(LogLevel, std::string)> say; ///< for console.log() and its like; may be empty
    };

    explicit ScriptFunction(Options options);
    ~ScriptFunction();
    ScriptFunction(const ScriptFunction &) = delete;
    ScriptFunction &operator=(const ScriptFunction &) = delete;

    /// Whether the text can be a script; runs nothing of it. Fails with line and column.
    static Result<> check(std::string_view code);

    /// Runs the script's own statements once, and finds transform(). Fails with line and column.
    Result<> start();

    /// Replaces each item by what the script makes of it: none, one or several, objects or plain values (MadeItems). Items that
    /// failed are among the batch's errors, with the place in their trace; rows count as they came in. A failure that is returned is of the
    /// batch as a whole: the engine couldn't be interrupted or fell, the next call starts the script anew, and what it kept
    /// between items is lost.
    Result<> transform(Batch &batch);

    /// Batches that transform() will be called with next, in this order (AnnouncedBatches). Called with another one, or one that has
    /// changed, transform() forgets what was made of all of these.
    void announce(std::span<Batch *const> batches);

private:
    Failure explained(const Error &error) const;
    std::string &encode(const Batch &batch);
    double secondsFor(size_t items) const;
    Result<std::string_view> ask(const Batch &batch);

    Options m_options;
    std::unique_ptr<ScriptProcess> m_process;
    AnnouncedBatches m_announced; ///< to m_process
    std::string m_bytes;
    BatchDecoder m_decoder;
    Batch m_answer;
};

} // namespace millrace
