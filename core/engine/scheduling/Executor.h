// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

namespace millrace {

/// Where a run's pumps get their threads from. Safe on any thread.
class Executor
{
public:
    virtual ~Executor() = default;
    /// Starts the task on a thread of its own at once; never waits for it, never queues it behind another task. False: the system
    /// gives no thread (its limit of processes, a container's, no address space). The task is dropped then and never runs, so
    /// whoever counts on it must do with the threads there are.
    [[nodiscard]] virtual bool start(std::function<void()> task) = 0;
    /// Until all tasks that were started have ended. Not from within a task.
    virtual void waitForDone() = 0;
};

/// A QThreadPool of its own, wide enough for every step that waits; plain std::threads where the environment has
/// MILLRACE_EXECUTOR=threads, for the thread sanitizer: the distribution's Qt is not instrumented.
std::unique_ptr<Executor> makeDefaultExecutor();

/// What to do where the system gives no thread: a sentence.
inline constexpr const char *MoreThreadsAdvice =
    "Raise its limits of threads and memory (ulimit -u, ulimit -v, those of the "
    "container), or end other programs.";

} // namespace millrace
