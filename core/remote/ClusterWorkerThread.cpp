// SPDX-License-Identifier: MIT
#include "remote/ClusterWorkerThread.h"

#include "cluster/ClusterKeys.h"
#include "cluster/ClusterScripts.h"
#include "cluster/ClusterTicket.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "metrics/Clock.h"
#include "remote/RemoteStep.h"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr double AnswerPatience = 10;            ///< seconds
constexpr uint64_t TurnNanoseconds = 20'000'000; ///< that the batches taken at once should take
constexpr uint64_t MostAtOnce = 16;
constexpr const char *BlockFor = "300";             ///< milliseconds
constexpr int ReconnectPause = 200, PlanPause = 50; ///< milliseconds

} // namespace

ClusterWorkerThread::ClusterWorkerThread(ClusterWorker &process, int number)
    : m_process(process), m_number(number), m_name(process.m_process + '/' + std::to_string(number))
{}

void ClusterWorkerThread::work()
{
    const auto pause = [&](int milliseconds) {
        pollfd waited{m_process.m_over.number(), POLLIN, 0};
        ::poll(&waited, 1, milliseconds);
    };
    while (!m_process.isOver()) {
        preparePlan();
        if (m_plan.steps.empty()) {
            pause(PlanPause);
            continue;
        }
        if (turn())
            continue;
        m_redis.reset(); // the process says what is the matter
        m_handovers = m_logs = 0;
        {
            const std::lock_guard lock(m_process.m_mutex);
            std::erase_if(m_process.m_inHand,
                          [this](const ClusterWorker::InHand &batch) { return batch.worker == m_name; });
        }
        pause(ReconnectPause);
    }
    for (const auto &[step, served] : m_steps)
        served->close();
}

/// The plan of the run that is under way; where it is another than before, its steps are made anew.
void ClusterWorkerThread::preparePlan()
{
    {
        const std::lock_guard lock(m_process.m_mutex);
        const ClusterWorker::Plan &now = m_process.m_plan;
        if (!m_process.m_refused.empty()) {
            m_plan.steps.clear();
            return;
        }
        if (now.run == m_plan.run && now.epoch == m_plan.epoch && now.steps == m_plan.steps)
            return;
        if (now.run == m_plan.run && now.steps == m_plan.steps) { // another coordinator, or the same one again
            m_plan.epoch = now.epoch;
            return;
        }
        m_plan = now;
    }
    for (const auto &[step, served] : m_steps)
        served->close();
    m_steps.clear();
    m_openErrors.clear();
    m_queues.clear();
    m_nanoseconds = 0;
    for (const auto &[step, told] : m_plan.steps)
        m_queues.emplace(step, ClusterKeys(m_plan.run).queue(step));
}

Result<> ClusterWorkerThread::turn()
{
    if (!m_redis) {
        auto made = RedisConnection::connect(m_process.m_options.address, AnswerPatience);
        if (!made)
            return made.forward();
        if (auto loaded = loadScripts(*made); !loaded)
            return loaded;
        m_redis.emplace(*std::move(made));
    }
    if (const uint64_t now = steadyNanoseconds(); now >= m_nextClaim) {
        m_nextClaim = now + uint64_t(m_plan.heartbeat * 1e9);
        for (const auto &[step, queue] : m_queues) {
            const auto claimed = claim(queue);
            if (!claimed)
                return claimed.forward();
            if (auto worked = workOn(step, claimed->value().at(1), true); !worked)
                return worked;
        }
    }
    const auto taken = read();
    if (!taken)
        return taken.forward();
    for (size_t i = 0; i < taken->value().size(); ++i) {
        const RedisValue stream = taken->value().at(i);
        for (const auto &[step, queue] : m_queues)
            if (queue == stream.at(0).text())
                if (auto worked = workOn(step, stream.at(1), false); !worked)
                    return worked;
    }
    return {};
}

/// What others have had for three heartbeats without a word.
Result<RedisReply> ClusterWorkerThread::claim(const std::string &queue)
{
    return m_redis->call({"XAUTOCLAIM", queue, ClusterGroup, m_name, std::to_string(int64_t(m_plan.heartbeat * 3'000)),
                          "0", "COUNT", "4"});
}

Result<RedisReply> ClusterWorkerThread::read()
{
    const uint64_t count =
        m_nanoseconds == 0 ? 1 : std::clamp<uint64_t>(TurnNanoseconds / m_nanoseconds, 1, MostAtOnce);
    const std::string counted = std::to_string(count);
    RedisConnection::Words words{"XREADGROUP", "GROUP", ClusterGroup, m_name,   "COUNT",
                                 counted,      "BLOCK", BlockFor,     "STREAMS"};
    for (const auto &[step, queue] : m_queues)
        words.emplace_back(queue);
    words.insert(words.end(), m_queues.size(), ">");
    return m_redis->call(words);
}

Result<> ClusterWorkerThread::workOn(const std::string &step, RedisValue entries, bool isClaimed)
{
    const std::string &queue = m_queues.at(step);
    take(queue, entries);
    for (size_t i = 0; i < entries.size(); ++i) {
        const RedisValue entry = entries.at(i);
        if (entry.at(1).isNil())
            continue; // it was taken away meanwhile
        bool isGivenUp = false;
        if (isClaimed) {
            if (auto settled = awaitHandovers(); !settled)
                return settled;
            const auto count = deliveries(queue, entry.at(0).text());
            if (!count)
                return count.forward();
            isGivenUp = *count > m_plan.tries;
            const std::string counts = ClusterKeys(m_plan.run).counts;
            if (auto counted = m_redis->call({"HINCRBY", counts, "again", "1"}); !counted)
                return counted.forward();
        }
        if (auto worked = workOnOne(step, entry, isGivenUp); !worked)
            return worked;
    }
    return awaitHandovers();
}

Result<> ClusterWorkerThread::workOnOne(const std::string &step, RedisValue entry, bool isGivenUp)
{
    const std::string id(entry.at(0).text());
    const RedisValue fields = entry.at(1);
    auto kind = ClusterTicket::Answer::Lost;
    m_answer = std::to_string(m_plan.tries);
    if (!isGivenUp) {
        const uint64_t begun = steadyNanoseconds();
        Result<> opened = open(step);
        const auto body = m_process.m_frame.open(fields.member("b").text());
        if (opened && !body)
            opened = body.forward();
        kind = ClusterTicket::Answer::Failed;
        if (!opened) {
            ServedStep::encodeError(opened.error(), m_answer);
        } else {
            ServedStep &served = *m_steps.at(step);
            if (served.work(*body, m_answer))
                kind = ClusterTicket::Answer::Done;
            sendLog(step, served);
            const uint64_t took = steadyNanoseconds() - begun;
            m_nanoseconds = m_nanoseconds == 0 ? took : (m_nanoseconds * 3 + took) / 4;
        }
    }
    const ClusterKeys keys(m_plan.run);
    m_redis->append(scriptCall(ClusterScript::Handover, {keys.epoch, m_queues.at(step), keys.results, keys.counts},
                               {fields.member("e").text(), id, m_name, fields.member("t").text(),
                                ClusterAnswerNames[size_t(kind)], m_answer}));
    ++m_handovers;
    letGo(id);
    return m_redis->flush();
}

/// A batch that another one has got, or of a coordinator that isn't any more, is just forgotten.
Result<> ClusterWorkerThread::awaitHandovers()
{
    for (m_handovers += std::exchange(m_logs, 0); m_handovers > 0; --m_handovers) {
        const auto reply = m_redis->await();
        if (!reply)
            return reply.forward();
        if (reply->value().isError())
            return m_redis->refusal(reply->value());
    }
    return {};
}

Result<int64_t> ClusterWorkerThread::deliveries(const std::string &queue, std::string_view entry)
{
    const auto told = m_redis->call({"XPENDING", queue, ClusterGroup, entry, entry, "1"});
    return told ? Result<int64_t>(told->value().at(0).at(3).number()) : told.forward();
}

/// What can't be opened fails each batch with the same words.
Result<> ClusterWorkerThread::open(const std::string &step)
{
    if (m_steps.contains(step))
        return {};
    if (const auto failed = m_openErrors.find(step); failed != m_openErrors.end())
        return failure(failed->second.kind, failed->second.message);
    const Value &told = m_plan.steps.at(step);
    auto served = std::make_unique<ServedStep>(m_process.m_registry);
    const Value *timeLimit = memberOf(told, "timeLimit");
    if (wholeOf(told, "memoryLimit") > 0 || (timeLimit && timeLimit->isNumber() && timeLimit->toReal() > 0))
        served->setMakeApart([](RemoteSpec spec) { return std::make_unique<RemoteStep>(std::move(spec)); });
    auto opened = served->open(told, m_process.m_options.folder);
    if (opened)
        m_steps.emplace(step, std::move(served));
    else
        m_openErrors.emplace(step, opened.error());
    return opened;
}

void ClusterWorkerThread::sendLog(const std::string &step, ServedStep &served)
{
    const std::string results = ClusterKeys(m_plan.run).results;
    for (const LogRecord &record : served.takeLog()) {
        const std::string text = toStateLine(Members{{"level", Value(int64_t(record.level))},
                                                     {"step", Value(step)},
                                                     {"kind", Value(record.kind)},
                                                     {"message", Value(record.message)}});
        m_redis->append({"XADD", results, "NOMKSTREAM", "*", "k", ClusterLogKind, "b", text});
        ++m_logs;
    }
}

void ClusterWorkerThread::take(const std::string &queue, RedisValue entries)
{
    const std::lock_guard lock(m_process.m_mutex);
    for (size_t i = 0; i < entries.size(); ++i)
        m_process.m_inHand.push_back({m_name, queue, std::string(entries.at(i).at(0).text())});
}

void ClusterWorkerThread::letGo(const std::string &entry)
{
    const std::lock_guard lock(m_process.m_mutex);
    std::erase_if(m_process.m_inHand,
                  [&](const ClusterWorker::InHand &batch) { return batch.worker == m_name && batch.entry == entry; });
}

} // namespace millrace
