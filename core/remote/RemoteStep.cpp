// SPDX-License-Identifier: MIT
#include "remote/RemoteStep.h"

#include "data/SpareMemory.h"
#include "data/text/NumberText.h"
#include "metrics/Clock.h"
#include "remote/WorkerMessages.h"
#include "remote/WorkerProcess.h"

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr double StartLimit = 60; ///< seconds until a child must be ready
constexpr int MostFailedStarts = 10;
constexpr const char *DiedEarly = "process";
constexpr int DeathPatience = 1'000; ///< milliseconds until a child that hung up must have ended

uint32_t number(WorkerMessage message)
{
    return uint32_t(message);
}

} // namespace

RemoteStep::RemoteStep(RemoteSpec spec)
    : m_spec(std::move(spec)), m_supervisor(*this, {.diedEarly = DiedEarly, .mostFailedStarts = MostFailedStarts})
{}

Result<> RemoteStep::open(const StepContext &context)
{
    m_context = context;
    m_supervisor.open(context.worker, context.cancelFd);
    return startPatiently();
}

Result<> RemoteStep::startPatiently()
{
    auto started = m_supervisor.start();
    if (started || started.error().kind != DiedEarly)
        return started;
    return m_supervisor.giveUp(DiedEarly, started.error().message + " That was so " + std::to_string(MostFailedStarts)
                                              + " times in a row; no more are started.");
}

Result<> RemoteStep::startChild()
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
    encodeValue(m_bytes, workerInit(m_spec, m_context));
    const Result<> sent = m_channel.send(number(WorkerMessage::Init), m_bytes, Supervisor::deadlineIn(StartLimit));
    const Result<> ready = sent || sent.error().kind != ErrorKind::Interrupted ? awaitReady() : sent.forward();
    if (!ready) {
        endChild(0);
        return ready.forward();
    }
    return {};
}

Result<> RemoteStep::awaitReady()
{
    const uint64_t deadline = Supervisor::deadlineIn(StartLimit);
    for (;;) {
        const auto frame = m_channel.receive(deadline);
        if (!frame) {
            if (frame.error().kind == ErrorKind::Interrupted)
                return frame.forward();
            m_child.wait(DeathPatience);
            return failure(DiedEarly, "Its worker process " + m_child.ending() + " before it was ready.");
        }
        if (frame->kind == number(WorkerMessage::Log)) {
            logMessage(frame->body);
            continue;
        }
        if (frame->kind == number(WorkerMessage::Ready))
            return {};
        std::string_view body = frame->body;
        const auto said = decodeValue(body);
        if (frame->kind != number(WorkerMessage::Failed) || !said)
            return failure(
                DiedEarly,
                "Its worker process answered something that isn't understood; is \"millrace\" of the same version?");
        return failure(textOf(*said, "kind"), textOf(*said, "message"));
    }
}

Result<> RemoteStep::process(Batch &batch)
{
    if (auto may = m_supervisor.mayStart(); !may)
        return may;
    if (!m_child.isRunning()) {
        if (auto started = startPatiently(); !started)
            return started;
    }
    return m_supervisor.exchange([&] { return exchange(batch); });
}

Result<> RemoteStep::exchange(Batch &batch)
{
    m_bytes.clear();
    encodeBatch(m_bytes, batch);
    const uint64_t deadline = Supervisor::deadlineIn(m_spec.timeLimit * double(std::max<size_t>(batch.size(), 1)));
    const auto sent = m_channel.send(number(WorkerMessage::Batch), m_bytes, deadline);
    giveBackIfLarge(m_bytes);
    if (!sent)
        return m_supervisor.lost(sent.error());
    for (;;) {
        const auto frame = m_channel.receive(deadline);
        if (!frame)
            return m_supervisor.lost(frame.error());
        if (frame->kind == number(WorkerMessage::Log)) {
            logMessage(frame->body);
            continue;
        }
        m_supervisor.noteAnswer();
        std::string_view body = frame->body;
        if (frame->kind == number(WorkerMessage::Done))
            return takeAnswer(batch, body);
        const auto said = decodeValue(body);
        if (frame->kind != number(WorkerMessage::Failed) || !said)
            return m_supervisor.lost({"protocol", {}});
        return failure(textOf(*said, "kind"), textOf(*said, "message"));
    }
}

Result<> RemoteStep::takeAnswer(Batch &batch, std::string_view body)
{
    if (!takeWorkerAnswer(batch, body, m_decoder, m_answer, m_spec.keepsItemsOnError))
        return m_supervisor.lost({"protocol", {}});
    m_channel.forget();
    return {};
}

ChildLoss RemoteStep::describeLoss(const Error &error)
{
    ChildLoss loss{"crash", {}, {}};
    if (error.kind == ErrorKind::Timeout) {
        loss.kind = ErrorKind::Timeout;
        loss.message = "It took longer than the time limit of " + secondsText(m_spec.timeLimit)
                       + " an item; its worker process was ended.";
    } else if (error.kind == ErrorKind::Ended) {
        loss.message = m_child.wait(DeathPatience) ? "Its worker process " + m_child.ending() + '.'
                                                   : "Its worker process closed its connection and was ended.";
    } else {
        loss.message = "Its worker process answered something that isn't understood, and was ended.";
    }
    if (m_child.isRunning())
        loss.trace = "process " + std::to_string(m_child.id());
    return loss;
}

/// A process that somebody has stopped is waited for, without a time limit for ever: they should know.
void RemoteStep::sayIfStopped() const
{
    if (!m_context.log || !m_child.hasStopped())
        return;
    const std::string id = std::to_string(m_child.id());
    LogRecord record;
    record.level = LogLevel::Warning;
    record.kind = ErrorKind::Stopped;
    record.message = "Worker " + std::to_string(m_context.worker + 1) + " waits for its process " + id
                     + ", which was stopped (SIGSTOP); \"kill -CONT " + id + "\" lets it go on.";
    log(std::move(record));
}

/// What the child's step has logged.
void RemoteStep::logMessage(std::string_view body) const
{
    const auto said = decodeValue(body);
    if (!said)
        return;
    LogRecord record;
    record.level = LogLevel(std::clamp<int64_t>(wholeOf(*said, "level"), 0, 2));
    record.kind = textOf(*said, "kind");
    record.message = textOf(*said, "message");
    log(std::move(record));
}

void RemoteStep::log(LogRecord record) const
{
    if (!m_context.log)
        return;
    record.step = m_context.stepId;
    record.worker = m_context.worker;
    m_context.log->append(std::move(record));
}

void RemoteStep::endChild(int patience)
{
    if (m_channel.isOpen() && m_child.isRunning() && patience > 0
        && m_channel.send(number(WorkerMessage::Close), {}, steadyNanoseconds() + uint64_t(patience) * 1'000'000))
        m_child.wait(patience); // it ends by itself; hanging up before would cut its closing short
    m_channel.close();
    m_child.end(0);
}

} // namespace millrace
