// SPDX-License-Identifier: MIT
#include "expression/script/ScriptProcess.h"

#include "data/BatchCodec.h"
#include "data/json/ObjectMembers.h"
#include "data/SpareMemory.h"
#include "expression/script/host/ScriptHost.h"
#include "metrics/Clock.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <mutex>
#include <vector>

namespace millrace {

namespace {

constexpr size_t MostIdle = 4;
constexpr int DeathPatience = 1'000;  ///< milliseconds until a process that hung up must have ended
constexpr double AnswerPatience = 10; ///< seconds beyond the limit

/// Steady nanoseconds; 0: never.
uint64_t deadlineIn(double seconds)
{
    return seconds > 0 ? steadyNanoseconds() + uint64_t(std::min(seconds + AnswerPatience, 1e9) * 1e9) : 0;
}

/// Processes whose engines were done with. Of the whole program, for a check knows of no run, and starting one takes longer than most
/// checks.
class IdleProcesses
{
public:
    static IdleProcesses &all()
    {
        static IdleProcesses idle;
        return idle;
    }

    std::unique_ptr<ScriptProcess> take()
    {
        const std::lock_guard lock(m_mutex);
        if (m_processes.empty())
            return nullptr;
        auto process = std::move(m_processes.back());
        m_processes.pop_back();
        return process;
    }

    void give(std::unique_ptr<ScriptProcess> process)
    {
        const std::lock_guard lock(m_mutex);
        if (m_processes.size() < MostIdle)
            m_processes.push_back(std::move(process));
    }

private:
    std::mutex m_mutex; ///< guards all below
    std::vector<std::unique_ptr<ScriptProcess>> m_processes;
};

} // namespace

void ScriptProcess::setUser(int cancelFd, std::shared_ptr<ChildClock> clock)
{
    if (m_clock)
        m_clock->giveBack();
    m_clock = std::move(clock);
    if (m_clock)
        m_clock->borrow(m_child.id());
    m_channel.setCancelFd(cancelFd);
}

Result<std::unique_ptr<ScriptProcess>> ScriptProcess::take(const ScriptSurroundings &around)
{
    auto process = IdleProcesses::all().take();
    while (process && process->m_child.wait(0))
        process = IdleProcesses::all().take(); // somebody has ended that one
    if (!process) {
        auto started = start();
        if (!started)
            return started;
        process = *std::move(started);
    }
    process->setUser(around.cancelFd, around.clock);
    return process;
}

void ScriptProcess::giveBack(std::unique_ptr<ScriptProcess> process)
{
    if (!process || !process->isRunning())
        return;
    process->setUser(-1, nullptr);
    if (process->m_channel.send(uint32_t(ScriptMessage::Close), {}, steadyNanoseconds() + 1'000'000'000))
        IdleProcesses::all().give(std::move(process));
}

Result<std::unique_ptr<ScriptProcess>> ScriptProcess::start()
{
    auto ends = Channel::makePair();
    if (!ends)
        return ends.forward();
    ChildOptions options;
    options.command = {"/proc/self/exe"};
    options.environment = scriptHostEnvironment();
    options.descriptors = {{ends->second.number(), ScriptHostSocket}};
    auto child = Child::start(options);
    if (!child)
        return failure(ErrorKind::Process, "No process for the script engine can be started: " + child.error().message);
    std::unique_ptr<ScriptProcess> process(new ScriptProcess);
    process->m_child = *std::move(child);
    process->m_channel = Channel(std::move(ends->first), -1, process->m_child.endDescriptor());
    return process;
}

/// What throws halfway ends the process: what is left of a frame would be taken for the next one.
template <class Exchange>
auto ScriptProcess::guarded(Exchange exchange)
{
    try {
        return exchange();
    } catch (...) {
        if (const auto clock = std::exchange(m_clock, nullptr))
            clock->giveBack();
        m_channel.close();
        m_child.end(0);
        throw;
    }
}

Result<std::string_view> ScriptProcess::ask(ScriptMessage kind, std::string &body, double seconds, const Say &say)
{
    if (auto sent = send(kind, body, seconds); !sent)
        return sent.forward();
    return receive(seconds, say);
}

Result<> ScriptProcess::send(ScriptMessage kind, std::string &body, double seconds)
{
    return guarded([&]() -> Result<> {
        auto sent = m_channel.send(uint32_t(kind), body, deadlineIn(seconds));
        giveBackIfLarge(body);
        return sent ? Result<>() : lost(sent.error());
    });
}

Result<std::string_view> ScriptProcess::receive(double seconds, const Say &say)
{
    return guarded([&] { return takeAnswer(deadlineIn(seconds), say); });
}

Result<std::string_view> ScriptProcess::takeAnswer(uint64_t deadline, const Say &say)
{
    for (;;) {
        const auto frame = m_channel.receive(deadline);
        if (!frame)
            return lost(frame.error());
        if (frame->kind == uint32_t(ScriptMessage::Ready) || frame->kind == uint32_t(ScriptMessage::Done))
            return frame->body;
        std::string_view bytes = frame->body;
        const auto said = decodeValue(bytes);
        if (!said)
            return lost({"protocol", {}});
        if (frame->kind == uint32_t(ScriptMessage::Failed))
            return failure(textOf(*said, "kind"), textOf(*said, "message"));
        if (say)
            say(LogLevel(std::clamp<int64_t>(wholeOf(*said, "level"), 0, 2)), textOf(*said, "message"));
    }
}

/// The process is gone, or has to go.
Failure ScriptProcess::lost(const Error &error)
{
    if (const auto clock = std::exchange(m_clock, nullptr))
        clock->giveBack();
    const bool hasEnded = error.kind == ErrorKind::Ended && m_child.wait(DeathPatience);
    const int status = hasEnded ? m_child.status().value_or(0) : 0;
    m_channel.close();
    m_child.end(0);
    if (error.kind == ErrorKind::Interrupted)
        return failure(error.kind, error.message);
    return failure(error.kind == ErrorKind::Timeout ? error.kind
                   : hasEnded                       ? std::string(scriptHostEnding(status))
                                                    : std::string(ErrorKind::Crash),
                   {});
}

} // namespace millrace
