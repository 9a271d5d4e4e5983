// SPDX-License-Identifier: MIT
#include "database/CallThread.h"

namespace millrace {

CallThread::~CallThread()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

void CallThread::wait(const std::function<void()> &call)
{
    const std::lock_guard turn(m_callers);
    std::unique_lock lock(m_mutex);
    m_call = &call;
    m_changed.notify_all();
    m_changed.wait(lock, [this] { return !m_call; });
}

void CallThread::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_call || m_isEnding; });
        if (!m_call)
            return;
        lock.unlock();
        (*m_call)();
        lock.lock();
        m_call = nullptr;
        m_changed.notify_all();
    }
}

} // namespace millrace
