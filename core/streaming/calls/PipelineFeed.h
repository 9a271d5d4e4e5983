// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/calls/RunningCall.h"
#include "streaming/ObservableQueue.h"

#include <memory>

namespace millrace {

/// A call of a pipeline whose data somebody sends batch by batch, as connect() gives it:
///
///     PipelineFeed feed = pipeline.connect();
///     while (auto batch = next())
///         if (!feed.sendBatch(*batch))
///             break;
///     Result<DataContainer> out = feed.finish();
///
/// All functions are safe on any thread, but for moving it and its destruction, which cancels the call and waits for its end.
class PipelineFeed
{
public:
    ~PipelineFeed();
    PipelineFeed(PipelineFeed &&) noexcept;
    PipelineFeed &operator=(PipelineFeed &&) noexcept;

    /// Items that become one batch, or several where they are more than the batch size. Waits while ten are on their way to the first
    /// step. False: the call is over, and finish() says why; or finish() was called before.
    bool sendBatch(DataContainer items);
    /// No more is sent. Waits for the result of all that was: as transform() would have returned it, and empty where a consumer got it.
    Result<DataContainer> finish();
    /// Drops what is under way: finish() gives an error of the kind "cancelled".
    void cancel();
    bool isDone() const { return m_call->isDone(); }
    /// All gauges now.
    RunSample sample() const { return m_call->sample(); }
    /// What became of the call, beside its result; waits for its end, so after finish() or cancel().
    PipelineReport report() const { return m_call->report(); }

private:
    friend class BaseQueuedPipeline;
    PipelineFeed(std::shared_ptr<ObservableQueue> queue, RunningCall call);

    std::shared_ptr<ObservableQueue> m_queue; ///< shared with the call
    std::unique_ptr<RunningCall> m_call;      ///< null: moved from
};

} // namespace millrace
