// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace millrace {

/// How many requests may be under way to one host at a time, and until when it wants none. Shared by a step's workers; any thread.
class HostLimits
{
public:
    using Moment = std::chrono::steady_clock::time_point;

    explicit HostLimits(int64_t most) : m_most(most) {}

    /// Takes one of the host's places. False: there is none now; `again` says when to ask again, Moment::max() that the waker will
    /// be called.
    bool take(const std::string &host, Moment now, Moment &again);
    void release(const std::string &host);
    /// No further request begins before then.
    void pauseUntil(const std::string &host, Moment moment);

    /// Called by release(), on any thread, until it is removed: it wakes somebody who waits for a place.
    void addWaker(const void *owner, std::function<void()> wake);
    void removeWaker(const void *owner);

private:
    struct Host
    {
        int64_t underWay = 0;
        Moment pausedUntil{};
    };

    const int64_t m_most;
    std::mutex m_mutex; ///< guards what follows
    std::map<std::string, Host> m_hosts;
    std::map<const void *, std::function<void()>> m_wakers;
    bool m_isWaitedFor = false;
};

} // namespace millrace
