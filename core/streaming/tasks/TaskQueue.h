// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/QueuedPipelineTask.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace millrace {

/// The queue within an ObservableQueue: those who come in vain wait on a condition, so that waiting costs no processor time. Safe on
/// all threads.
class TaskQueue
{
public:
    struct Entry
    {
        QueuedPipelineTask task;
        size_t lane = 0; ///< which publisher it came from; those who put() by hand are number 0
    };

    explicit TaskQueue(size_t capacity) : m_capacity(capacity) {}

    size_t capacity() const { return m_capacity; }
    size_t size() const;
    bool isClosed() const;
    /// False: closed, or `isBrokenOff` became true and wakeAll() was called.
    bool put(Entry entry, const std::atomic<bool> *isBrokenOff = nullptr);
    /// Nothing: closed and empty; or, where `mayEnd`, empty with no publisher left that could deliver.
    std::optional<Entry> take(bool mayEnd = false);
    /// The same, until then at most.
    std::optional<Entry> takeUntil(std::chrono::steady_clock::time_point until);
    void close();
    void reopen();
    bool isClosedAndEmpty() const;
    /// The sequence numbers of what waits here, in order of arrival.
    std::vector<int64_t> waiting() const;
    /// Forgets what waits here.
    void clear();
    void wakeAll();

    /// A new publisher's number, from 1.
    size_t addLane();
    void publisherStarted();
    void publisherEnded(const std::optional<Error> &error);
    /// Why the publisher that ended last can deliver no more, if it was not by being stopped.
    std::optional<Error> endError() const;

private:
    std::optional<Entry> takeFirst(std::unique_lock<std::mutex> lock);

    const size_t m_capacity;    ///< 0: any number
    mutable std::mutex m_mutex; ///< guards all below
    std::condition_variable m_hasRoom, m_hasTask;
    std::deque<Entry> m_entries;
    bool m_isClosed = false;
    int64_t m_nextSequence = 0;
    size_t m_lanes = 0;
    int m_publishers = 0; ///< that may deliver now
    bool m_hadPublishers = false;
    std::optional<Error> m_endError;
};

} // namespace millrace
