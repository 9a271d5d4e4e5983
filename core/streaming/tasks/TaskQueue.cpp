// SPDX-License-Identifier: MIT
#include "streaming/tasks/TaskQueue.h"

#include <algorithm>
#include <new>

namespace millrace {

size_t TaskQueue::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_entries.size();
}

bool TaskQueue::isClosed() const
{
    const std::lock_guard lock(m_mutex);
    return m_isClosed;
}

bool TaskQueue::put(Entry entry, const std::atomic<bool> *isBrokenOff)
{
    const auto isHopeless = [&] { return m_isClosed || (isBrokenOff && isBrokenOff->load()); };
    {
        std::unique_lock lock(m_mutex);
        m_hasRoom.wait(lock, [&] { return isHopeless() || m_capacity == 0 || m_entries.size() < m_capacity; });
        if (isHopeless())
            return false;
        if (entry.task.sequence < 0)
            entry.task.sequence = m_nextSequence;
        m_nextSequence = std::max(m_nextSequence, entry.task.sequence + 1);
        m_entries.push_back(std::move(entry));
    }
    m_hasTask.notify_one();
    return true;
}

std::optional<TaskQueue::Entry> TaskQueue::take(bool mayEnd)
{
    std::unique_lock lock(m_mutex);
    m_hasTask.wait(
        lock, [&] { return !m_entries.empty() || m_isClosed || (mayEnd && m_hadPublishers && m_publishers == 0); });
    return takeFirst(std::move(lock));
}

std::optional<TaskQueue::Entry> TaskQueue::takeUntil(std::chrono::steady_clock::time_point until)
{
    std::unique_lock lock(m_mutex);
    m_hasTask.wait_until(lock, until, [&] { return !m_entries.empty() || m_isClosed; });
    return takeFirst(std::move(lock));
}

std::optional<TaskQueue::Entry> TaskQueue::takeFirst(std::unique_lock<std::mutex> lock)
{
    if (m_entries.empty())
        return {};
    std::optional<Entry> entry = std::move(m_entries.front());
    m_entries.pop_front();
    lock.unlock();
    m_hasRoom.notify_one();
    return entry;
}

bool TaskQueue::isClosedAndEmpty() const
{
    const std::lock_guard lock(m_mutex);
    return m_isClosed && m_entries.empty();
}

void TaskQueue::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
    }
    wakeAll();
}

void TaskQueue::reopen()
{
    const std::lock_guard lock(m_mutex);
    m_isClosed = false;
}

std::vector<int64_t> TaskQueue::waiting() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<int64_t> numbers;
    for (const Entry &entry : m_entries)
        numbers.push_back(entry.task.sequence);
    return numbers;
}

void TaskQueue::clear()
{
    {
        const std::lock_guard lock(m_mutex);
        m_entries.clear();
    }
    m_hasRoom.notify_all();
}

void TaskQueue::wakeAll()
{
    // Whoever has looked but doesn't wait yet holds the mutex: it is waiting once the mutex is free.
    {
        const std::lock_guard lock(m_mutex);
    }
    m_hasRoom.notify_all();
    m_hasTask.notify_all();
}

size_t TaskQueue::addLane()
{
    const std::lock_guard lock(m_mutex);
    return ++m_lanes;
}

void TaskQueue::publisherStarted()
{
    const std::lock_guard lock(m_mutex);
    ++m_publishers;
    m_hadPublishers = true;
    m_endError.reset();
}

void TaskQueue::publisherEnded(const std::optional<Error> &error)
{
    {
        const std::lock_guard lock(m_mutex);
        --m_publishers;
        try {
            if (error)
                m_endError = error;
        } catch (const std::bad_alloc &) {
            m_endError = Error{ErrorKind::Memory, {}};
        }
    }
    m_hasTask.notify_all();
}

std::optional<Error> TaskQueue::endError() const
{
    const std::lock_guard lock(m_mutex);
    return m_endError;
}

} // namespace millrace
