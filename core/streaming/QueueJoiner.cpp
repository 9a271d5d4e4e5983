// SPDX-License-Identifier: MIT
#include "streaming/QueueJoiner.h"

#include "data/errors/ExceptionError.h"
#include "streaming/data/ItemCollector.h"
#include "streaming/tasks/TaskQueue.h"

#include <algorithm>
#include <iterator>

namespace millrace {

namespace {

std::string countText(size_t count)
{
    return count == 0 ? "None" : "Only " + std::to_string(count);
}

Result<std::vector<QueuedPipelineTask>> joinFrom(TaskQueue &queue, size_t tasks)
{
    std::vector<TaskQueue::Entry> entries;
    while (entries.size() < tasks) {
        auto entry = queue.take(true);
        if (!entry) {
            if (const auto error = queue.endError())
                return Failure{*error};
            return failure(ErrorKind::Stopped,
                           countText(entries.size()) + " of " + std::to_string(tasks)
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

} // namespace

Result<std::vector<QueuedPipelineTask>> QueueJoiner::joinTasks(size_t tasks)
{
    const auto joining = m_joining;
    const auto queue = this->queue();
    return caught([&]() -> Result<std::vector<QueuedPipelineTask>> {
        const std::lock_guard lock(*joining);
        return joinFrom(*queue, tasks);
    });
}

Result<DataContainer> QueueJoiner::join(size_t tasks, std::vector<LogRecord> *failures)
{
    auto joined = joinTasks(tasks);
    if (!joined)
        return joined.forward();
    return caught([&]() -> Result<DataContainer> {
        ItemCollector collector;
        for (QueuedPipelineTask &task : *joined) {
            if (task.error)
                return Failure{*task.error};
            collector.add(task.data);
            if (failures)
                std::move(task.failures.begin(), task.failures.end(), std::back_inserter(*failures));
        }
        return collector.take();
    });
}

} // namespace millrace
