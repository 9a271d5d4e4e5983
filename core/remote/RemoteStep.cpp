// SPDX-License-Identifier: MIT
#include "remote/RemoteStep.h"

#include "data/SpareMemory.h"
#include "data/text/NumberText.h"
#include "metrics/Clock.h"
#include "process/RestartPause.h"
#include "remote/WorkerMessages.h"
#include "remote/WorkerProcess.h"

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr uint64_t StartLimit = 60'000'000'000; ///< nanoseconds until a child must be ready
constexpr int MostFailedStarts = 10;
constexpr const char *DiedEarly = "process";
constexpr int DeathPatience = 1'000; ///< milliseconds until a child that hung up must have ended

uint32_t number(WorkerMessage message)
{
    return uint32_t(message);
}

} // namespace

Result<> RemoteStep::open(const StepContext &context)
{
    m_context = context;
    m_losses = 0;
    m_gaveUp = {};
    return startPatiently();
}

/// A child that dies before it is ready may have been killed from outside: a few more are tried.
Result<> RemoteStep::startPatiently()
{
    Result<> started;
    for (int failures = 0; failures < MostFailedStarts; ++failures) {
        if (auto paused = pauseBeforeRestart(m_losses + failures, m_context.cancelFd); !paused)
            return paused;
        started = start();
        if (started || started.error().kind != DiedEarly)
            return started;
    }
    m_gaveUp = failure("process", started.error().message + " That was so " + std::to_string(MostFailedStarts)
                                      + " times in a row; no more are started.");
    return m_gaveUp.forward();
}

Value RemoteStep::initMessage() const
{
    List ports;
    for (const std::string &port : m_context.linkedPorts)
        ports.emplace_back(port);
    return Members{{"type", Value(m_spec.type)},
                   {"params", Value(m_spec.params)},
                   {"state", m_spec.state},
                   {"memoryLimit", Value(m_spec.memoryLimit)},
                   {"step", Value(m_context.stepId)},
                   {"worker", Value(int64_t(m_context.worker))},
                   {"workers", Value(int64_t(m_context.workers))},
                   {"folder", Value(m_context.folder)},
                   {"seed", Value(int64_t(m_context.seed))},
                   {"ports", Value(std::move(ports))}};
}

Result<> RemoteStep::start()
{
    const auto command = workerCommand();
    if (!command)
        return command.forward();
    auto ends = Channel::makePair();
    if (!ends)
        return ends.forward();
    ChildOptions options;
    options.command = *command;
    options.command.emplace_back("worker");
    options.descriptors = {{ends->second.number(), 3}};
    options.clock = m_clock;
    auto child = Child::start(options);
    if (!child)
        return child.forward();
    m_child = *std::move(child);
    m_channel = Channel(std::move(ends->first), m_context.cancelFd, m_child.endDescriptor());
    m_channel.onSilence([this] { sayIfStopped(); });
    ends->second.close(); // or the child's end would never be seen
    m_bytes.clear();
    encodeValue(m_bytes, initMessage());
    const Result<> sent = m_channel.send(number(WorkerMessage::Init), m_bytes, steadyNanoseconds() + StartLimit);
    const Result<> ready = sent || sent.error().kind != "interrupted" ? awaitReady() : sent.forward();
    if (!ready) {
        stop(0);
        return ready.forward();
    }
    return {};
}

Result<> RemoteStep::awaitReady()
{
    const uint64_t deadline = steadyNanoseconds() + StartLimit;
    for (;;) {
        const auto frame = m_channel.receive(deadline);
        if (!frame) {
            if (frame.error().kind == "interrupted")
                return frame.forward();
            m_child.wait(DeathPatience);
            return failure(DiedEarly, "Its worker process " + m_child.ending() + " before it was ready.");
        }
        if (frame->kind == number(WorkerMessage::Log)) {
            log(frame->body);
            continue;
        }
        if (frame->kind == number(WorkerMessage::Ready))
            return {};
        std::string_view body = frame->body;
        const auto said = decodeValue(body);
        if (frame->kind != number(WorkerMessage::Failed) || !said)
            return failure(
                "process",
                "Its worker process answered something that isn't understood; is \"millrace\" of the same version?");
        return failure(textOf(*said, "kind"), textOf(*said, "message"));
    }
}

Result<> RemoteStep::process(Batch &batch)
{
    if (!m_gaveUp)
        return m_gaveUp.forward();
    if (!m_child.isRunning()) {
        if (auto started = startPatiently(); !started)
            return started;
    }
    m_bytes.clear();
    encodeBatch(m_bytes, batch);
    uint64_t deadline = 0;
    if (m_spec.timeLimit > 0)
        deadline = steadyNanoseconds()
                   + uint64_t(std::min(m_spec.timeLimit * double(std::max<size_t>(batch.size(), 1)), 1e9) * 1e9);
    const auto sent = m_channel.send(number(WorkerMessage::Batch), m_bytes, deadline);
    giveBackIfLarge(m_bytes);
    if (!sent)
        return lost(sent.error());
    for (;;) {
        const auto frame = m_channel.receive(deadline);
        if (!frame)
            return lost(frame.error());
        if (frame->kind == number(WorkerMessage::Log)) {
            log(frame->body);
            continue;
        }
        m_losses = 0;
        std::string_view body = frame->body;
        if (frame->kind == number(WorkerMessage::Done))
            return takeAnswer(batch, body);
        const auto said = decodeValue(body);
        if (frame->kind != number(WorkerMessage::Failed) || !said)
            return lost({"protocol", {}});
        return failure(textOf(*said, "kind"), textOf(*said, "message"));
    }
}

Result<> RemoteStep::takeAnswer(Batch &batch, std::string_view body)
{
    const auto verdicts = decodeValue(body);
    if (!verdicts)
        return lost({"protocol", {}});
    if (auto decoded = m_decoder.decode(body, m_answer, &batch); !decoded)
        return lost({"protocol", {}});
    const SchemaPtr before = batch.schema();
    const size_t rowsBefore = batch.size();
    takeItems(batch, m_answer);
    m_channel.forget();
    if (const Value *ports = memberOf(*verdicts, "ports"); ports && ports->isText()) {
        const std::string_view bytes = ports->toText();
        for (size_t row = 0; row < std::min(bytes.size(), batch.size()); ++row)
            if (bytes[row] != '\0')
                batch.sendTo(row, uint8_t(bytes[row]));
    }
    const Value *errors = memberOf(*verdicts, "errors");
    if (!errors || !errors->isList())
        return {};
    if (m_spec.keepsItemsOnError)
        batch.setSchemaOfFailed(before);
    for (const Value &error : errors->toList()) {
        if (const auto row = size_t(wholeOf(error, "row")); row < std::max(rowsBefore, batch.size()))
            batch.fail(row, textOf(error, "kind"), textOf(error, "message"), textOf(error, "trace"));
    }
    return {};
}

/// The child is gone, or is ended because it hangs. What that means for the batch.
Result<> RemoteStep::lost(const Error &error)
{
    if (error.kind == "interrupted") {
        stop(0);
        return failure(error.kind, error.message);
    }
    ++m_losses;
    std::string message;
    std::string kind = "crash";
    if (error.kind == "timeout") {
        kind = "timeout";
        message = "It took longer than the time limit of " + secondsText(m_spec.timeLimit)
                  + " an item; its worker process was ended.";
    } else if (error.kind == "ended") {
        message = m_child.wait(DeathPatience) ? "Its worker process " + m_child.ending() + '.'
                                              : "Its worker process closed its connection and was ended.";
    } else {
        message = "Its worker process answered something that isn't understood, and was ended.";
    }
    const int id = int(m_child.id());
    stop(0);
    if (m_context.log) {
        LogRecord record;
        record.level = LogLevel::Warning;
        record.step = m_context.stepId;
        record.worker = m_context.worker;
        record.kind = kind;
        record.message = "Worker " + std::to_string(m_context.worker + 1) + ": " + message + " Another one is started.";
        if (id > 0)
            record.trace = "process " + std::to_string(id);
        m_context.log->append(std::move(record));
    }
    return failure(kind, message);
}

/// A process that somebody has stopped is waited for, without a time limit for ever: they should know.
void RemoteStep::sayIfStopped() const
{
    if (!m_context.log || !m_child.hasStopped())
        return;
    const std::string id = std::to_string(m_child.id());
    LogRecord record;
    record.level = LogLevel::Warning;
    record.step = m_context.stepId;
    record.worker = m_context.worker;
    record.kind = "stopped";
    record.message = "Worker " + std::to_string(m_context.worker + 1) + " waits for its process " + id
                     + ", which was stopped (SIGSTOP); \"kill -CONT " + id + "\" lets it go on.";
    m_context.log->append(std::move(record));
}

void RemoteStep::log(std::string_view body) const
{
    const auto said = decodeValue(body);
    if (!said || !m_context.log)
        return;
    LogRecord record;
    record.level = LogLevel(std::clamp<int64_t>(wholeOf(*said, "level"), 0, 2));
    record.step = m_context.stepId;
    record.worker = m_context.worker;
    record.kind = textOf(*said, "kind");
    record.message = textOf(*said, "message");
    m_context.log->append(std::move(record));
}

void RemoteStep::stop(int patience)
{
    if (m_channel.isOpen() && m_child.isRunning() && patience > 0
        && m_channel.send(number(WorkerMessage::Close), {}, steadyNanoseconds() + uint64_t(patience) * 1'000'000))
        m_child.wait(patience); // it ends by itself; hanging up before would cut its closing short
    m_channel.close();
    m_child.end(0);
}

} // namespace millrace
