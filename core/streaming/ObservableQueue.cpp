// SPDX-License-Identifier: MIT
#include "streaming/ObservableQueue.h"

#include "streaming/TaskQueue.h"

#include <algorithm>

namespace millrace {

ObservableQueue::ObservableQueue(std::string name, int capacity)
    : m_name(std::move(name)), m_queue(std::make_shared<TaskQueue>(size_t(std::max(capacity, 0))))
{}

ObservableQueue::ObservableQueue(std::string name, int capacity, Unstarted) : ObservableQueue(std::move(name), capacity)
{
    m_isPublishing = false;
}

ObservableQueue::~ObservableQueue()
{
    setPublishing(false);
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
    if (&subscriber == this)
        return;
    const std::lock_guard lock(m_mutex);
    if (std::any_of(m_subscribers.begin(), m_subscribers.end(),
                    [&](const Subscriber &one) { return one.queue == subscriber.m_queue; }))
        return;
    m_subscribers.push_back({subscriber.m_queue, subscriber.m_queue->addLane(), subscriber.m_name});
    if (m_isPublishing)
        subscriber.m_queue->publisherStarted();
}

void ObservableQueue::unsubscribe(ObservableQueue &subscriber)
{
    const std::lock_guard lock(m_mutex);
    const auto removed =
        std::erase_if(m_subscribers, [&](const Subscriber &one) { return one.queue == subscriber.m_queue; });
    if (removed > 0 && m_isPublishing)
        subscriber.m_queue->publisherEnded({});
}

size_t ObservableQueue::subscriberCount() const
{
    const std::lock_guard lock(m_mutex);
    return m_subscribers.size();
}

std::vector<std::string> ObservableQueue::subscriberNames() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::string> names;
    for (const Subscriber &subscriber : m_subscribers)
        names.push_back(subscriber.name);
    return names;
}

bool ObservableQueue::put(QueuedPipelineTask task)
{
    return m_queue->put({std::move(task), 0});
}

std::optional<QueuedPipelineTask> ObservableQueue::take()
{
    auto entry = m_queue->take();
    if (!entry)
        return {};
    return std::move(entry->task);
}

size_t ObservableQueue::notify(QueuedPipelineTask task)
{
    if (task.sequence < 0)
        task.sequence = m_nextSequence.fetch_add(1);
    std::vector<Subscriber> subscribers;
    {
        const std::lock_guard lock(m_mutex);
        subscribers = m_subscribers;
    }
    size_t taken = 0;
    for (size_t i = 0; i < subscribers.size(); ++i) {
        const bool isLast = i + 1 == subscribers.size();
        taken += subscribers[i].queue->put({isLast ? std::move(task) : task, subscribers[i].lane}, &m_isBrokenOff);
    }
    return taken;
}

void ObservableQueue::close()
{
    m_queue->close();
}

bool ObservableQueue::isClosed() const
{
    return m_queue->isClosed();
}

void ObservableQueue::setPublishing(bool isPublishing, std::optional<Error> error)
{
    const std::lock_guard lock(m_mutex);
    if (m_isPublishing == isPublishing)
        return;
    m_isPublishing = isPublishing;
    for (const Subscriber &subscriber : m_subscribers) {
        if (isPublishing)
            subscriber.queue->publisherStarted();
        else
            subscriber.queue->publisherEnded(error);
    }
}

void ObservableQueue::breakOff(bool isBrokenOff)
{
    m_isBrokenOff = isBrokenOff;
    const std::lock_guard lock(m_mutex);
    for (const Subscriber &subscriber : m_subscribers)
        subscriber.queue->wakeAll();
}

} // namespace millrace
