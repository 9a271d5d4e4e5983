// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/ObservableQueue.h"

#include <memory>
#include <mutex>
#include <vector>

namespace millrace {

/// Gathers the results of the workers that it is subscribed to, and puts them in order: those of the worker that subscribed it first
/// come first, each worker's by the sequence numbers of their tasks. Never by time of arrival, never by ids.
///
///     QueueWorker worker(multiply(2), {.workers = 4});
///     QueueJoiner joiner;
///     worker.subscribe(joiner);
///     worker.start();
///     for (auto &batch : batches)
///         worker.put({batch});
///     Result<DataContainer> joined = joiner.join(batches.size());
///
/// All functions are safe on any thread, and none throws. Joining takes time in proportion to the number of tasks, and to its logarithm.
class QueueJoiner final : public ObservableQueue
{
public:
    /// `capacity`: results that may wait for join(); 0: any number. Workers wait while there is no room.
    explicit QueueJoiner(int capacity = 0)
        : ObservableQueue("joiner", capacity), m_joining(std::make_shared<std::mutex>())
    {}

    /// Waits for the results of `tasks` tasks and returns their items. The error is that of the first failed task in the order
    /// above, the same one every time; or says that no more can come because all workers have stopped. Either way nothing of
    /// these tasks is left for the next call.
    /// `failures`: gets a record of each item that was left out (ErrorPolicy::Skip), in the same order; may be null.
    Result<DataContainer> join(size_t tasks, std::vector<LogRecord> *failures = nullptr);
    /// The same, task by task: those that failed are among them.
    Result<std::vector<QueuedPipelineTask>> joinTasks(size_t tasks);

private:
    const std::shared_ptr<std::mutex> m_joining; ///< one join at a time; shared with those that wait
};

} // namespace millrace
