// SPDX-License-Identifier: MIT
#include "streaming/tasks/Publisher.h"

#include "streaming/tasks/TaskQueue.h"

#include <algorithm>
#include <new>

namespace millrace {

void Publisher::subscribe(std::shared_ptr<TaskQueue> queue, std::string name)
{
    const std::lock_guard lock(m_mutex);
    if (std::any_of(m_subscribers->begin(), m_subscribers->end(),
                    [&](const Subscriber &one) { return one.queue == queue; }))
        return;
    auto changed = std::make_shared<Subscribers>(*m_subscribers);
    changed->push_back({queue, queue->addLane(), std::move(name)});
    m_subscribers = std::move(changed);
    if (m_isPublishing)
        queue->publisherStarted();
}

void Publisher::unsubscribe(const std::shared_ptr<TaskQueue> &queue)
{
    const std::lock_guard lock(m_mutex);
    auto changed = std::make_shared<Subscribers>(*m_subscribers);
    const auto removed = std::erase_if(*changed, [&](const Subscriber &one) { return one.queue == queue; });
    m_subscribers = std::move(changed);
    if (removed > 0 && m_isPublishing)
        queue->publisherEnded({});
}

std::shared_ptr<const Publisher::Subscribers> Publisher::subscribers() const
{
    const std::lock_guard lock(m_mutex);
    return m_subscribers;
}

size_t Publisher::count() const
{
    return subscribers()->size();
}

std::vector<std::string> Publisher::names() const
{
    const auto all = subscribers();
    std::vector<std::string> names;
    for (const Subscriber &subscriber : *all)
        names.push_back(subscriber.name);
    return names;
}

size_t Publisher::notify(QueuedPipelineTask task)
{
    if (task.sequence < 0)
        task.sequence = m_nextSequence.fetch_add(1);
    const auto all = subscribers();
    size_t taken = 0;
    for (size_t i = 0; i < all->size(); ++i)
        taken += deliver((*all)[i], task, i + 1 == all->size());
    return taken;
}

bool Publisher::deliver(const Subscriber &subscriber, QueuedPipelineTask &task, bool isLast) const
{
    const int64_t sequence = task.sequence;
    try {
        return subscriber.queue->put({isLast ? std::move(task) : task, subscriber.lane}, &m_isBrokenOff);
    } catch (const std::bad_alloc &) {
    }
    try {
        QueuedPipelineTask lost;
        lost.sequence = sequence;
        lost.error = Error{ErrorKind::Memory, "There is not enough memory for a result."};
        return subscriber.queue->put({std::move(lost), subscriber.lane}, &m_isBrokenOff);
    } catch (const std::bad_alloc &) {
        subscriber.queue->close(); // or who joins would wait for what never comes
        return false;
    }
}

void Publisher::setPublishing(bool isPublishing, const std::optional<Error> &error)
{
    const std::lock_guard lock(m_mutex);
    if (m_isPublishing == isPublishing)
        return;
    m_isPublishing = isPublishing;
    for (const Subscriber &subscriber : *m_subscribers) {
        if (isPublishing)
            subscriber.queue->publisherStarted();
        else
            subscriber.queue->publisherEnded(error);
    }
}

void Publisher::breakOff(bool isBrokenOff)
{
    m_isBrokenOff = isBrokenOff;
    const std::lock_guard lock(m_mutex);
    for (const Subscriber &subscriber : *m_subscribers)
        subscriber.queue->wakeAll();
}

} // namespace millrace
