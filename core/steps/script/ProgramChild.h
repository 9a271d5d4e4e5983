// SPDX-License-Identifier: MIT
#pragma once

#include "data/MadeItems.h"
#include "process/LineChannel.h"
#include "process/Supervisor.h"
#include "steps/script/ProgramLaunch.h"
#include "steps/script/ProgramLog.h"
#include "steps/script/ProgramMessages.h"

#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// How a step talks with its program.
struct ProgramTalk
{
    bool answersLines = false;      ///< the protocol `lines`, else `batch`
    double startTimeLimit = 10;     ///< seconds until it is ready; 0: any
    double timeLimit = 10;          ///< seconds for an item; 0: any
    Value settings;                 ///< that it gets when it starts; null: none
    std::string folder;             ///< that it is told of; empty: the one it works in
    std::vector<std::string> ports; ///< that items may leave by; empty: a single one
};

/// The program that works for one worker of a step, as long as the run does. What it fails at, or doesn't survive, is an error of
/// process(), after which a fresh one is started. One thread at a time.
class ProgramChild final : private SupervisedChild
{
public:
    /// Starts it, and waits until it is ready. `waitFd` ends all waiting; -1: StepContext::cancelFd.
    Result<> open(const StepContext &context, ProgramLaunch launch, ProgramTalk talk, int waitFd = -1);
    /// Gives it the items, and puts what it makes of them in their place.
    Result<> process(Batch &batch);
    /// Gives it the items, and keeps what it answers: only what went wrong is told, by Batch::fail(). No other program is started in the
    /// place of one that is lost.
    Result<> deliver(Batch &batch);
    /// Asks something, `{"op": OP, "id": …, …}`, that takes as long as it likes, and returns the answer.
    Result<Value> ask(const char *operation, Members more);
    void close();

    void askBeforeStart(StartsPrograms::MayStart mayStart) { m_mayStart = std::move(mayStart); }
    const ChildClock &clock() const { return *m_clock; }
    bool isRunning() const { return m_channel.isRunning(); }

private:
    Result<> startChild() override;
    void endChild(int patience) override { m_channel.stop(patience); }
    ChildLoss describeLoss(const Error &error) override;
    void log(LogRecord record) const override { m_log.add(record.level, std::move(record.kind), record.message); }

    Result<> awaitReady();
    Result<> restart();
    Result<> exchangeBatch(const Batch &batch);
    Result<> exchangeLines(const Batch &batch);
    Result<> exchangeLine(uint32_t row);
    Result<Value> readMessage(uint64_t deadline);
    Result<Value> readAnswer(int64_t id);
    bool takeAside(const Value &said);
    static bool isHeartbeat(const Value &said) { return said.member("op") && *said.member("op") == Value("heartbeat"); }
    std::string endingOf(const Error &error);

    StartsPrograms::MayStart m_mayStart;
    StepContext m_context;
    ProgramLog m_log;
    std::shared_ptr<ChildClock> m_clock = std::make_shared<ChildClock>();
    ChildOptions m_options; ///< what each one is started with
    ProgramTalk m_talk;
    int m_waitFd = -1;
    LineChannel m_channel;
    ProgramMessages m_messages;
    MadeItems m_made;
    std::vector<uint8_t> m_ports; ///< of what was made, where anything leaves by another than the first
    std::string m_text;
    int64_t m_batchId = 0;
    bool m_beats = false;        ///< it says between items that it lives
    bool m_takesColumns = false; ///< it takes batches column by column
    bool m_isProbed = false;     ///< it has shown that it answers each line once
    Supervisor m_supervisor;

public:
    ProgramChild();
};

} // namespace millrace
