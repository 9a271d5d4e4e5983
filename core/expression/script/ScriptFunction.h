// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/BatchCodec.h"
#include "data/Result.h"
#include "expression/script/ScriptLimits.h"
#include "metrics/LogRecord.h"

#include <deque>
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

    static constexpr size_t MostAnnounced = 8;
    /// Sends batches that transform() will be called with next, in this order, so that the engine doesn't wait while an answer is on
    /// its way and the next batch is made ready. Small ones only: what both sides write must fit into the socket, or they'd wait for
    /// each other. Called with another batch, or one that has changed, transform() forgets what was made of all of these.
    void announce(std::span<Batch *const> batches);

private:
    /// A batch that was sent and not yet answered.
    struct Sent
    {
        const Batch *batch = nullptr;
        uint64_t sequence = 0;
        size_t items = 0;
    };

    Failure explained(const Error &error) const;
    void encode(const Batch &batch);
    double secondsFor(size_t items) const;
    Result<std::string_view> ask(const Batch &batch);
    bool wasSent(const Batch &batch) const;
    void forgetSent();

    Options m_options;
    std::unique_ptr<ScriptProcess> m_process;
    std::deque<Sent> m_sent; ///< to m_process, in order
    std::string m_bytes;
    BatchDecoder m_decoder;
    Batch m_answer;
};

} // namespace millrace
