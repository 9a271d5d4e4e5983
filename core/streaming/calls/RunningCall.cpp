// SPDX-License-Identifier: MIT
#include "streaming/calls/RunningCall.h"

#include "data/errors/ExceptionError.h"
#include "streaming/calls/CallControl.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace millrace {

struct RunningCall::State
{
    explicit State(std::chrono::milliseconds timeLimit) : control(timeLimit) {}

    void finish(Result<DataContainer> outcome, PipelineReport itsReport)
    {
        const std::lock_guard lock(mutex);
        report = std::move(itsReport);
        result.emplace(std::move(outcome));
        isOver.notify_all();
    }

    CallControl control;
    mutable std::mutex mutex; ///< guards result and report
    std::condition_variable isOver;
    std::optional<Result<DataContainer>> result; ///< once it is over
    PipelineReport report;
    std::thread thread;
};

RunningCall::RunningCall(Work work, std::chrono::milliseconds timeLimit) : d(std::make_unique<State>(timeLimit))
{
    const Result<> started = caught([&]() -> Result<> {
        d->thread = std::thread([state = d.get(), work = std::move(work)] {
            PipelineReport report;
            Result<DataContainer> result = caught([&] { return work(state->control, report); });
            state->finish(std::move(result), std::move(report));
        });
        return {};
    });
    if (!started)
        d->finish(started.forward(), {});
}

RunningCall::RunningCall(RunningCall &&other) noexcept = default;

RunningCall::~RunningCall()
{
    end();
}

RunningCall &RunningCall::operator=(RunningCall &&other) noexcept
{
    if (this != &other) {
        end();
        d = std::move(other.d);
    }
    return *this;
}

void RunningCall::end()
{
    if (!d)
        return;
    d->control.cancel();
    if (d->thread.joinable())
        d->thread.join();
}

RunSample RunningCall::sample() const
{
    return d->control.sample();
}

void RunningCall::cancel()
{
    d->control.cancel();
}

bool RunningCall::isDone() const
{
    const std::lock_guard lock(d->mutex);
    return d->result.has_value();
}

bool RunningCall::wait(std::chrono::milliseconds timeout) const
{
    std::unique_lock lock(d->mutex);
    return d->isOver.wait_for(lock, timeout, [this] { return d->result.has_value(); });
}

void RunningCall::wait() const
{
    std::unique_lock lock(d->mutex);
    d->isOver.wait(lock, [this] { return d->result.has_value(); });
}

Result<DataContainer> RunningCall::result() const
{
    wait();
    return caught([this]() -> Result<DataContainer> {
        const std::lock_guard lock(d->mutex);
        return *d->result;
    });
}

PipelineReport RunningCall::report() const
{
    wait();
    const std::lock_guard lock(d->mutex);
    return d->report;
}

} // namespace millrace
