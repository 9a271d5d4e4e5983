// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"
#include "streaming/QueuedPipelineTask.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// A task some of whose items have failed and are to be tried again.
struct TaskAttempt
{
    struct FailedItem
    {
        uint32_t position = 0; ///< among the items as they came in
        Error error;
        std::string trace;
    };

    QueuedPipelineTask task;             ///< with its items as they came in
    std::unique_ptr<Batch> good;         ///< what has become of the others
    std::vector<uint32_t> goodPositions; ///< of the item that each was made of
    std::vector<FailedItem> failed;      ///< by position
    int attempts = 1;
    std::chrono::steady_clock::time_point due; ///< when they are tried again
};

/// What one worker's step does with tasks. Only the items that are to blame fail: where a whole batch did, each is tried by
/// itself; they are tried again as often as is wanted, and then left out, or the task fails. One thread at a time; nothing throws.
class TaskWork
{
public:
    /// `plan`: with onError and retries.
    TaskWork(Step &step, const PlannedStep &plan, std::string name, int worker)
        : m_step(step), m_plan(plan), m_name(std::move(name)), m_worker(worker)
    {}

    /// Works on the task, whose result replaces its data. What is returned has items that must be tried again when it is due;
    /// nothing: the task is done.
    std::unique_ptr<TaskAttempt> begin(QueuedPipelineTask &task);
    /// True: the task is done.
    bool tryAgain(TaskAttempt &attempt);

private:
    std::unique_ptr<TaskAttempt> work(QueuedPipelineTask &task);
    Result<std::unique_ptr<Batch>> batchOf(const QueuedPipelineTask &task);
    void takeApart(TaskAttempt &attempt, std::unique_ptr<Batch> batch, const Batch &original, const Result<> &applied);
    void tryEach(TaskAttempt &attempt, const Batch &original, const std::vector<uint32_t> &positions);
    void addGood(TaskAttempt &attempt, const Batch &batch, uint32_t position) const;
    bool endsWithFirst(const TaskAttempt &attempt) const;
    bool settle(TaskAttempt &attempt, const Batch &original) const;
    void leaveOut(TaskAttempt &attempt, const Batch &original) const;
    Error placed(const Error &error, const std::string &place) const;
    std::string placeOf(const Batch &original, uint32_t position) const;

    Step &m_step;
    const PlannedStep &m_plan;
    const std::string m_name;
    const int m_worker;
    SchemaPtr m_schema; ///< of the last task: equal fields share it, so that the step needn't look them up anew
};

} // namespace millrace
