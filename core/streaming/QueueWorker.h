// SPDX-License-Identifier: MIT
#pragma once

#include "savers/StepSaver.h"
#include "streaming/ObservableQueue.h"
#include "streaming/QueuedStep.h"
#include "streaming/StepPrototype.h"

#include <memory>
#include <string>

namespace millrace {

class StepRegistry;

struct QueueWorkerOptions
{
    std::string name{}; ///< empty: the step's own
    int workers = 1;
    int queueSize = 10;          ///< tasks that wait before put() does; 0: any number
    WorkerArguments arguments{}; ///< one set for each worker, at most
    RunIn runIn = RunIn::Threads;
    Value learnt{};                         ///< what a fittable step has learnt: Step::state()
    double timeLimit = 0;                   ///< seconds a task may take in a worker process; 0: any
    int64_t memoryLimit = 0;                ///< MiB that a worker process may use; 0: any
    std::string folder{};                   ///< that relative paths in parameters are relative to
    uint64_t seed = 0;                      ///< for steps that draw at random
    const StepRegistry *registry = nullptr; ///< of further types, beside the built-in ones; must outlive the worker
};

/// A step at work on a queue of its own: takes tasks, works on them with as many workers as it was given, and notifies those that
/// have subscribed of each result. Each worker is a thread with its own clone of the step; it sleeps while there is no task.
///
/// A task that fails is a result too, with its error; the worker goes on. With several workers results come in any order: a
/// QueueJoiner puts them right. All functions are safe on any thread but the worker's own.
class QueueWorker final : public ObservableQueue
{
public:
    /// Wrong settings are said by problem(), and refused by start().
    explicit QueueWorker(StepPrototype step, QueueWorkerOptions options = {});
    /// Drops what it hasn't done yet.
    ~QueueWorker() override;

    /// A sentence that says what is wrong with the settings, or why the step couldn't be opened; empty: all is well.
    std::string problem() const;

    /// Opens the step of each worker and starts. True: it runs, or did so already. False: problem() says why not; its queue is
    /// closed then, so that nobody waits for it in vain.
    bool start();
    /// Takes in no more, finishes what was put, and waits until all threads have ended. It may be started again.
    void stop();
    /// Drops what waits, and waits only for what is at work.
    void cancel();
    bool isRunning() const;

    /// The worker as plain data, for savers: its step, what that has learnt, its settings, and what belongs to the running
    /// program: numbers of the tasks that wait, names of the subscribers (see ObservableQueueStepSaver). Fails where the step is
    /// this program's own code.
    Result<StepRecord> record() const;
    /// A worker as it was recorded, not started, with an empty queue and without subscribers. `registry`: as in the options.
    static Result<std::unique_ptr<QueueWorker>> fromRecord(const StepRecord &record,
                                                           const StepRegistry *registry = nullptr);

private:
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace millrace
