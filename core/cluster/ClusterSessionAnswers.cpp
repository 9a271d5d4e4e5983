// SPDX-License-Identifier: MIT
// What a session hears from Redis, and what it does when it hears nothing.
#include "cluster/ClusterSession.h"

#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "metrics/Clock.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace millrace {

namespace {

constexpr double FirstReconnectPause = 0.1, LongestReconnectPause = 5; // seconds

double secondsSince(uint64_t time)
{
    return double(steadyNanoseconds() - time) * 1e-9;
}

ClusterWorkerInfo workerInfoOf(RedisValue process, RedisValue told)
{
    ClusterWorkerInfo info;
    info.process = process.text();
    if (const auto said = parseStateText(std::string(told.text()))) {
        info.host = textOf(*said, "host");
        info.workers = int(wholeOf(*said, "workers"));
        info.refused = textOf(*said, "refused");
    }
    return info;
}

} // namespace

Result<> ClusterSession::readAnswers()
{
    if (auto read = m_wire.readReceiving(); !read)
        return read;
    for (;;) {
        const auto next = m_wire.nextAnswers();
        if (!next)
            return next.forward();
        if (!*next)
            return {};
        const RedisValue value = (*next)->value();
        if (value.isError())
            return failure(ErrorKind::Network,
                           "The Redis server at " + m_options.address.server() + " has lost a part of the run.");
        const RedisValue entries = value.at(0).at(1);
        for (size_t i = 0; i < entries.size(); ++i)
            takeAnswer(entries.at(i));
        if (auto listening = m_wire.listen(); !listening)
            return listening;
    }
}

void ClusterSession::takeAnswer(RedisValue entry)
{
    m_taken.emplace_back(entry.at(0).text());
    const RedisValue fields = entry.at(1);
    const auto number = uint64_t(fields.member("t").number());
    const std::string_view kind = fields.member("k").text();
    if (kind == ClusterLogKind) {
        takeLogRecord(fields);
        return;
    }
    const std::lock_guard lock(m_mutex);
    const auto found = m_waiting.find(number);
    if (found == m_waiting.end()) {
        ++m_status.repeatedAnswers;
        return;
    }
    const ClusterTicketPtr ticket = found->second;
    m_waiting.erase(found);
    --m_inFlight[ticket->step];
    --m_allInFlight;
    std::erase(m_outbox, ticket); // it was to be sent again
    ticket->answer = fields.member("b").text();
    ticket->worker = fields.member("w").text();
    const auto *const name = std::ranges::find(ClusterAnswerNames, kind);
    ticket->kind = name == std::end(ClusterAnswerNames)
                       ? ClusterTicket::Answer::Failed
                       : ClusterTicket::Answer(std::distance(std::begin(ClusterAnswerNames), name));
    ticket->bytes = {};
    ticket->answered.notify_all();
}

/// What a step has logged on a worker.
void ClusterSession::takeLogRecord(RedisValue fields)
{
    const auto said = parseStateText(std::string(fields.member("b").text()));
    const std::lock_guard lock(m_mutex);
    if (!said || !m_log)
        return;
    LogRecord record;
    record.level = LogLevel(std::clamp<int64_t>(wholeOf(*said, "level"), 0, 2));
    record.step = textOf(*said, "step");
    record.kind = textOf(*said, "kind");
    record.message = textOf(*said, "message");
    m_log->append(std::move(record));
}

Result<> ClusterSession::takeWatch(RedisValue reply)
{
    if (reply.isError())
        return m_wire.refusal(reply);
    const int64_t code = reply.at(0).number();
    if (code == ClusterRefusal::Owned
        || (code == ClusterRefusal::OtherEpoch && reply.at(1).number() > std::stoll(m_wire.epoch())))
        return failure(ErrorKind::Cluster, "Another coordinator has taken over the run \"" + m_options.address.run
                                               + "\" meanwhile; this one ends.");
    if (code != 1)
        return failure(ErrorKind::Network,
                       "The Redis server at " + m_options.address.server() + " has lost a part of the run.");
    takeProcesses(reply.at(1), reply.at(2));
    const std::lock_guard lock(m_mutex);
    m_status.isConnected = true;
    m_status.triedAgain = uint64_t(reply.at(3).member("again").number());
    m_status.refusedAnswers = uint64_t(reply.at(3).member("refused").number());
    m_status.queues.clear();
    for (size_t i = 0; i + 1 < reply.at(4).size(); i += 2)
        m_status.queues[std::string(reply.at(4).at(i).text())] = uint64_t(reply.at(4).at(i + 1).number());
    m_status.results = uint64_t(reply.at(5).number());
    return {};
}

void ClusterSession::takeProcesses(RedisValue alive, RedisValue lost)
{
    std::vector<ClusterWorkerInfo> processes;
    for (size_t i = 0; i + 1 < alive.size(); i += 2)
        processes.push_back(workerInfoOf(alive.at(i), alive.at(i + 1)));
    for (const ClusterWorkerInfo &process : processes)
        if (!process.refused.empty() && m_saidRefused[process.process] != process.refused) {
            m_saidRefused[process.process] = process.refused;
            say(LogLevel::Warning, "The worker " + process.process + " doesn't take part: " + process.refused);
        }
    for (size_t i = 0; i + 1 < lost.size(); i += 2)
        say(LogLevel::Warning, "The worker " + std::string(lost.at(i).text())
                                   + " has been silent for three heartbeats; others take over what it had.");
    bool isAlone = false;
    {
        const std::lock_guard lock(m_mutex);
        m_status.processes = std::move(processes);
        m_status.lostProcesses += lost.size() / 2;
        m_workers = m_status.workers();
        isAlone = m_workers == 0 && !m_waiting.empty();
    }
    if (m_workers > 0)
        m_begun = steadyNanoseconds();
    m_hasSaidAlone = m_hasSaidAlone && m_workers == 0;
    if (isAlone && !m_hasSaidAlone && secondsSince(m_begun) > 10 * m_options.heartbeat) {
        m_hasSaidAlone = true;
        say(LogLevel::Warning,
            "The run waits for workers: none works for it now. Start one with \"millrace worker --on "
                + m_options.address.shown() + "\", on this machine or another one.");
    }
}

/// True: it goes on.
bool ClusterSession::reconnect(const Error &error)
{
    const uint64_t since = steadyNanoseconds();
    m_wire.disconnect();
    bool isSaid = false;
    double pause = FirstReconnectPause;
    Error last = error;
    for (;;) {
        Result<> restored = m_wire.connect();
        if (restored)
            restored = restore();
        if (restored)
            break;
        last = restored.error();
        m_wire.disconnect();
        if (last.kind != ErrorKind::Network) {
            fail(last);
            return false;
        }
        const double waited = secondsSince(since);
        {
            const std::lock_guard lock(m_mutex);
            m_status.isConnected = false;
            m_status.waitedSeconds = waited;
        }
        if (waited > 1 && !std::exchange(isSaid, true))
            say(LogLevel::Warning, "The run waits for Redis: " + last.message);
        if (waited > m_options.patience) {
            fail({ErrorKind::Cluster, last.message + " That was so for " + std::to_string(int64_t(waited))
                                          + " s. The run can go on with --resume, also with another server."});
            return false;
        }
        if (!pauseFor(std::min(pause, std::max(m_options.patience - waited, FirstReconnectPause))))
            return false;
        pause = std::min(pause * 2, LongestReconnectPause);
    }
    {
        const std::lock_guard lock(m_mutex);
        m_status.isConnected = true;
        m_status.waitedSeconds = 0;
        ++m_status.reconnections;
    }
    say(LogLevel::Info, "Redis answers again, after " + std::to_string(int64_t(secondsSince(since) * 1000)) + " ms.");
    return true;
}

/// False: the session is over, or the run was broken off.
bool ClusterSession::pauseFor(double seconds)
{
    const uint64_t until = steadyNanoseconds() + uint64_t(seconds * 1e9);
    for (uint64_t now = steadyNanoseconds(); now < until; now = steadyNanoseconds()) {
        pollfd waited[2] = {{m_wake.number(), POLLIN, 0}, {-1, POLLIN, 0}};
        {
            const std::lock_guard lock(m_mutex);
            if (m_isOver)
                return false;
            waited[1].fd = m_isCancelled ? -1 : m_cancelFd;
        }
        ::poll(waited, 2, int((until - now) / 1'000'000) + 1);
        if (waited[0].revents != 0) {
            uint64_t count = 0;
            (void)!::read(m_wake.number(), &count, sizeof count); // only to make it unreadable
        }
        if (waited[1].revents != 0) {
            const std::lock_guard lock(m_mutex);
            m_isCancelled = true;
            for (const auto &[number, ticket] : m_waiting)
                ticket->answered.notify_all();
        }
    }
    return true;
}

/// With new connections: goes on where the server stands, or, where it has lost something, from the beginning of what is under way.
Result<> ClusterSession::restore()
{
    int64_t pushed = 0;
    const auto kept = m_wire.hasKept(pushed);
    if (!kept)
        return kept.forward();
    m_taken.clear(); // whatever wasn't taken away is told again
    if (!*kept) {
        if (auto begun = m_wire.init(); !begun)
            return begun.forward();
        else if (*begun)
            return failure(ErrorKind::Cluster, "Another coordinator has taken over the run \"" + m_options.address.run
                                                   + "\" meanwhile; this one ends.");
        sendAllAgain();
        return m_wire.listen();
    }
    std::deque<ClusterTicketPtr> again = std::exchange(m_again, {});
    for (const ClusterWire::Sent &sent : m_wire.unconfirmed())
        if (sent.number >= pushed) {
            again.push_back(sent.ticket);
            --m_inFlight[sent.ticket->step];
            --m_allInFlight;
        }
    m_wire.forgetSent();
    m_wire.goBackTo(pushed);
    m_outbox.insert(m_outbox.begin(), again.begin(), again.end());
    m_refusedFrom.reset();
    m_pushesSent = 0;
    m_nextWatch = 0;
    return m_wire.listen(true);
}

void ClusterSession::sendAllAgain()
{
    m_inFlight.clear();
    m_allInFlight = 0;
    m_pushesSent = 0;
    m_refusedFrom.reset();
    m_again.clear();
    m_outbox.clear();
    m_declared.clear();
    m_nextWatch = 0;
    uint64_t count = 0;
    {
        const std::lock_guard lock(m_mutex);
        m_told.clear();
        for (const auto &[number, ticket] : m_waiting)
            m_outbox.push_back(ticket);
        count = m_outbox.size();
        m_status.sentAgain += count;
    }
    say(LogLevel::Warning, "The Redis server had lost what it had of the run; " + std::to_string(count)
                               + (count == 1 ? " batch was" : " batches were") + " sent again.");
}

} // namespace millrace
