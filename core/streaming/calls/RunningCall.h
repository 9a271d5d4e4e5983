// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "streaming/calls/PipelineReport.h"
#include "streaming/DataContainer.h"

#include <chrono>
#include <functional>
#include <memory>

namespace millrace {

class BaseQueuedPipeline;
class CallControl;

/// A call of a pipeline that is under way on a thread of its own, as start() gives it:
///
///     RunningCall call = pipeline.start({.dataInputs = numbers});
///     while (!call.wait(100ms))
///         show(call.sample());
///     Result<DataContainer> out = call.result();
///
/// All functions are safe on any thread, in any order and at the same time, but for moving it and its destruction. Not to be destroyed
/// by the steps of the call itself: it waits for them.
class RunningCall
{
public:
    /// As cancel(), and waits until the call is over.
    ~RunningCall();
    RunningCall(RunningCall &&other) noexcept;
    /// The call that was here before ends as by the destructor.
    RunningCall &operator=(RunningCall &&other) noexcept;

    /// All gauges now, of the run at work; a pipeline with others in it may be several, one after the other. Costs some
    /// microseconds; meant for 10 to 60 times a second.
    RunSample sample() const;
    /// Drops what is under way: the call ends as soon as the batches at work are done, with an error of the kind "cancelled". A
    /// result that is there by then stays.
    void cancel();
    bool isDone() const;
    /// Waits until the call is over, for that long at most. True: it is over. It goes on, where it isn't.
    bool wait(std::chrono::milliseconds timeout) const;
    void wait() const;
    /// Waits for the result: as transform() would have returned it.
    Result<DataContainer> result() const;
    /// What became of the call, beside its result. Waits for that.
    PipelineReport report() const;

private:
    friend class BaseQueuedPipeline;
    struct State;
    using Work = std::function<Result<DataContainer>(CallControl &, PipelineReport &)>;
    RunningCall(Work work, std::chrono::milliseconds timeLimit);
    void end();

    std::unique_ptr<State> d; ///< null: moved from
};

} // namespace millrace
