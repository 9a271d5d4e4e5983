// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/ClusterKeys.h"
#include "cluster/ClusterScripts.h"
#include "cluster/ClusterTicket.h"
#include "cluster/RedisConnection.h"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// A batch at which workers were lost again and again: its step, and its bytes.
using ClusterGrave = std::pair<std::string, std::string>;

/// What a coordinator says to Redis, and hears of it: one connection for what it sends, another that waits for answers. An error of the kind
/// "network" has lost them; connect() makes new ones. One thread.
class ClusterWire
{
public:
    /// `coordinator`: a name that no other has. `lease`: milliseconds without a word after which another coordinator may take the run over.
    ClusterWire(ClusterAddress address, std::string coordinator, int64_t lease);

    Result<> connect();
    void disconnect();
    bool isConnected() const { return m_sending.has_value(); }

    /// Begins a new epoch, with empty queues. Nothing, or for how many milliseconds another coordinator has the run.
    Result<std::optional<int64_t>> init();
    /// Whether the server still has all that this coordinator has sent. `pushed`: how many batches, then.
    Result<bool> hasKept(int64_t &pushed);
    Result<> declare(const std::string &step, const std::string &made);
    /// Buries what wasn't yet, and takes the run away.
    void end(const std::vector<ClusterGrave> &graves);

    /// What was sent, and what has become of it, in order.
    struct Sent
    {
        enum class Kind : uint8_t { Push, Join, Watch, Other };
        Kind kind = Kind::Other;
        int64_t number = 0; ///< of a push
        ClusterTicketPtr ticket;
    };
    void push(const ClusterTicketPtr &ticket, int64_t capacity, int64_t window);
    void join(const std::vector<std::string> &entries);
    void watch(int64_t silence, const std::string &gauges, size_t steps);
    void bury(const std::string &step, const std::string &bytes);
    Result<> flush() { return m_sending->flush(); }
    /// After a push was refused, and those behind it with it: that one's number is the next again.
    void goBackTo(int64_t number) { m_next = number; }
    size_t awaited() const { return m_sent.size(); }
    /// Batches that were pushed, and whose pushing nobody has confirmed.
    std::vector<Sent> unconfirmed() const;
    void forgetSent() { m_sent.clear(); }
    int64_t next() const { return m_next; }

    int sendingDescriptor() const { return m_sending->descriptor(); }
    int receivingDescriptor() const { return m_receiving->descriptor(); }
    Result<> readSending() { return m_sending->readSome(); }
    Result<> readReceiving() { return m_receiving->readSome(); }
    /// The next reply to what was sent; nothing: it hasn't come.
    Result<std::optional<std::pair<Sent, RedisReply>>> nextReply();
    /// Asks for answers; once they have come, again. `again`: those that were given before, and weren't taken.
    Result<> listen(bool again = false);
    /// A list of entries (empty: there were none in a while); nothing: it hasn't come.
    Result<std::optional<RedisReply>> nextAnswers();

    Failure refusal(RedisValue error) const { return m_sending->refusal(error); }
    const std::string &epoch() const { return m_epoch; }

private:
    RedisConnection::Words allKeys() const;
    RedisConnection::Words burial(const std::string &step, const std::string &bytes) const;

    const ClusterAddress m_address;
    const ClusterKeys m_keys;
    const std::string m_coordinator, m_lease;
    const std::string m_queuePrefix;
    std::map<std::string, std::string> m_queues; ///< by step
    std::optional<RedisConnection> m_sending, m_receiving;
    std::deque<Sent> m_sent; ///< whose replies are awaited
    std::string m_epoch = "0";
    int64_t m_next = 0;      ///< number of the next push
    int64_t m_confirmed = 0; ///< pushes that the server has said it has
};

} // namespace millrace
