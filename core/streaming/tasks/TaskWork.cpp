// SPDX-License-Identifier: MIT
#include "streaming/tasks/TaskWork.h"

#include "data/errors/ExceptionError.h"
#include "engine/flow/BatchRows.h"
#include "engine/workers/RetryPause.h"

#include <algorithm>
#include <span>

namespace millrace {

namespace {

std::string taskPlace(const QueuedPipelineTask &task)
{
    return ", task " + std::to_string(task.sequence);
}

/// Only items that leave by `out` go on. Returns their rows.
std::vector<uint32_t> keepOut(Batch &batch)
{
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < batch.size(); ++row)
        if (batch.ports().empty() || batch.ports()[row] == 0)
            rows.push_back(row);
    batch.keepRows(rows);
    batch.clearVerdicts();
    return rows;
}

/// The rows that failed, ascending, each with its first reason.
std::vector<TaskAttempt::FailedItem> failedItems(Batch &batch)
{
    std::vector<ItemError> errors = std::move(batch.errors());
    std::stable_sort(errors.begin(), errors.end(),
                     [](const ItemError &a, const ItemError &b) { return a.row < b.row; });
    std::vector<TaskAttempt::FailedItem> failed;
    for (ItemError &error : errors)
        if (failed.empty() || failed.back().position != error.row)
            failed.push_back({error.row, {std::move(error.kind), std::move(error.message)}, std::move(error.trace)});
    return failed;
}

} // namespace

std::unique_ptr<TaskAttempt> TaskWork::begin(QueuedPipelineTask &task)
{
    task.step = m_name;
    if (task.error)
        return nullptr;
    auto begun = caught([&]() -> Result<std::unique_ptr<TaskAttempt>> { return work(task); });
    if (begun)
        return *std::move(begun);
    task.error = placed(begun.error(), taskPlace(task));
    return nullptr;
}

std::unique_ptr<TaskAttempt> TaskWork::work(QueuedPipelineTask &task)
{
    auto batch = batchOf(task);
    if (!batch) {
        task.error = placed(batch.error(), {});
        return nullptr;
    }
    const Result<> applied = caught([&] { return m_step.process(**batch); });
    if (applied && (*batch)->errors().empty()) {
        if (!(*batch)->ports().empty())
            keepOut(**batch);
        task.data = DataContainer::of(**batch);
        return nullptr;
    }
    if (!applied && ((*batch)->isEmpty() || applied.error().kind == ErrorKind::Interrupted)) {
        task.error = placed(applied.error(), taskPlace(task));
        return nullptr;
    }
    const auto original = batchOf(task);
    auto attempt = std::make_unique<TaskAttempt>();
    attempt->task = task;
    takeApart(*attempt, *std::move(batch), **original, applied);
    if (!settle(*attempt, **original))
        return attempt;
    task = std::move(attempt->task);
    return nullptr;
}

bool TaskWork::tryAgain(TaskAttempt &attempt)
{
    const Result<bool> isDone = caught([&]() -> Result<bool> {
        const auto original = batchOf(attempt.task);
        std::vector<uint32_t> positions;
        for (const TaskAttempt::FailedItem &item : attempt.failed)
            positions.push_back(item.position);
        attempt.failed.clear();
        ++attempt.attempts;
        tryEach(attempt, **original, positions);
        return settle(attempt, **original);
    });
    if (isDone)
        return *isDone;
    attempt.task.error = placed(isDone.error(), taskPlace(attempt.task));
    return true;
}

/// The task's items. They share their memory with the task, which so keeps them as they came in.
Result<std::unique_ptr<Batch>> TaskWork::batchOf(const QueuedPipelineTask &task)
{
    auto made = task.data.toBatch();
    if (!made)
        return made;
    Batch &batch = **made;
    if (m_schema && *m_schema == *batch.schema())
        batch.setSchema(m_schema);
    else
        m_schema = batch.schema();
    batch.sequence = batch.origin.sequence = uint64_t(task.sequence);
    return made;
}

void TaskWork::takeApart(TaskAttempt &attempt,
                         std::unique_ptr<Batch> batch,
                         const Batch &original,
                         const Result<> &applied)
{
    if (!applied) {
        if (original.size() <= 1) {
            attempt.failed.push_back({0, applied.error(), {}});
            return;
        }
        std::vector<uint32_t> positions(original.size());
        for (uint32_t i = 0; i < positions.size(); ++i)
            positions[i] = i;
        tryEach(attempt, original, positions);
        return;
    }
    attempt.failed = failedItems(*batch);
    std::vector<uint32_t> positions;
    if (m_plan.failsApart) { // the others are several of one, or fewer, and say themselves where they come from
        for (uint32_t row = 0; row < batch->size(); ++row)
            positions.push_back(std::min(batch->originalRow(row), uint32_t(original.size()) - 1));
    } else {
        std::vector<uint32_t> failedRows;
        for (const TaskAttempt::FailedItem &item : attempt.failed)
            failedRows.push_back(item.position);
        positions = otherRows(batch->size(), failedRows);
        std::vector<uint8_t> ports;
        for (const uint32_t row : positions)
            ports.push_back(batch->ports().empty() ? uint8_t(0) : batch->ports()[row]);
        batch->clearVerdicts();
        batch->keepRows(positions);
        for (size_t row = 0; row < ports.size(); ++row)
            if (ports[row] != 0)
                batch->sendTo(row, ports[row]);
    }
    for (const uint32_t row : keepOut(*batch))
        attempt.goodPositions.push_back(positions[row]);
    attempt.good = std::move(batch);
}

/// Each of these items by itself. Where the first one to fail is all that will be told, those behind it aren't tried.
void TaskWork::tryEach(TaskAttempt &attempt, const Batch &original, const std::vector<uint32_t> &positions)
{
    Batch one;
    for (const uint32_t position : positions) {
        one.copyRows(original, std::span(&position, 1));
        one.sequence = original.sequence;
        const Result<> applied = caught([&] { return m_step.process(one); });
        if (applied && one.errors().empty()) {
            addGood(attempt, one, position);
        } else {
            TaskAttempt::FailedItem item{position, {}, {}};
            if (applied) {
                const ItemError &error = one.errors().front();
                item.error = {error.kind, error.message};
                item.trace = error.trace;
            } else {
                item.error = applied.error();
            }
            attempt.failed.push_back(std::move(item));
            if (endsWithFirst(attempt) || attempt.failed.back().error.kind == ErrorKind::Interrupted)
                return;
        }
        one.clearVerdicts();
    }
}

void TaskWork::addGood(TaskAttempt &attempt, const Batch &batch, uint32_t position) const
{
    Batch out;
    out.shareFrom(batch);
    for (size_t row = 0; row < batch.ports().size(); ++row)
        if (batch.ports()[row] != 0)
            out.sendTo(row, batch.ports()[row]);
    attempt.goodPositions.insert(attempt.goodPositions.end(), keepOut(out).size(), position);
    if (!attempt.good)
        attempt.good = std::make_unique<Batch>();
    if (attempt.good->isEmpty())
        attempt.good->shareFrom(out);
    else
        appendItems(*attempt.good, out);
}

bool TaskWork::endsWithFirst(const TaskAttempt &attempt) const
{
    return m_plan.onError == ErrorPolicy::Stop && attempt.attempts > m_plan.retries;
}

/// What becomes of the task. False: there are items to be tried again.
bool TaskWork::settle(TaskAttempt &attempt, const Batch &original) const
{
    const bool isBrokenOff = std::any_of(attempt.failed.begin(), attempt.failed.end(),
                                         [](const auto &item) { return item.error.kind == ErrorKind::Interrupted; });
    if (!attempt.failed.empty() && attempt.attempts <= m_plan.retries && !isBrokenOff) {
        attempt.due = std::chrono::steady_clock::now() + std::chrono::nanoseconds(retryPause(attempt.attempts));
        return false;
    }
    if (!attempt.failed.empty() && (m_plan.onError == ErrorPolicy::Stop || isBrokenOff)) {
        const TaskAttempt::FailedItem &first = attempt.failed.front();
        attempt.task.error = placed(first.error, placeOf(original, first.position));
        return true;
    }
    leaveOut(attempt, original);
    if (!attempt.good) {
        attempt.good = std::make_unique<Batch>();
        attempt.good->shareFrom(original);
        attempt.good->clearItems();
    }
    if (!std::is_sorted(attempt.goodPositions.begin(), attempt.goodPositions.end()))
        sortItems(*attempt.good, attempt.goodPositions);
    attempt.task.data = DataContainer::of(*attempt.good);
    return true;
}

void TaskWork::leaveOut(TaskAttempt &attempt, const Batch &original) const
{
    for (const TaskAttempt::FailedItem &item : attempt.failed) {
        LogRecord record;
        record.level = LogLevel::Error;
        record.step = m_name;
        record.worker = m_worker;
        record.batch = attempt.task.sequence;
        record.hasItem = true;
        record.itemId = original.id(item.position);
        record.origin = "task " + std::to_string(attempt.task.sequence) + " item " + std::to_string(item.position + 1);
        record.item = original.item(item.position);
        record.kind = item.error.kind;
        record.message = item.error.message;
        record.trace = item.trace;
        record.attempts = attempt.attempts;
        attempt.task.failures.push_back(std::move(record));
    }
}

/// The error with its place: the step, and the item.
Error TaskWork::placed(const Error &error, const std::string &place) const
{
    return {error.kind, "In the step \"" + m_name + '"' + place + ": " + error.message};
}

/// By the item's id, or where it has none by its place.
std::string TaskWork::placeOf(const Batch &original, uint32_t position) const
{
    if (const Value id = original.id(position); !id.isNull())
        return ", item " + toJson(id);
    return ", item in place " + std::to_string(position + 1) + " of task " + std::to_string(original.sequence);
}

} // namespace millrace
