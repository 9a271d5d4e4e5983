// SPDX-License-Identifier: MIT
#include "cluster/ClusterSession.h"

#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "metrics/Clock.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <random>
#include <system_error>
#include <utility>

namespace millrace {

namespace {

constexpr size_t MostPushesSent = 64;     ///< that nobody has confirmed
constexpr uint64_t FullPause = 5'000'000; ///< nanoseconds until a push that found no room is tried again
constexpr double NanosecondsPerSecond = 1e9;

uint64_t nanosecondsOf(double seconds)
{
    return uint64_t(seconds * NanosecondsPerSecond);
}

/// No other coordinator has it, not even one of a process that had the same number.
std::string coordinatorName()
{
    char host[HOST_NAME_MAX + 1] = {};
    if (::gethostname(host, sizeof host - 1) != 0)
        host[0] = '?';
    std::random_device random;
    return std::string(host) + ':' + std::to_string(::getpid()) + ':' + std::to_string(random());
}

std::string runText(const ClusterOptions &options)
{
    return toStateLine(Members{{"build", Value(options.build)},
                               {"heartbeat", Value(options.heartbeat)},
                               {"tries", Value(int64_t(options.tries))}});
}

} // namespace

Result<std::shared_ptr<ClusterSession>> ClusterSession::begin(ClusterOptions options)
{
    std::shared_ptr<ClusterSession> session(new ClusterSession(std::move(options)));
    if (auto started = session->start(); !started)
        return started.forward();
    return session;
}

ClusterSession::ClusterSession(ClusterOptions options)
    : m_options(std::move(options))
    , m_frame(m_options.build)
    , m_runText(runText(m_options))
    , m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    , m_wire(m_options.address, coordinatorName(), int64_t(m_options.heartbeat * 3'000))
{}

ClusterSession::~ClusterSession()
{
    end();
}

void ClusterSession::end()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isOver = true;
    }
    wake();
    if (m_thread.joinable())
        m_thread.join();
}

/// A coordinator that was killed a moment ago still has the run: that is waited for.
Result<> ClusterSession::start()
{
    if (auto connected = m_wire.connect(); !connected)
        return connected;
    const uint64_t until = steadyNanoseconds() + nanosecondsOf(m_options.heartbeat * 4);
    for (;;) {
        const auto owned = m_wire.init();
        if (!owned)
            return owned.forward();
        if (!*owned)
            break;
        if (steadyNanoseconds() > until)
            return failure(ErrorKind::Cluster, "Another run with the name \"" + m_options.address.run
                                                   + "\" is under way at " + m_options.address.server()
                                                   + "; wait for its end, or give this one another name.");
        pauseFor(0.1);
    }
    if (auto listening = m_wire.listen(); !listening)
        return listening;
    m_status.isConnected = true;
    m_begun = steadyNanoseconds();
    m_steps[{}] = m_runText;
    m_hasNewSteps = true;
    try {
        m_thread = std::thread([this] { work(); });
    } catch (const std::system_error &) {
        return failure(ErrorKind::Threads, "The system gives no thread for the cluster.");
    }
    return {};
}

void ClusterSession::declare(const std::string &step, const std::string &made, RunLog *log, int cancelFd)
{
    {
        const std::lock_guard lock(m_mutex);
        m_log = log;
        m_cancelFd = cancelFd;
        m_steps[step] = made;
        m_hasNewSteps = true;
        for (auto &[level, message] : std::exchange(m_unsaid, {}))
            if (log)
                level == LogLevel::Warning ? log->warn({}, std::move(message)) : log->info({}, std::move(message));
    }
    wake();
}

ClusterTicketPtr ClusterSession::push(const std::string &step, std::string bytes)
{
    auto ticket = std::make_shared<ClusterTicket>();
    ticket->step = step;
    ticket->bytes = std::move(bytes);
    bool isAsleep = false;
    {
        const std::lock_guard lock(m_mutex);
        ticket->number = m_nextTicket++;
        m_waiting.emplace(ticket->number, ticket);
        m_told.push_back(ticket);
        isAsleep = std::exchange(m_isAsleep, false);
    }
    if (isAsleep)
        wake();
    return ticket;
}

Result<> ClusterSession::await(ClusterTicket &ticket)
{
    std::unique_lock lock(m_mutex);
    ticket.answered.wait(lock,
                         [&] { return ticket.kind != ClusterTicket::Answer::None || m_failure || m_isCancelled; });
    if (ticket.kind != ClusterTicket::Answer::None)
        return {};
    if (m_failure)
        return failure(m_failure->kind, m_failure->message);
    return failure(ErrorKind::Interrupted, "The run was stopped.");
}

void ClusterSession::bury(const std::string &step, std::string bytes)
{
    const std::lock_guard lock(m_mutex);
    m_graves.emplace_back(step, std::move(bytes));
}

void ClusterSession::show(std::string gauges)
{
    const std::lock_guard lock(m_mutex);
    m_gauges = std::move(gauges);
}

ClusterStatus ClusterSession::status() const
{
    const std::lock_guard lock(m_mutex);
    return m_status;
}

bool ClusterSession::isOver() const
{
    const std::lock_guard lock(m_mutex);
    return m_isOver;
}

void ClusterSession::wake()
{
    const uint64_t one = 1;
    (void)!::write(m_wake.number(), &one, sizeof one); // full: it is awake
}

void ClusterSession::say(LogLevel level, std::string message)
{
    const std::lock_guard lock(m_mutex);
    if (!m_log)
        m_unsaid.emplace_back(level, std::move(message));
    else if (level == LogLevel::Warning)
        m_log->warn({}, std::move(message));
    else
        m_log->info({}, std::move(message));
}

void ClusterSession::fail(Error error)
{
    const std::lock_guard lock(m_mutex);
    m_failure = std::move(error);
    for (const auto &[number, ticket] : m_waiting)
        ticket->answered.notify_all();
}

void ClusterSession::work()
{
    while (!isOver()) {
        const Result<> went = turn();
        if (went)
            continue;
        if (went.error().kind != ErrorKind::Network) {
            fail(went.error());
            return;
        }
        if (!reconnect(went.error()))
            return;
    }
    if (m_wire.isConnected() && m_wire.connect()) { // replies to what was sent may be under way on the old one
        const std::lock_guard lock(m_mutex);
        m_wire.end(m_graves);
    }
}

Result<> ClusterSession::turn()
{
    takeTold();
    if (auto sent = sendWhatIsDue(); !sent)
        return sent;
    return waitAndRead();
}

void ClusterSession::takeTold()
{
    const std::lock_guard lock(m_mutex);
    m_outbox.insert(m_outbox.end(), m_told.begin(), m_told.end());
    m_told.clear();
    if (std::exchange(m_hasNewSteps, false))
        m_declared.clear();
    m_isAsleep = false;
}

Result<> ClusterSession::sendWhatIsDue()
{
    if (m_declared.empty() && m_wire.awaited() == 0) {
        std::map<std::string, std::string> steps;
        {
            const std::lock_guard lock(m_mutex);
            steps = m_steps;
        }
        for (const auto &[step, made] : steps)
            if (auto declared = m_wire.declare(step, made); !declared)
                return declared;
        m_declared = std::move(steps);
    }
    if (!m_taken.empty())
        m_wire.join(std::exchange(m_taken, {}));
    const uint64_t now = steadyNanoseconds();
    if (!m_declared.empty() && !m_refusedFrom && now >= m_heldUntil)
        sendPushes();
    if (!m_declared.empty() && now >= m_nextWatch) {
        m_nextWatch =
            now + nanosecondsOf(m_options.heartbeat / (m_workers == 0 ? 5 : 1)); // the first ones are seen at once
        const std::lock_guard lock(m_mutex);
        for (const auto &[step, bytes] : std::exchange(m_graves, {}))
            m_wire.bury(step, bytes);
        m_wire.watch(int64_t(m_options.heartbeat * 3'000), m_gauges, m_declared.size());
    }
    return m_wire.flush();
}

/// Of those that wait, all for which there is room.
void ClusterSession::sendPushes()
{
    const int64_t capacity = std::max<int64_t>(LeastCapacity, int64_t(m_workers) * 4);
    const int64_t window = capacity * 8;
    for (auto at = m_outbox.begin(); at != m_outbox.end() && m_pushesSent < MostPushesSent;) {
        int64_t &inFlight = m_inFlight[(*at)->step];
        if (m_allInFlight >= window)
            return;
        if (inFlight >= capacity || !m_declared.contains((*at)->step)) {
            ++at;
            continue;
        }
        m_wire.push(*at, capacity, window);
        ++inFlight;
        ++m_allInFlight;
        ++m_pushesSent;
        at = m_outbox.erase(at);
    }
}

Result<> ClusterSession::waitAndRead()
{
    pollfd waited[4] = {{m_wire.receivingDescriptor(), POLLIN, 0},
                        {m_wire.awaited() > 0 ? m_wire.sendingDescriptor() : -1, POLLIN, 0},
                        {m_wake.number(), POLLIN, 0},
                        {-1, POLLIN, 0}};
    {
        const std::lock_guard lock(m_mutex);
        if (!m_told.empty() || m_isOver)
            return {};
        m_isAsleep = true;
        waited[3].fd = m_isCancelled ? -1 : m_cancelFd;
    }
    const uint64_t now = steadyNanoseconds();
    uint64_t until = m_nextWatch;
    if (!m_outbox.empty() && m_heldUntil > now)
        until = std::min(until, m_heldUntil);
    const int milliseconds = until > now ? int((until - now) / 1'000'000) + 1 : 0;
    ::poll(waited, std::size(waited), milliseconds);
    if (waited[2].revents != 0) {
        uint64_t count = 0;
        (void)!::read(m_wake.number(), &count, sizeof count); // only to make it unreadable
    }
    if (waited[3].revents != 0) {
        const std::lock_guard lock(m_mutex);
        m_isCancelled = true;
        for (const auto &[number, ticket] : m_waiting)
            ticket->answered.notify_all();
    }
    if (waited[1].revents != 0)
        if (auto read = readReplies(); !read)
            return read;
    return waited[0].revents != 0 ? readAnswers() : Result<>();
}

Result<> ClusterSession::readReplies()
{
    if (auto read = m_wire.readSending(); !read)
        return read;
    for (;;) {
        auto next = m_wire.nextReply();
        if (!next)
            return next.forward();
        if (!*next)
            return {};
        const auto &[sent, reply] = **next;
        Result<> settled;
        switch (sent.kind) {
        case ClusterWire::Sent::Kind::Push: settled = settlePush(sent, reply.value()); break;
        case ClusterWire::Sent::Kind::Watch: settled = takeWatch(reply.value()); break;
        case ClusterWire::Sent::Kind::Join:
        case ClusterWire::Sent::Kind::Other:
            if (reply.value().isError())
                settled = m_wire.refusal(reply.value());
        }
        if (!settled)
            return settled;
    }
}

Result<> ClusterSession::settlePush(const ClusterWire::Sent &sent, RedisValue reply)
{
    --m_pushesSent;
    const int64_t code = reply.isError() ? 0 : reply.number();
    const bool isFull = reply.text().starts_with("OOM");
    if (reply.isError() && !isFull)
        return m_wire.refusal(reply);
    if (isFull || code == ClusterRefusal::Full || code == ClusterRefusal::TooMany
        || (code == ClusterRefusal::OtherNumber && m_refusedFrom)) {
        if (!m_refusedFrom)
            m_refusedFrom = sent.number;
        m_again.push_back(sent.ticket);
        --m_inFlight[sent.ticket->step];
        --m_allInFlight;
        if (isFull && m_fullSince == 0) {
            m_fullSince = steadyNanoseconds();
            say(LogLevel::Warning, m_wire.refusal(reply).error.message + " The run waits until there is room.");
        }
    } else if (code < 0) {
        return failure(ErrorKind::Network,
                       "The Redis server at " + m_options.address.server() + " has lost a part of the run.");
    } else {
        m_fullSince = 0;
    }
    if (m_pushesSent == 0 && m_refusedFrom)
        endRefusal();
    if (m_fullSince != 0 && steadyNanoseconds() - m_fullSince > nanosecondsOf(m_options.patience))
        return failure(ErrorKind::Cluster, m_wire.refusal(reply).error.message);
    return {};
}

/// All that was sent after a push that was refused has come back, too.
void ClusterSession::endRefusal()
{
    m_wire.goBackTo(*m_refusedFrom);
    m_refusedFrom.reset();
    m_outbox.insert(m_outbox.begin(), m_again.begin(), m_again.end());
    m_again.clear();
    m_heldUntil = steadyNanoseconds() + FullPause * (m_fullSince != 0 ? 40 : 1);
}

} // namespace millrace
