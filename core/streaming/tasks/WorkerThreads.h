// SPDX-License-Identifier: MIT
#pragma once

#include "process/Event.h"
#include "streaming/compile/PipelineDefinition.h"
#include "streaming/QueueWorker.h"
#include "streaming/tasks/Publisher.h"
#include "streaming/tasks/TaskQueue.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace millrace {

/// The life of a QueueWorker: its settings and its threads, which hold it, so that the worker may be destroyed anywhere. Safe on
/// all threads; its own don't wait for themselves.
class WorkerThreads : public std::enable_shared_from_this<WorkerThreads>
{
public:
    WorkerThreads(StepPrototype step,
                  QueueWorkerOptions options,
                  std::string name,
                  std::shared_ptr<TaskQueue> queue,
                  std::shared_ptr<Publisher> publisher);

    bool start();
    void stop();
    void cancel();
    bool isRunning() const;
    std::string problem() const;

    const QueueWorkerOptions options;
    const StepPrototype prototype;
    const std::string name;
    const std::shared_ptr<TaskQueue> queue;
    const std::shared_ptr<Publisher> publisher;
    std::string settingsProblem; ///< final once constructed

private:
    enum class State : uint8_t { Idle, Starting, Running, Ending };

    /// From one start to the end of its threads. What isn't atomic or an event is guarded by m_mutex.
    struct Session
    {
        ~Session();
        Event interrupt;
        std::atomic<bool> isCancelled{false};
        int workers = 0; ///< that there are threads for
        int opening = 0; ///< that haven't opened their steps yet
        int living = 0;  ///< whose threads haven't ended
        std::optional<Error> openError, endError;
        bool isOver = false, isJoining = false, isJoined = false;
        std::vector<std::thread> threads;
    };
    using Lock = std::unique_lock<std::mutex>;

    bool isOwnThread() const;
    int workerCount() const;
    bool refuseToStart();
    /// Threads as many as the system gives. Why there are no more, or nothing.
    std::optional<Error> startThreads(const std::shared_ptr<Session> &session, int workers);
    void waitForEnd(Lock &lock, const std::shared_ptr<Session> &session);
    void end(Session &session);

    void run(Session &session, int worker);
    Result<std::unique_ptr<Step>> opened(const Session &session, int worker, int workers) const;
    bool awaitOthers(Session &session, const Result<std::unique_ptr<Step>> &step);
    void work(Session &session, Step &step, int worker);
    bool sleepUntil(const Session &session, std::chrono::steady_clock::time_point due);
    /// Never throws, so that a start comes to an end also where there is no memory for a sentence.
    Error inStep(const Error &error, std::string_view before = {}) const noexcept;

    const std::shared_ptr<const PipelineDefinition> m_definition;
    const PlannedStep *m_planned = nullptr; ///< of the definition
    mutable std::mutex m_makeMutex;         ///< one step is made at a time

    mutable std::mutex m_mutex; ///< guards all below
    std::condition_variable m_changed;
    State m_state = State::Idle;
    std::string m_problem;
    std::shared_ptr<Session> m_session; ///< the last one
};

} // namespace millrace
