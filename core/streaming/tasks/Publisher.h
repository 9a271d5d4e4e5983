// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/QueuedPipelineTask.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

class TaskQueue;

/// The side of an ObservableQueue that others subscribe to. Shared with the threads that publish, so that these may outlive the
/// queue. Safe on all threads.
class Publisher
{
public:
    explicit Publisher(bool isPublishing) : m_isPublishing(isPublishing) {}

    void subscribe(std::shared_ptr<TaskQueue> queue, std::string name);
    void unsubscribe(const std::shared_ptr<TaskQueue> &queue);
    size_t count() const;
    std::vector<std::string> names() const;

    /// To all, one after the other; waits for those that are full. Returns how many took it. Where there is no memory for a copy,
    /// an error is put in its place, so that nobody waits for it in vain.
    size_t notify(QueuedPipelineTask task);
    /// Subscribers that wait for results learn whether any can still come; `error` says why none will.
    void setPublishing(bool isPublishing, const std::optional<Error> &error = {});
    /// Those that wait in notify() return without having delivered, until this is called with false.
    void breakOff(bool isBrokenOff);

private:
    struct Subscriber
    {
        std::shared_ptr<TaskQueue> queue;
        size_t lane; ///< which of the subscriber's publishers this one is
        std::string name;
    };
    using Subscribers = std::vector<Subscriber>;
    bool deliver(const Subscriber &subscriber, QueuedPipelineTask &task, bool isLast) const;
    std::shared_ptr<const Subscribers> subscribers() const;

    std::atomic<bool> m_isBrokenOff{false};
    std::atomic<int64_t> m_nextSequence{0}; ///< of what is notified without a number
    mutable std::mutex m_mutex;             ///< guards all below
    std::shared_ptr<const Subscribers> m_subscribers = std::make_shared<Subscribers>(); ///< replaced by each change
    bool m_isPublishing;
};

} // namespace millrace
