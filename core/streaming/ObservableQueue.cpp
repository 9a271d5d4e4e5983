// SPDX-License-Identifier: MIT
#include "streaming/ObservableQueue.h"

// Each call holds what it works on, so that one that waits may return after the queue is gone.

#include "streaming/tasks/Publisher.h"
#include "streaming/tasks/TaskQueue.h"

#include <algorithm>
#include <new>

namespace millrace {

ObservableQueue::ObservableQueue(std::string name, int capacity, bool isPublishing)
    : m_name(std::move(name))
    , m_queue(std::make_shared<TaskQueue>(size_t(std::max(capacity, 0))))
    , m_publisher(std::make_shared<Publisher>(isPublishing))
{}

ObservableQueue::ObservableQueue(std::string name, int capacity) : ObservableQueue(std::move(name), capacity, true) {}

ObservableQueue::ObservableQueue(std::string name, int capacity, Unstarted)
    : ObservableQueue(std::move(name), capacity, false)
{}

ObservableQueue::~ObservableQueue()
{
    m_publisher->breakOff(true);
    m_publisher->setPublishing(false);
    m_queue->close();
}

size_t ObservableQueue::size() const
{
    return m_queue->size();
}

size_t ObservableQueue::capacity() const
{
    return m_queue->capacity();
}

void ObservableQueue::subscribe(ObservableQueue &subscriber)
{
    if (&subscriber != this)
        m_publisher->subscribe(subscriber.m_queue, subscriber.m_name);
}

void ObservableQueue::unsubscribe(ObservableQueue &subscriber)
{
    m_publisher->unsubscribe(subscriber.m_queue);
}

size_t ObservableQueue::subscriberCount() const
{
    return m_publisher->count();
}

std::vector<std::string> ObservableQueue::subscriberNames() const
{
    return m_publisher->names();
}

bool ObservableQueue::put(QueuedPipelineTask task)
{
    const auto queue = m_queue;
    try {
        return queue->put({std::move(task), 0});
    } catch (const std::bad_alloc &) {
        return false;
    }
}

std::optional<QueuedPipelineTask> ObservableQueue::take()
{
    const auto queue = m_queue;
    auto entry = queue->take();
    if (!entry)
        return {};
    return std::move(entry->task);
}

size_t ObservableQueue::notify(QueuedPipelineTask task)
{
    const auto publisher = m_publisher;
    return publisher->notify(std::move(task));
}

void ObservableQueue::close()
{
    m_queue->close();
}

bool ObservableQueue::isClosed() const
{
    return m_queue->isClosed();
}

} // namespace millrace
