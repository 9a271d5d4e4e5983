// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunOptions.h"
#include "metrics/RunLog.h"
#include "metrics/SampledItems.h"
#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <map>
#include <memory>
#include <string>

namespace millrace {

struct RunPlan;

/// One execution of a pipeline. Made from a checked pipeline, started once. All functions are safe on any thread and none
/// waits for a worker but waitForDone() and the destructor (which stops at once).
class Run
{
public:
    /// Compiles the pipeline, which was checked before. Fails with a sentence where it can't be run.
    static Result<std::unique_ptr<Run>> create(const Pipeline &pipeline,
                                               const StepRegistry &registry,
                                               RunOptions options);
    static Result<std::unique_ptr<Run>> create(RunPlan plan, RunOptions options);
    ~Run();
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;

    /// Opens the steps and starts. Errors of opening (a file that can't be read) are the run's outcome.
    void start();
    void pause();
    void resume();
    /// Stops the sources and lets what is under way finish.
    void stop();
    /// Drops what is under way: ends as soon as the batches at work are done.
    void cancel();
    /// True when it is over; waits at most that long (negative: for ever).
    bool waitForDone(int milliseconds = -1);
    bool isDone() const;

    /// Apply at once, while running. The bound of a queue that holds more is reached as it drains.
    void setWorkers(const std::string &step, int workers);
    void setQueueSize(const std::string &step, int batches);
    /// 0: its share of RunOptions::memory.
    void setQueueBytes(const std::string &step, uint64_t bytes);
    void setErrorPolicy(const std::string &step, ErrorPolicy policy, int retries);

    /// All gauges now. Costs some microseconds; meant for 10 to 60 times a second.
    RunSample sample() const;
    RunState state() const;
    /// Only once isDone().
    RunOutcome outcome() const;
    RunLog &log();
    /// The items that a `view` step keeps, newest last; its schema's fields as objects.
    std::vector<Value> viewedItems(const std::string &step) const;
    /// Some of the items that have left a step, by the number of the port (-1: failed items); nothing unless RunOptions::samples asks for it.
    /// Costs some hundred microseconds.
    std::map<int, SampledItems> samples(const std::string &step) const;
    /// The newest ones are to be those that leave from now on.
    void askForSamples(const std::string &step);

private:
    class Private;
    explicit Run(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace millrace
