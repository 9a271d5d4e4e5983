// SPDX-License-Identifier: MIT
#pragma once

#include "cluster/ClusterFrame.h"
#include "cluster/ClusterStatus.h"
#include "cluster/ClusterWire.h"
#include "metrics/RunLog.h"
#include "process/Descriptor.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace millrace {

/// How a coordinator uses a cluster.
struct ClusterOptions
{
    ClusterAddress address; ///< with a run's name
    std::string build;      ///< clusterBuild() of the program that works
    double heartbeat =
        1; ///< seconds; after three without a word a worker is given up, and a coordinator may be followed by another
    double patience = 600; ///< seconds for which a server may be away
    int tries = 3;         ///< how often a batch is given to workers that are lost at it
};

/// A run's side of a cluster: gives batches to the queues in Redis, and takes the answers. What the server loses, is sent again; what comes
/// twice, is dropped. While the server is away all wait, up to a patience; then the session has failed, and everything with it.
/// Safe on all threads; one of its own does the talking.
class ClusterSession
{
public:
    static constexpr int LeastCapacity = 64; ///< of a step's queue, in batches

    /// Connects and begins the run, of which nobody else may be the coordinator. An error is a sentence.
    static Result<std::shared_ptr<ClusterSession>> begin(ClusterOptions options);
    ~ClusterSession();
    ClusterSession(const ClusterSession &) = delete;
    ClusterSession &operator=(const ClusterSession &) = delete;

    const ClusterFrame &frame() const { return m_frame; }
    const ClusterOptions &options() const { return m_options; }

    /// Tells workers what to make a step of, before anything is pushed for it. `cancelFd`: ends all waiting once it is readable.
    void declare(const std::string &step, const std::string &made, RunLog *log, int cancelFd);
    /// Gives a batch (with its header) to a step's queue.
    ClusterTicketPtr push(const std::string &step, std::string bytes);
    /// Waits until the ticket has its answer. Errors: "interrupted" where the run was broken off, else the session has failed.
    Result<> await(ClusterTicket &ticket);
    /// Keeps a batch that has cost workers, to be looked at.
    void bury(const std::string &step, std::string bytes);
    /// What those are to see who look at the run from elsewhere.
    void show(std::string gauges);
    ClusterStatus status() const;
    /// The run is over: takes it away from the server, as the end of this object does. Waits for that.
    void end();

private:
    explicit ClusterSession(ClusterOptions options);
    Result<> start();
    void work();
    Result<> turn();
    void takeTold();
    Result<> sendWhatIsDue();
    void sendPushes();
    Result<> waitAndRead();
    Result<> readReplies();
    Result<> readAnswers();
    Result<> settlePush(const ClusterWire::Sent &sent, RedisValue reply);
    Result<> takeWatch(RedisValue reply);
    void takeProcesses(RedisValue alive, RedisValue lost);
    void takeAnswer(RedisValue entry);
    void takeLogRecord(RedisValue fields);
    void endRefusal();
    bool reconnect(const Error &error);
    Result<> restore();
    void sendAllAgain();
    bool pauseFor(double seconds);
    void fail(Error error);
    void say(LogLevel level, std::string message);
    bool isOver() const;
    void wake();

    const ClusterOptions m_options;
    const ClusterFrame m_frame;
    const std::string m_runText; ///< what workers are told of the run as a whole
    Descriptor m_wake;           ///< an eventfd

    mutable std::mutex m_mutex; ///< guards what follows
    bool m_isOver = false, m_isCancelled = false, m_isAsleep = false;
    int m_cancelFd = -1;
    RunLog *m_log = nullptr;
    std::vector<std::pair<LogLevel, std::string>> m_unsaid; ///< from before there was a log
    std::optional<Error> m_failure;
    uint64_t m_nextTicket = 1;
    std::map<uint64_t, ClusterTicketPtr> m_waiting; ///< for an answer
    std::deque<ClusterTicketPtr> m_told;            ///< to be pushed
    std::map<std::string, std::string> m_steps;     ///< what is declared
    bool m_hasNewSteps = false;
    std::vector<ClusterGrave> m_graves;
    std::string m_gauges;
    ClusterStatus m_status;

    // Of the session's thread alone.
    ClusterWire m_wire;
    std::deque<ClusterTicketPtr> m_outbox;
    std::deque<ClusterTicketPtr> m_again; ///< whose push was refused, to be tried later
    std::optional<int64_t> m_refusedFrom; ///< number of the first of them
    size_t m_pushesSent = 0;              ///< not confirmed
    std::map<std::string, int64_t> m_inFlight;
    int64_t m_allInFlight = 0;
    std::vector<std::string> m_taken; ///< answers to be joined
    std::map<std::string, std::string> m_declared;
    uint64_t m_heldUntil = 0, m_nextWatch = 0, m_begun = 0, m_fullSince = 0; ///< steady nanoseconds
    int m_workers = 0;
    bool m_hasSaidAlone = false;
    std::map<std::string, std::string> m_saidRefused; ///< by process

    std::thread m_thread; ///< last: it uses the others
};

} // namespace millrace
