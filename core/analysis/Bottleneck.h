// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What one more worker for the limiting step would bring, by the same formula that found the limit.
struct Prediction
{
    std::string step;
    int workers = 0;           ///< that the step would have then
    double itemsPerSecond = 0; ///< of the whole run, then
    double gain = 1;           ///< against now: 1.6 means 1.6 times as fast
    std::string nextLimit;     ///< the step that would limit the run then; empty: the cores would
};

/// What holds a run back. Several steps may do so together: none of them alone would let it go faster.
struct Limit
{
    enum class Kind : uint8_t {
        Source,  ///< reading or making the items
        Workers, ///< a step computes in all its workers
        Waiting, ///< a step's workers wait (network, sleep, a child process, a lock)
        Sink,    ///< writing the items
        Cores    ///< the machine computes as much as it can
    };

    Kind kind = Kind::Workers;
    std::string step;    ///< id; where the cores limit, the step that uses most of them
    std::string why;     ///< a sentence with the evidence
    double share = 0;    ///< of its workers' (or the cores') time that was used, 0 to 1
    bool isClear = true; ///< false where it was measured too shortly, or nobody is seen to hold the others back
    struct Part
    {
        std::string step;
        double share = 0;
    };
    std::vector<Part> sharedWith;            ///< the other steps that are as busy, in the order of the pipeline
    std::optional<Prediction> oneMoreWorker; ///< not for sources and sinks, nor where it can't be known

    /// Whether the step is what limits, or one of those that do together. Of none, where the cores limit.
    bool isAt(const std::string &id) const;
};

using StepNaming = std::function<std::string(const std::string &id)>;

/// Finds what limits a run, from its counters alone (those of child processes included): a step i with w workers that is given v batches for each one of the
/// sources, at s seconds each, allows w / (v s); the cores allow cores / sum of v c, c being the CPU time of a batch. The
/// least of these is the limit. Nothing where nothing was processed. Pure; safe on any thread.
/// Where other processes compute too, the cores are taken to be shared fairly among all threads that compute.
/// `nameOf`: what the sentence calls a step; without, it is the id. `shown`: the limit that is said now, which others have to pass
/// clearly, or to come close to clearly, before they are said instead, or beside it.
std::optional<Limit> findLimit(const RunSample &sample,
                               int cores,
                               const StepNaming &nameOf = {},
                               const Limit *shown = nullptr);

/// The same over a stretch of the run: what happened between two of its samples.
std::optional<Limit> findLimit(const RunSample &first,
                               const RunSample &last,
                               int cores,
                               const StepNaming &nameOf = {},
                               const Limit *shown = nullptr);

} // namespace millrace
