// SPDX-License-Identifier: MIT
#include "steps/script/ProgramChild.h"

#include "data/text/NumberText.h"
#include "metrics/Clock.h"

#include <algorithm>
#include <iterator>

namespace millrace {

namespace {

constexpr int MostFailedStarts = 3; ///< in a row
constexpr int MostLosses = 10;      ///< in a row without an answer between them
constexpr int ClosePatience = 2'000;
constexpr int StopPatience = 100;
constexpr double BeatPatience =
    0.5; ///< seconds, beside an item's, until a program that promised heartbeats must say something
constexpr double MostBeats = 10; ///< times the time limit of an item that heartbeats can make of it
constexpr int ProbeTime = 50;    ///< milliseconds in which a program shows whether it answers twice

} // namespace

ProgramChild::ProgramChild()
    : m_supervisor(*this,
                   {.diedEarly = "ended",
                    .mostFailedStarts = MostFailedStarts,
                    .mostLosses = MostLosses,
                    .cancelPatience = StopPatience})
{}

Result<> ProgramChild::open(const StepContext &context, ProgramLaunch launch, ProgramTalk talk, int waitFd)
{
    m_context = context;
    m_talk = std::move(talk);
    m_waitFd = waitFd >= 0 ? waitFd : context.cancelFd;
    m_log = ProgramLog(context);
    m_supervisor.open(context.worker, m_waitFd);
    if (!launch.problems.empty())
        return failure(ErrorKind::Program, launch.problems.front().text);
    m_options = std::move(launch.options);
    m_options.clock = m_clock;
    if (m_talk.answersLines)
        makeAnswerAtOnce(m_options);
    else
        m_options.environment.emplace_back("MILLRACE_STEP=" + context.stepId); // the Python module looks for it
    auto started = m_supervisor.start();
    return started || started.error().kind != ErrorKind::Ended ? std::move(started)
                                                               : failure(ErrorKind::Program, started.error().message);
}

/// One that can't be started again is a loss like any other: the next item tries anew, until there were too many in a row.
Result<> ProgramChild::restart()
{
    auto started = m_supervisor.start();
    if (started || started.error().kind == ErrorKind::Interrupted)
        return started;
    const bool wasKilled = started.error().kind == ErrorKind::Ended;
    if (m_supervisor.countLoss() || !wasKilled)
        (void)m_supervisor.giveUp("program", started.error().message + " It isn't started any more.");
    return failure(wasKilled ? "crash" : started.error().kind, started.error().message);
}

Result<> ProgramChild::startChild()
{
    if (auto allowed = m_mayStart ? m_mayStart() : Result<>(); !allowed)
        return allowed;
    auto channel = LineChannel::start(m_options, m_waitFd,
                                      [this](std::string_view line) { m_log.addLine(LogLevel::Info, "stderr", line); });
    if (!channel)
        return channel.forward();
    m_channel = *std::move(channel);
    m_isProbed = false;
    if (m_talk.answersLines)
        return {};
    m_channel.write(ProgramMessages::init(m_context, m_talk.folder.empty() ? m_options.folder : m_talk.folder,
                                          m_talk.settings, m_talk.ports));
    auto ready = awaitReady();
    if (ready)
        return ready;
    const Error error = ready.error();
    if (error.kind == ErrorKind::Interrupted) {
        m_channel.stop(0);
        return ready;
    }
    std::string message = "The program wasn't ready after its start time limit of " + secondsText(m_talk.startTimeLimit)
                          + "; it has to answer the line {\"op\":\"init\",…} with {\"op\":\"ready\"}.";
    if (error.kind != ErrorKind::Timeout) {
        const bool saysWhy = error.kind == ErrorKind::Ended && !m_channel.lastErrorLine().empty();
        message = endingOf(error)
                  + (saysWhy ? "" : " It has to answer the line {\"op\":\"init\",…} with {\"op\":\"ready\"}.");
    }
    m_channel.stop(0);
    return failure(error.kind == ErrorKind::Ended ? "ended" : "program", message);
}

Result<> ProgramChild::awaitReady()
{
    const uint64_t deadline = Supervisor::deadlineIn(m_talk.startTimeLimit);
    for (;;) {
        const auto said = readMessage(deadline);
        if (!said)
            return said.forward();
        if (takeAside(*said))
            continue;
        if (const Value *op = said->member("op"); op && *op == Value("ready")) {
            const Value *beats = said->member("heartbeats");
            m_beats = beats && *beats == Value(true);
            const Value *columns = said->member("columns");
            m_takesColumns = columns && *columns == Value(true);
            return {};
        }
        return failure(ErrorKind::Protocol, "answered " + toJson(*said).substr(0, 200));
    }
}

/// Lines that answer nothing.
bool ProgramChild::takeAside(const Value &said)
{
    const Value *op = said.member("op");
    if (!op || (*op != Value("log") && *op != Value("heartbeat")))
        return false;
    if (*op == Value("log")) {
        const Value *level = said.member("level"), *message = said.member("message");
        LogLevel rank = LogLevel::Info;
        if (level && level->isText())
            rank = level->toText().starts_with("warn") ? LogLevel::Warning
                   : level->toText() == "error"        ? LogLevel::Error
                                                       : LogLevel::Info;
        m_log.addLine(rank, "program", message ? toPlain(*message) : std::string());
    }
    return true;
}

Result<> ProgramChild::process(Batch &batch)
{
    if (auto may = m_supervisor.mayStart(); !may)
        return may;
    if (batch.isEmpty())
        return {};
    if (m_talk.answersLines && m_channel.isRunning() && m_channel.hasMore(0)) {
        m_log.add(LogLevel::Warning, "program",
                  "The program answered more lines than it got items; another one is started.");
        m_channel.stop(0);
    }
    if (!m_channel.isRunning()) {
        if (auto started = restart(); !started)
            return started;
    }
    m_made.begin(batch);
    const Result<> done =
        m_supervisor.exchange([&] { return m_talk.answersLines ? exchangeLines(batch) : exchangeBatch(batch); });
    if (!done)
        return m_supervisor.lost(done.error());
    m_supervisor.noteAnswer();
    m_made.applyTo(batch);
    for (size_t row = 0; row < std::min(m_ports.size(), batch.size()); ++row)
        if (m_ports[row] != 0)
            batch.sendTo(row, m_ports[row]);
    return {};
}

Result<> ProgramChild::deliver(Batch &batch)
{
    if (batch.isEmpty())
        return {};
    if (!m_channel.isRunning())
        return failure(ErrorKind::Program, "The program doesn't run any more.");
    m_made.begin(batch);
    if (auto done = m_talk.answersLines ? exchangeLines(batch) : exchangeBatch(batch); !done) {
        if (done.error().kind == ErrorKind::Interrupted)
            return done;
        const ChildLoss loss = describeLoss(done.error());
        m_channel.stop(0);
        return failure(loss.kind, loss.message);
    }
    for (ItemError &error : m_made.takeErrors())
        batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
    return {};
}

Result<Value> ProgramChild::ask(const char *operation, Members more)
{
    if (!m_channel.isRunning())
        return failure(ErrorKind::Program, "The program doesn't run any more.");
    const int64_t id = ++m_batchId;
    Members message{{"op", Value(operation)}, {"id", Value(id)}};
    std::ranges::move(more, std::back_inserter(message));
    m_channel.write(toJson(Value(std::move(message))) + '\n');
    auto answer = readAnswer(id);
    if (answer || answer.error().kind == ErrorKind::Interrupted)
        return answer;
    const ChildLoss loss = describeLoss(answer.error());
    m_channel.stop(0);
    return failure(loss.kind, loss.message);
}

/// Of ask().
Result<Value> ProgramChild::readAnswer(int64_t id)
{
    for (;;) {
        auto said = readMessage(0);
        if (!said || takeAside(*said)) {
            if (!said)
                return said;
            continue;
        }
        const Value *given = said->member("id");
        if (!given || *given != Value(id))
            return failure(ErrorKind::Protocol, "answered " + toJson(*said).substr(0, 200) + " where the answer "
                                                    + std::to_string(id) + " was due");
        if (const Value *error = said->member("error")) {
            const Value *message = error->member("message");
            return failure(ErrorKind::Program, "said: " + (message ? toPlain(*message) : toPlain(*error)));
        }
        return said;
    }
}

Result<> ProgramChild::exchangeBatch(const Batch &batch)
{
    const int64_t id = ++m_batchId;
    m_text.clear();
    if (m_takesColumns)
        ProgramMessages::appendColumns(m_text, batch, id);
    else
        m_messages.appendBatch(m_text, batch, id);
    m_channel.write(m_text);
    // One that says between items that it lives is known to hang within an item's time; any other may take that for each item.
    const double ofBatch = m_talk.timeLimit * double(batch.size());
    const double limit = m_talk.timeLimit <= 0 ? 0 : m_beats ? m_talk.timeLimit + BeatPatience : ofBatch;
    // However much it says: no longer than all its items may take, or, with heartbeats, some times that of one.
    const uint64_t lastOfAll = Supervisor::deadlineIn(ofBatch),
                   lastOfBeats = Supervisor::deadlineIn(std::max(ofBatch, m_talk.timeLimit * MostBeats));
    for (uint64_t deadline = Supervisor::deadlineIn(limit);;) {
        const auto said = readMessage(deadline);
        if (!said)
            return said.forward();
        if (!takeAside(*said))
            return ProgramMessages::takeResults(*said, id, batch, m_made, m_talk.ports, m_ports);
        if (limit > 0) // it lives
            deadline = std::max(deadline,
                                std::min(Supervisor::deadlineIn(limit), isHeartbeat(*said) ? lastOfBeats : lastOfAll));
    }
}

/// One that never stops talking has no time left either.
Result<Value> ProgramChild::readMessage(uint64_t deadline)
{
    const auto line = m_channel.readLine(deadline);
    if (!line)
        return line.forward();
    auto said = m_messages.parse(*line);
    const bool isLate = deadline != 0 && steadyNanoseconds() > deadline;
    if (said && isLate && said->member("op"))
        return failure(ErrorKind::Timeout, "it took too long");
    return said;
}

Result<> ProgramChild::exchangeLines(const Batch &batch)
{
    uint32_t asked = 0, answered = 0;
    while (answered < batch.size()) {
        m_text.clear();
        const auto upTo = uint32_t(m_isProbed ? batch.size() : 1);
        for (; asked < upTo; ++asked)
            m_messages.appendItem(m_text, batch, asked);
        m_channel.write(m_text);
        for (; answered < asked; ++answered) {
            if (auto done = exchangeLine(answered); !done)
                return done;
        }
        if (m_channel.hasMore(m_isProbed ? 0 : ProbeTime))
            return failure(ErrorKind::Protocol,
                           "answered more than one line for an item; it must answer each with one line");
        m_isProbed = true;
    }
    return {};
}

Result<> ProgramChild::exchangeLine(uint32_t row)
{
    const auto line = m_channel.readLine(Supervisor::deadlineIn(m_talk.timeLimit));
    return line ? m_messages.takeLine(*line, row, m_made) : line.forward();
}

ChildLoss ProgramChild::describeLoss(const Error &error)
{
    return {error.kind == ErrorKind::Ended ? "crash" : error.kind, endingOf(error), {}};
}

/// A sentence.
std::string ProgramChild::endingOf(const Error &error)
{
    if (error.kind == ErrorKind::Timeout)
        return "The program took longer than the time limit of " + secondsText(m_talk.timeLimit)
               + " an item; it was ended."
               + (m_talk.answersLines ? " It must answer every item with one line at once." : "");
    if (error.kind != ErrorKind::Ended)
        return (error.kind == ErrorKind::Io ? "" : "The program ") + error.message + '.';
    std::string how = m_channel.ending();
    const std::string &last = m_channel.lastErrorLine();
    if (m_channel.isRunning())
        how = "closed its output although an answer was due, and was ended";
    const std::string said = fixedText(last);
    return "The program " + how + (said.empty() ? "." : ": " + said + (said.ends_with('.') ? "" : "."));
}

void ProgramChild::close()
{
    if (m_channel.isRunning() && !m_talk.answersLines)
        m_channel.write("{\"op\":\"close\"}\n");
    m_channel.stop(m_context.isInterrupted() ? StopPatience : ClosePatience);
    m_log.sayWhatIsLeftOut();
}

} // namespace millrace
