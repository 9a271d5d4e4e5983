// SPDX-License-Identifier: MIT
#pragma once

#include "learning/StepSaver.h"
#include "streaming/compile/StepPrototype.h"
#include "streaming/ObservableQueue.h"
#include "streaming/QueuedStep.h"

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
    ErrorPolicy onError = ErrorPolicy::Stop; ///< Stop: the task fails; Skip: the items that failed are left out of it
    int retries = 0;                         ///< how often an item that fails is tried again first
    Value learnt{};                          ///< what a fittable step has learnt: Step::state()
    double timeLimit = 0;                    ///< seconds an item may take in a worker process; 0: any
    int64_t memoryLimit = 0;                 ///< MiB that a worker process may use; 0: any
    std::string folder{};                    ///< that relative paths in parameters are relative to
    uint64_t seed = 0;                       ///< for steps that draw at random
    const StepRegistry *registry = nullptr;  ///< of further types, beside the built-in ones; must outlive the worker
    Services services{};                     ///< what is lent to the steps: StepContext::service()
};

/// A step at work on a queue of its own: takes tasks, works on them with as many workers as it was given, and notifies those that
/// have subscribed of each result. Each worker is a thread with its own clone of the step; it sleeps while there is no task.
///
/// A task that fails is a result too, with its error; the worker goes on. Only the items that are to blame fail, also where a step
/// throws or its process dies; with ErrorPolicy::Skip they travel with the task as its `failures`. With several workers results
/// come in any order: a QueueJoiner puts them right.
///
/// All functions are safe on any thread, in any order and at the same time, destruction among them, and none throws. On a thread of the
/// worker itself (within its step) stop(), cancel() and the destructor don't wait for the threads, and start() starts nothing.
class QueueWorker final : public ObservableQueue
{
public:
    /// Wrong settings are said by problem(), and refused by start().
    explicit QueueWorker(StepPrototype step, QueueWorkerOptions options = {});
    /// As cancel().
    ~QueueWorker() override;

    /// A sentence that says what is wrong with the settings, why the last start() has failed, that fewer workers are at work than were
    /// wanted because the system gives no more threads, or what a step threw when it was closed; empty: all is well.
    std::string problem() const;

    /// Opens the step of each worker and starts. True: it runs, or did so already. False: problem() says why not (the step can't be
    /// opened, there is no thread for it, it was cancelled meanwhile); its queue is closed then, so that nobody waits for it in
    /// vain. Waits for a stop() or cancel() that is under way.
    bool start();
    /// Takes in no more, finishes what was put, and waits until all threads have ended. It may be started again.
    void stop();
    /// Drops what waits, and waits only for what is at work; breaks off a start() that is under way.
    void cancel();
    /// From the start() that succeeded until all threads have ended.
    bool isRunning() const;

    /// The worker as plain data, for savers: its step, what that has learnt, all settings but registry and services, and what belongs to the
    /// running program: numbers of the tasks that wait, names of the subscribers (see ObservableQueueStepSaver). Fails where the
    /// step is this program's own code.
    Result<StepRecord> record() const;
    /// A worker as it was recorded, not started, with an empty queue and without subscribers. `registry`: as in the options.
    static Result<std::unique_ptr<QueueWorker>> fromRecord(const StepRecord &record,
                                                           const StepRegistry *registry = nullptr);

private:
    const std::shared_ptr<class WorkerThreads> d; ///< shared with its threads
};

} // namespace millrace
