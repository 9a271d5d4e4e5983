// SPDX-License-Identifier: MIT
#include "cluster/ClusterWire.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr double AnswerPatience = 10; ///< seconds
constexpr const char *AnswersAtOnce = "256";
constexpr const char *ListenFor = "1000";  ///< milliseconds
constexpr const char *Coordinator = "c";   ///< the one reader of results
constexpr const char *MostBuried = "1000"; ///< batches

} // namespace

ClusterWire::ClusterWire(ClusterAddress address, std::string coordinator, int64_t lease)
    : m_address(std::move(address))
    , m_keys(m_address.run)
    , m_coordinator(std::move(coordinator))
    , m_lease(std::to_string(lease))
    , m_queuePrefix(m_keys.queue({}))
{}

Result<> ClusterWire::connect()
{
    disconnect();
    auto sending = RedisConnection::connect(m_address, AnswerPatience);
    if (!sending)
        return sending.forward();
    if (auto checked = sending->checkServer(); !checked)
        return checked;
    if (auto loaded = loadScripts(*sending); !loaded)
        return loaded;
    auto receiving = RedisConnection::connect(m_address, AnswerPatience);
    if (!receiving)
        return receiving.forward();
    m_sending.emplace(*std::move(sending));
    m_receiving.emplace(*std::move(receiving));
    return {};
}

void ClusterWire::disconnect()
{
    m_sending.reset();
    m_receiving.reset();
}

RedisConnection::Words ClusterWire::allKeys() const
{
    return {m_keys.epoch,  m_keys.owner,   m_keys.pushed, m_keys.joined, m_keys.plan,
            m_keys.counts, m_keys.results, m_keys.gauges, m_queuePrefix, m_keys.dead};
}

Result<std::optional<int64_t>> ClusterWire::init()
{
    const auto told = m_sending->call(scriptCall(ClusterScript::Init, allKeys(), {m_coordinator, m_lease, m_epoch}));
    if (!told)
        return told.forward();
    const int64_t epoch = told->value().at(0).number();
    if (epoch == ClusterRefusal::Owned)
        return std::optional(std::max<int64_t>(told->value().at(2).number(), 1));
    if (auto listed = m_sending->call({"SADD", ClusterRunsKey, m_address.run}); !listed)
        return listed.forward();
    m_epoch = std::to_string(epoch);
    m_next = m_confirmed = 0;
    m_sent.clear();
    return std::optional<int64_t>();
}

Result<bool> ClusterWire::hasKept(int64_t &pushed)
{
    const auto told = m_sending->call({"MGET", m_keys.epoch, m_keys.pushed, m_keys.joined});
    if (!told)
        return told.forward();
    if (told->value().at(0).number() > std::stoll(m_epoch))
        return failure(ErrorKind::Cluster, "Another coordinator has taken over the run \"" + m_address.run
                                               + "\" meanwhile; this one ends.");
    pushed = told->value().at(1).number();
    return told->value().at(0).text() == m_epoch && !told->value().at(1).isNil() && !told->value().at(2).isNil()
           && pushed >= m_confirmed && pushed <= m_next;
}

Result<> ClusterWire::declare(const std::string &step, const std::string &made)
{
    const std::string &queue = m_queues.try_emplace(step, m_keys.queue(step)).first->second;
    const auto told =
        m_sending->call(scriptCall(ClusterScript::Declare, {m_keys.epoch, m_keys.plan, queue}, {m_epoch, step, made}));
    return told ? Result<>() : told.forward();
}

void ClusterWire::end(const std::vector<ClusterGrave> &graves)
{
    if (!m_sending)
        return;
    for (const auto &[step, bytes] : graves)
        (void)m_sending->call(burial(step, bytes));
    if (!m_sent.empty())
        return;
    if (m_sending->call(scriptCall(ClusterScript::End, allKeys(), {m_epoch, m_coordinator})))
        (void)m_sending->call({"SREM", ClusterRunsKey, m_address.run}); // what is left has an end of its own
}

void ClusterWire::push(const ClusterTicketPtr &ticket, int64_t capacity, int64_t window)
{
    m_sending->append(scriptCall(ClusterScript::Push,
                                 {m_keys.epoch, m_keys.pushed, m_keys.joined, m_queues.at(ticket->step)},
                                 {m_epoch, std::to_string(m_next), std::to_string(capacity), std::to_string(window),
                                  std::to_string(ticket->number), ticket->bytes}));
    m_sent.push_back({Sent::Kind::Push, m_next++, ticket});
}

void ClusterWire::join(const std::vector<std::string> &entries)
{
    RedisConnection::Words arguments{m_epoch};
    arguments.insert(arguments.end(), entries.begin(), entries.end());
    m_sending->append(scriptCall(ClusterScript::Join, {m_keys.epoch, m_keys.joined, m_keys.results}, arguments));
    m_sent.push_back({Sent::Kind::Join, 0, {}});
}

void ClusterWire::watch(int64_t silence, const std::string &gauges, size_t steps)
{
    m_sending->append(
        scriptCall(ClusterScript::Watch,
                   {m_keys.epoch, m_keys.owner, m_keys.pushed, m_keys.joined, m_keys.plan, m_keys.workers,
                    m_keys.counts, m_keys.results, m_keys.gauges, m_queuePrefix},
                   {m_epoch, m_coordinator, m_lease, std::to_string(silence), gauges, std::to_string(steps)}));
    m_sent.push_back({Sent::Kind::Watch, 0, {}});
}

void ClusterWire::bury(const std::string &step, const std::string &bytes)
{
    m_sending->append(burial(step, bytes));
    m_sent.push_back({Sent::Kind::Other, 0, {}});
}

RedisConnection::Words ClusterWire::burial(const std::string &step, const std::string &bytes) const
{
    return {"XADD", m_keys.dead, "MAXLEN", "~", MostBuried, "*", "step", step, "b", bytes};
}

std::vector<ClusterWire::Sent> ClusterWire::unconfirmed() const
{
    std::vector<Sent> pushes;
    for (const Sent &sent : m_sent)
        if (sent.kind == Sent::Kind::Push)
            pushes.push_back(sent);
    return pushes;
}

Result<std::optional<std::pair<ClusterWire::Sent, RedisReply>>> ClusterWire::nextReply()
{
    auto reply = m_sending->next();
    if (!reply)
        return reply.forward();
    if (!*reply || m_sent.empty())
        return std::optional<std::pair<Sent, RedisReply>>();
    Sent sent = std::move(m_sent.front());
    m_sent.pop_front();
    if (sent.kind == Sent::Kind::Push && !(*reply)->value().isError() && (*reply)->value().number() == sent.number)
        m_confirmed = sent.number + 1;
    return std::optional(std::pair(std::move(sent), **std::move(reply)));
}

Result<> ClusterWire::listen(bool again)
{
    m_receiving->append({"XREADGROUP", "GROUP", ClusterGroup, Coordinator, "COUNT", AnswersAtOnce, "BLOCK", ListenFor,
                         "STREAMS", m_keys.results, again ? "0" : ">"});
    return m_receiving->flush();
}

Result<std::optional<RedisReply>> ClusterWire::nextAnswers()
{
    return m_receiving->next();
}

} // namespace millrace
