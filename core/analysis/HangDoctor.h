// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"
#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// Why nothing moves in a run: who is at work without an end, and who waits for whom because of that.
struct Hang
{
    /// A step that waits for its neighbour.
    struct Wait
    {
        enum class For : uint8_t {
            Input, ///< for what the neighbour gives
            Room,  ///< in the neighbour's queue
            Turn   ///< until batches before those are through
        };
        std::string step, neighbour; ///< ids
        For reason = For::Input;

        bool operator==(const Wait &) const = default;
    };

    double since = 0;               ///< second of the run, pauses left out, when something moved last
    double seconds = 0;             ///< that nothing has moved for
    std::vector<std::string> stuck; ///< ids, in the order of the pipeline
    std::vector<Wait> waits;        ///< those nearest to the stuck steps first
    bool computes = false;          ///< the processors are used meanwhile: it is hard work, or it runs in circles
    std::string
        needsWorker; ///< of the stuck steps, one whose workers all are at work while more batches wait for it; or empty
    std::string why; ///< sentences, with what can be done about it

    bool isOf(const Hang &other) const { return stuck == other.stuck && since == other.since; }
};

/// Looks at the samples of a run for a time in which nothing moves, though it isn't paused, no step keeps to a rate, and it isn't
/// a source that is waited for. Queues that are too small for branches are no such case: the engine gives them more room by itself,
/// see enlargedQueues(). Reads no clock but the samples' own. Plain value.
class HangDoctor
{
public:
    static constexpr double Patience = 2.0; ///< seconds

    explicit HangDoctor(const Pipeline &pipeline = {}, StepNaming nameOf = {});

    /// Of one run, and later than the one before.
    void add(const RunSample &sample);
    /// What holds it up now.
    const std::optional<Hang> &hang() const { return m_hang; }

private:
    bool hasMoved(const RunSample &sample) const;
    Hang examine(const RunSample &sample) const;

    std::vector<std::pair<std::string, std::string>> m_links; ///< from, to
    StepNaming m_nameOf;
    std::optional<RunSample> m_moved; ///< the first since which nothing has moved
    std::optional<Hang> m_hang;
};

/// A queue that the engine had to widen, or the run would have stood still.
struct EnlargedQueue
{
    std::string step; ///< id
    int now = 0;      ///< batches that it holds now

    bool operator==(const EnlargedQueue &) const = default;
};

/// Those that hold more batches than the pipeline gives them, in its order.
std::vector<EnlargedQueue> enlargedQueues(const RunSample &sample, const Pipeline &pipeline);

} // namespace millrace
