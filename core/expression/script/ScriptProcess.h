// SPDX-License-Identifier: MIT
#pragma once

#include "expression/script/ScriptLimits.h"
#include "metrics/LogRecord.h"
#include "process/Channel.h"
#include "process/Child.h"

#include <memory>
#include <string>
#include <string_view>

namespace millrace {

/// Frames between a program and the processes of its script engines.
enum class ScriptMessage : uint32_t {
    Expression = 1, ///< an object: source, seconds, mebibytes. Answered by Ready or Failed
    Function,       ///< the same of a script with transform()
    Check,          ///< whether a text can be a script
    Items,          ///< whether the first failure ends it (one byte), and a batch. Answered by Done or Failed
    Close,          ///< the engine goes, the process waits for another one. No answer
    Ready,
    Failed, ///< an object: kind, message
    Done,   ///< errors, and a batch
    Log     ///< before an answer: an object with level and message
};

/// A child process that has a script engine and nothing else. Qt's engine can be interrupted neither within its built-in functions nor
/// where it asks for memory, so that only a process of its own can be held to limits whatever the script does, and whatever
/// becomes of it costs the program nothing. It is this same program (see ScriptHost.h). One thread at a time.
class ScriptProcess
{
public:
    using Say = std::function<void(LogLevel, std::string)>;

    /// One that waits since another engine was done with, or a new one. Fails where none can be started.
    static Result<std::unique_ptr<ScriptProcess>> take(const ScriptSurroundings &around);
    /// Lets the next take() have it, where it still works.
    static void giveBack(std::unique_ptr<ScriptProcess> process);

    /// Sends a frame (whose body is given back once it is sent, where it is large) and waits for the answer, which is valid until the
    /// next call. `seconds`: after which the process has stopped working (its own watch ends it long before); 0: any. Errors by
    /// kind: "timeout", "memory" and "crash" where the process ended, without a message; "interrupted"; any other is the
    /// engine's own answer.
    Result<std::string_view> ask(ScriptMessage kind, std::string &body, double seconds = 0, const Say &say = {});
    // ask() in two: several frames may be sent before their answers are received, in the same order.
    Result<> send(ScriptMessage kind, std::string &body, double seconds);
    Result<std::string_view> receive(double seconds, const Say &say = {});
    /// Gives back the memory of the last answer, which isn't valid any more.
    void forgetAnswer() { m_channel.forget(); }

    bool isRunning() const { return m_child.isRunning(); }

private:
    ScriptProcess() = default;
    void setUser(int cancelFd, std::shared_ptr<ChildClock> clock);
    static Result<std::unique_ptr<ScriptProcess>> start();
    template <class Exchange>
    auto guarded(Exchange exchange);
    Result<std::string_view> takeAnswer(uint64_t deadline, const Say &say);
    Failure lost(const Error &error);

    Child m_child;
    Channel m_channel;
    std::shared_ptr<ChildClock> m_clock; ///< of who has it
};

} // namespace millrace
