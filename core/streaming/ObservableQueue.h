// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/QueuedPipelineTask.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

class Publisher;
class TaskQueue;

/// A bounded queue of tasks that others may subscribe to: what it notifies them of is put into their queues.
///
///     ObservableQueue numbers("numbers"), copies("copies", 10);
///     numbers.subscribe(copies);
///     numbers.notify({.data = {.dataInputs = {1, 2, 3}}});
///     auto task = copies.take();
///
/// All functions are safe on any thread, and none throws. Who subscribes may be destroyed at any time: its queue counts as closed
/// then, and calls that wait in it return.
class ObservableQueue
{
public:
    /// `capacity`: tasks that may wait here; 0 or less: any number.
    explicit ObservableQueue(std::string name = {}, int capacity = 0);
    virtual ~ObservableQueue();
    ObservableQueue(const ObservableQueue &) = delete;
    ObservableQueue &operator=(const ObservableQueue &) = delete;

    const std::string &name() const { return m_name; }
    /// Tasks that wait here now.
    size_t size() const;
    /// The most that may wait; 0: any number.
    size_t capacity() const;

    /// From now on `subscriber` gets what this queue notifies of. Once for each subscriber; itself it can't subscribe.
    void subscribe(ObservableQueue &subscriber);
    void unsubscribe(ObservableQueue &subscriber);
    size_t subscriberCount() const;
    /// In the order in which they subscribed.
    std::vector<std::string> subscriberNames() const;

    /// Waits while the queue is full, without using the processor. False: it is closed, or there is no memory for the task, which
    /// was not taken.
    bool put(QueuedPipelineTask task);
    /// The task that waits longest; waits for one. Nothing: the queue is closed and empty.
    std::optional<QueuedPipelineTask> take();
    /// Puts the task into the queue of every subscriber, in the order in which they subscribed; waits for those that are full.
    /// Returns how many took it.
    size_t notify(QueuedPipelineTask task);

    /// Nothing more is taken in. What waits here may still be taken out, and those that wait in put() and take() return.
    void close();
    bool isClosed() const;

protected:
    struct Unstarted
    {};
    /// For those that notify only while they are at work.
    ObservableQueue(std::string name, int capacity, Unstarted);

    // Shared with threads that may outlive this object.
    const std::shared_ptr<TaskQueue> &queue() const { return m_queue; }
    const std::shared_ptr<Publisher> &publisher() const { return m_publisher; }

private:
    ObservableQueue(std::string name, int capacity, bool isPublishing);

    const std::string m_name;
    const std::shared_ptr<TaskQueue> m_queue;     ///< shared with those that it is subscribed to
    const std::shared_ptr<Publisher> m_publisher; ///< shared with those that call it
};

} // namespace millrace
