// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <mutex>

namespace millrace::test {

/// Holds up whoever comes until it is opened, and knows whether anybody has come. Safe on all threads.
class Gate
{
public:
    void open()
    {
        const std::lock_guard lock(m_mutex);
        m_isOpen = true;
        m_changed.notify_all();
    }
    void pass()
    {
        std::unique_lock lock(m_mutex);
        m_isReached = true;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_isOpen; });
    }
    void waitUntilReached()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isReached; });
    }

private:
    std::mutex m_mutex; ///< guards the two below
    std::condition_variable m_changed;
    bool m_isOpen = false, m_isReached = false;
};

} // namespace millrace::test
