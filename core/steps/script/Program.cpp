// SPDX-License-Identifier: MIT
#include "data/MadeItems.h"
#include "data/text/NumberText.h"
#include "metrics/Clock.h"
#include "process/LineChannel.h"
#include "process/Supervisor.h"
#include "steps/script/ProgramLaunch.h"
#include "steps/script/ProgramLog.h"
#include "steps/script/ProgramMessages.h"
#include "steps/StepBuilder.h"

#include <algorithm>

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

/// Gives the items to a program that runs as long as the run does, one for each worker. What it fails at, or doesn't survive,
/// costs one item: process() fails, and the engine tries item by item with a fresh one.
class Program final : public Step, public WorksInChildren, public StartsPrograms, private SupervisedChild
{
public:
    static void describe(StepBuilder<Program> &step);

    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    void close() override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &) const override { return nullptr; }
    std::string summary() const override;
    const ChildClock &childClock() const override { return *m_options.clock; }
    void askBeforeStart(MayStart mayStart) override { m_mayStart = std::move(mayStart); }

private:
    bool answersLines() const { return m_protocol == "lines"; }
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
    bool takeAside(const Value &said);
    static bool isHeartbeat(const Value &said) { return said.member("op") && *said.member("op") == Value("heartbeat"); }
    std::string endingOf(const Error &error);

    Value m_command;
    std::string m_protocol = "batch", m_folder;
    TextPairs m_environment;
    double m_startTimeLimit = 10, m_timeLimit = 10;

    MayStart m_mayStart;
    StepContext m_context;
    ProgramLog m_log;
    ChildOptions m_options; ///< what each one is started with
    LineChannel m_channel;
    ProgramMessages m_messages;
    MadeItems m_made;
    std::string m_text;
    int64_t m_batchId = 0;
    bool m_beats = false;    ///< it says between items that it lives
    bool m_isProbed = false; ///< it has shown that it answers each line once
    Supervisor m_supervisor{*this,
                            {.diedEarly = "ended",
                             .mostFailedStarts = MostFailedStarts,
                             .mostLosses = MostLosses,
                             .cancelPatience = StopPatience}};
};

void Program::describe(StepBuilder<Program> &step)
{
    step.id("program").title("Program").family(Family::Script).icon("program");
    step.help(
        "Gives the items to a program in any language, as lines of JSON on its standard input, and takes what it "
        "answers "
        "on its standard output. Each worker has its own, which runs as long as the run does. What it says on standard "
        "error goes into the log.");
    step.synonyms({"python", "jq", "awk", "sed", "shell", "command", "process", "script", "external", "code"});
    step.changesItemCount().ownProcess().remembers();
    step.param("command", &Program::m_command)
        .required()
        .ownBraces()
        .help("The program and its arguments, as in a terminal (python3 prices.py) or as a list.");
    step.param("protocol", &Program::m_protocol)
        .choices({"batch", "lines"})
        .help("batch: a line for each batch, as the Python module millrace speaks it; lines: one item a line in, one "
              "line out, "
              "for jq -c, sed -u and the like.");
    step.param("environment", &Program::m_environment)
        .secretsAllowed()
        .help("Variables that it gets beside those of this program. A password is given by a reference, {\"env\": "
              "\"NAME\"} or "
              "{\"file\": \"path\"}, instead of a text.");
    step.param("folder", &Program::m_folder)
        .kind(ParamKind::Folder)
        .title("Working directory")
        .help("Where it is started; empty: the folder of the pipeline file.");
    step.param("startTimeLimit", &Program::m_startTimeLimit)
        .title("Start time limit")
        .unit("s")
        .range(0, 1e6)
        .help("How long it may take until it is ready (protocol batch); 0: any time.");
    step.param("timeLimit", &Program::m_timeLimit)
        .title("Time limit")
        .unit("s")
        .range(0, 1e6)
        .help("How long it may take for an item before it is ended and the item fails; 0: any time.");
}

Result<> Program::open(const StepContext &context)
{
    m_context = context;
    m_log = ProgramLog(context);
    m_supervisor.open(context.worker, context.cancelFd);
    ProgramLaunch launch = launchOf({m_command, m_folder, m_environment}, context.folder);
    if (!launch.problems.empty())
        return failure(ErrorKind::Program, launch.problems.front().text);
    m_options = std::move(launch.options);
    m_options.clock = std::make_shared<ChildClock>();
    if (answersLines())
        makeAnswerAtOnce(m_options);
    else
        m_options.environment.emplace_back("MILLRACE_STEP=" + context.stepId); // the Python module looks for it
    auto started = m_supervisor.start();
    return started || started.error().kind != ErrorKind::Ended ? std::move(started)
                                                               : failure(ErrorKind::Program, started.error().message);
}

/// One that can't be started again is a loss like any other: the next item tries anew, until there were too many in a row.
Result<> Program::restart()
{
    auto started = m_supervisor.start();
    if (started || started.error().kind == ErrorKind::Interrupted)
        return started;
    const bool wasKilled = started.error().kind == ErrorKind::Ended;
    if (m_supervisor.countLoss() || !wasKilled)
        (void)m_supervisor.giveUp("program", started.error().message + " It isn't started any more.");
    return failure(wasKilled ? "crash" : started.error().kind, started.error().message);
}

Result<> Program::startChild()
{
    if (auto allowed = m_mayStart ? m_mayStart() : Result<>(); !allowed)
        return allowed;
    auto channel = LineChannel::start(m_options, m_context.cancelFd,
                                      [this](std::string_view line) { m_log.addLine(LogLevel::Info, "stderr", line); });
    if (!channel)
        return channel.forward();
    m_channel = *std::move(channel);
    m_isProbed = false;
    if (answersLines())
        return {};
    m_channel.write(ProgramMessages::init(m_context, m_options.folder));
    auto ready = awaitReady();
    if (ready)
        return ready;
    const Error error = ready.error();
    if (error.kind == ErrorKind::Interrupted) {
        m_channel.stop(0);
        return ready;
    }
    std::string message = "The program wasn't ready after its start time limit of " + secondsText(m_startTimeLimit)
                          + "; it has to answer the line {\"op\":\"init\",…} with {\"op\":\"ready\"}.";
    if (error.kind != ErrorKind::Timeout) {
        const bool saysWhy = error.kind == ErrorKind::Ended && !m_channel.lastErrorLine().empty();
        message = endingOf(error)
                  + (saysWhy ? "" : " It has to answer the line {\"op\":\"init\",…} with {\"op\":\"ready\"}.");
    }
    m_channel.stop(0);
    return failure(error.kind == ErrorKind::Ended ? "ended" : "program", message);
}

Result<> Program::awaitReady()
{
    const uint64_t deadline = Supervisor::deadlineIn(m_startTimeLimit);
    for (;;) {
        const auto said = readMessage(deadline);
        if (!said)
            return said.forward();
        if (takeAside(*said))
            continue;
        if (const Value *op = said->member("op"); op && *op == Value("ready")) {
            const Value *beats = said->member("heartbeats");
            m_beats = beats && *beats == Value(true);
            return {};
        }
        return failure(ErrorKind::Protocol, "answered " + toJson(*said).substr(0, 200));
    }
}

/// Lines that answer nothing.
bool Program::takeAside(const Value &said)
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

Result<> Program::process(Batch &batch)
{
    if (auto may = m_supervisor.mayStart(); !may)
        return may;
    if (batch.isEmpty())
        return {};
    if (answersLines() && m_channel.isRunning() && m_channel.hasMore(0)) {
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
        m_supervisor.exchange([&] { return answersLines() ? exchangeLines(batch) : exchangeBatch(batch); });
    if (!done)
        return m_supervisor.lost(done.error());
    m_supervisor.noteAnswer();
    m_made.applyTo(batch);
    return {};
}

Result<> Program::exchangeBatch(const Batch &batch)
{
    const int64_t id = ++m_batchId;
    m_text.clear();
    m_messages.appendBatch(m_text, batch, id);
    m_channel.write(m_text);
    // One that says between items that it lives is known to hang within an item's time; any other may take that for each item.
    const double ofBatch = m_timeLimit * double(batch.size());
    const double limit = m_timeLimit <= 0 ? 0 : m_beats ? m_timeLimit + BeatPatience : ofBatch;
    // However much it says: no longer than all its items may take, or, with heartbeats, some times that of one.
    const uint64_t lastOfAll = Supervisor::deadlineIn(ofBatch),
                   lastOfBeats = Supervisor::deadlineIn(std::max(ofBatch, m_timeLimit * MostBeats));
    for (uint64_t deadline = Supervisor::deadlineIn(limit);;) {
        const auto said = readMessage(deadline);
        if (!said)
            return said.forward();
        if (!takeAside(*said))
            return ProgramMessages::takeResults(*said, id, batch.size(), m_made);
        if (limit > 0) // it lives
            deadline = std::max(deadline,
                                std::min(Supervisor::deadlineIn(limit), isHeartbeat(*said) ? lastOfBeats : lastOfAll));
    }
}

/// One that never stops talking has no time left either.
Result<Value> Program::readMessage(uint64_t deadline)
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

Result<> Program::exchangeLines(const Batch &batch)
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

Result<> Program::exchangeLine(uint32_t row)
{
    const auto line = m_channel.readLine(Supervisor::deadlineIn(m_timeLimit));
    return line ? m_messages.takeLine(*line, row, m_made) : line.forward();
}

ChildLoss Program::describeLoss(const Error &error)
{
    return {error.kind == ErrorKind::Ended ? "crash" : error.kind, endingOf(error), {}};
}

/// A sentence.
std::string Program::endingOf(const Error &error)
{
    if (error.kind == ErrorKind::Timeout)
        return "The program took longer than the time limit of " + secondsText(m_timeLimit) + " an item; it was ended."
               + (answersLines() ? " It must answer every item with one line at once." : "");
    if (error.kind != ErrorKind::Ended)
        return (error.kind == ErrorKind::Io ? "" : "The program ") + error.message + '.';
    std::string how = m_channel.ending();
    const std::string &last = m_channel.lastErrorLine();
    if (m_channel.isRunning())
        how = "closed its output although an answer was due, and was ended";
    const std::string said = fixedText(last);
    return "The program " + how + (said.empty() ? "." : ": " + said + (said.ends_with('.') ? "" : "."));
}

void Program::close()
{
    if (m_channel.isRunning() && !answersLines())
        m_channel.write("{\"op\":\"close\"}\n");
    m_channel.stop(m_context.isInterrupted() ? StopPatience : ClosePatience);
    m_log.sayWhatIsLeftOut();
}

void Program::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (m_command.isNull() || m_command == Value(""))
        return; // that it is missing is said of every required parameter
    for (StepProblem &problem : launchOf({m_command, m_folder, m_environment}, context.folder).problems)
        problems.push_back(std::move(problem));
}

std::string Program::summary() const
{
    std::string text;
    if (m_command.isList()) {
        for (const Value &word : m_command.toList())
            text += (text.empty() ? "" : " ") + toPlain(word);
    } else {
        text = toPlain(m_command);
    }
    return text.substr(0, text.find('\n'));
}

void registerProgram(StepRegistry &registry)
{
    registry.add<Program>();
}

} // namespace millrace
