// SPDX-License-Identifier: MIT
#include "streaming/QueueJoiner.h"

#include "streaming/ItemCollector.h"
#include "streaming/TaskQueue.h"

#include <algorithm>

namespace millrace {

namespace {

std::string countText(size_t count)
{
    return count == 0 ? "None" : "Only " + std::to_string(count);
}

} // namespace

Result<std::vector<QueuedPipelineTask>> QueueJoiner::joinTasks(size_t tasks)
{
    const std::lock_guard lock(m_joining);
    std::vector<TaskQueue::Entry> entries;
    while (entries.size() < tasks) {
        auto entry = queue().take(true);
        if (!entry) {
            if (const auto error = queue().endError())
                return Failure{*error};
            return failure("stopped", countText(entries.size()) + " of " + std::to_string(tasks)
                                          + " results can be joined: whoever delivers here has stopped; put all tasks "
                                            "before stopping the workers.");
        }
        entries.push_back(*std::move(entry));
    }
    std::stable_sort(entries.begin(), entries.end(), [](const TaskQueue::Entry &a, const TaskQueue::Entry &b) {
        return a.lane != b.lane ? a.lane < b.lane : a.task.sequence < b.task.sequence;
    });
    std::vector<QueuedPipelineTask> joined;
    joined.reserve(entries.size());
    for (TaskQueue::Entry &entry : entries)
        joined.push_back(std::move(entry.task));
    return joined;
}

Result<DataContainer> QueueJoiner::join(size_t tasks)
{
    const auto joined = joinTasks(tasks);
    if (!joined)
        return joined.forward();
    ItemCollector collector;
    for (const QueuedPipelineTask &task : *joined) {
        if (task.error)
            return Failure{*task.error};
        collector.add(task.data);
    }
    return collector.take();
}

} // namespace millrace
