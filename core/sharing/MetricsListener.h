// SPDX-License-Identifier: MIT
#pragma once

#include "process/Event.h"
#include "sharing/ListenAddress.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace millrace {

/// Answers those who ask for the gauges of a run by HTTP: `GET /metrics`. It has a thread of its own, takes few connections and small
/// requests, and waits for nobody longer than a few seconds, so that no client can hold up the run or make the program grow. Safe on all
/// threads.
class MetricsListener
{
public:
    static constexpr size_t MostConnections = 16, LargestRequest = 8'192;
    static constexpr double RequestPatience = 5;

    /// Listens from now on. `patience`: seconds for a request and its answer. An error is a sentence.
    static Result<std::unique_ptr<MetricsListener>> listen(ListenAddress address, double patience = RequestPatience);
    ~MetricsListener();
    MetricsListener(const MetricsListener &) = delete;
    MetricsListener &operator=(const MetricsListener &) = delete;

    /// With the port that it got.
    const ListenAddress &address() const { return m_address; }
    /// What is answered from now on: made when somebody asks, on the listener's thread.
    void show(std::function<std::string()> text);

private:
    struct Connection
    {
        Descriptor socket;
        uint64_t until; ///< steady nanoseconds
        std::string request, answer = {};
        size_t sent = 0;

        bool isAnswering() const { return !answer.empty(); }
    };

    MetricsListener(ListenAddress address, Descriptor listener, double patience);
    void work();
    void accept();
    bool goOn(Connection &connection);
    std::string answerTo(const std::string &request) const;

    const ListenAddress m_address;
    const Descriptor m_listener;
    const uint64_t m_patience; ///< nanoseconds
    Event m_end;
    mutable std::mutex m_mutex; ///< guards m_text
    std::function<std::string()> m_text = [] { return std::string(); };
    std::list<Connection> m_connections; ///< of the thread alone
    std::thread m_thread;                ///< last: it uses the others
};

} // namespace millrace
