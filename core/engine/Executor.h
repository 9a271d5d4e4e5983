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
    /// Starts the task on a thread of its own as soon as possible; never waits for it, never queues it behind another task.
    virtual void start(std::function<void()> task) = 0;
    /// Until all tasks that were started have ended.
    virtual void waitForDone() = 0;
};

/// A QThreadPool of its own, wide enough for every step that waits. What the product uses.
std::unique_ptr<Executor> makePoolExecutor();
/// Plain std::threads, for the thread sanitizer: the distribution's Qt is not instrumented.
std::unique_ptr<Executor> makeThreadExecutor();
/// The pool, or std::threads where the environment has MILLRACE_EXECUTOR=threads.
std::unique_ptr<Executor> makeDefaultExecutor();

} // namespace millrace
