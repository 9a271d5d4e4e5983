// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Simulation.h"
#include "metrics/RunSample.h"
#include "pipeline/Pipeline.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

enum class TuneGoal : uint8_t {
    Throughput, ///< items a second of the whole run
    Latency     ///< the time of an item from source to sink, its 95th percentile, at no lower throughput
};

struct TuneBudget
{
    int workers =
        64; ///< of all steps but sources, sinks and those that can have only one, together; or as many as there are already
    uint64_t memory = 0; ///< bytes that batches may hold by the simulation; 0: no bound
    int freeCores = 0;   ///< of the machine's, that aren't planned with; one always is
};

/// One setting that is changed while the run goes on.
struct TuneMove
{
    enum class Setting : uint8_t { Workers, QueueSize };
    Setting setting = Setting::Workers;
    std::string step; ///< id
    int from = 0, to = 0;
    std::string why; ///< a sentence
};

/// Changes workers and queues of a run while it runs, by the simulation on what was measured, and takes back what did no good: proposals are
/// the simulation's, the verdict is the run's. Between two rounds it looks for two seconds; it ends after `LongestTuning`, or once nothing
/// promises more, or what it tried did no good. Reads no clock but the samples' own.
class Tuner
{
public:
    static constexpr double FirstLook = 1.5, Settling = 0.5, Look = 2.0; ///< seconds of the run
    static constexpr double LongestTuning = 20.0; ///< seconds of the run; then nothing new is tried

    /// `mostWorkers`: of a step, by its id; 0: any number. `nameOf`: what sentences call a step; without, it is the id.
    Tuner(Pipeline pipeline,
          TuneGoal goal,
          TuneBudget budget,
          int cores,
          std::function<int(const std::string &id)> mostWorkers,
          StepNaming nameOf = {});

    /// Of the same run as before, and later. Whether enough was seen to think() now.
    bool add(const RunSample &sample);
    /// The moves to make now, if any; made() follows. Takes up to some seconds, for it plays the run through with many settings: for a thread
    /// of its own. Nothing else of this object is to be used meanwhile but giveUp().
    std::vector<TuneMove> think();
    /// The moves of think() have been made.
    void made();
    /// Whether what the last think() returned takes back what was on trial, rather than trying something.
    bool isTakingBack() const { return m_isTakingBack; }
    /// Has think() end soon. On any thread.
    void giveUp() { m_isGivenUp = true; }
    bool isDone() const { return m_isDone; }
    /// What is set otherwise than at the beginning, one move a setting.
    std::vector<TuneMove> result() const;
    /// Whether there are moves of which it isn't known yet what came of them.
    bool isOnTrial() const { return !m_last.empty(); }
    /// What came of the moves before, as the last think() has found, a sentence; empty: there were none, or they are taken back.
    const std::string &verdict() const { return m_verdict; }
    /// Items read a second before the first move and after the last, 0: not measured.
    double rateBefore() const { return m_rateBefore; }
    double rateAfter() const { return m_rateAfter; }
    /// Seconds in which 95 % of the items went from source to sink, before the first move and after the last, 0: not measured.
    double latencyBefore() const { return m_latencyBefore; }
    double latencyAfter() const { return m_latencyAfter; }

private:
    std::vector<TuneMove> judge();
    std::vector<TuneMove> propose();
    void tuneWorkers(SimulationModel &model, Simulation &reached, double least) const;
    void trimWorkers(const SimulationModel &before, SimulationModel &model, double least) const;
    void tuneQueues(SimulationModel &model, Simulation &reached, double leastRate) const;
    void keepMemory(SimulationModel &model) const;
    std::vector<TuneMove> movesBetween(const SimulationModel &from,
                                       const SimulationModel &to,
                                       const Simulation &now,
                                       const Simulation &then) const;
    std::vector<TuneMove> takenBack(bool isSlower) const;
    std::string verdictNow() const;
    bool isFree(const SimulatedStep &step) const;
    int workersOf(const SimulationModel &model) const;
    std::string nameOf(const std::string &id) const;

    const Pipeline m_pipeline;
    const TuneGoal m_goal;
    const TuneBudget m_budget;
    const int m_cores;
    const std::function<int(const std::string &)> m_mostWorkers;
    const StepNaming m_nameOf;

    std::vector<TuneMove> m_thought;    ///< that aren't made yet
    std::vector<TuneMove> m_last;       ///< the moves of this round, on trial
    std::vector<TuneMove> m_kept;       ///< of all rounds
    std::optional<RunSample> m_from;    ///< the first sample of the stretch that is looked at
    double m_begun = -1, m_movedAt = 0; ///< active seconds
    double m_rate = 0, m_rateBefore = 0, m_rateAfter = 0;
    double m_latency = 0, m_latencyBefore = 0, m_latencyAfter = 0;
    double m_promised = 0; ///< of the moves on trial: times the rate, or seconds of an item
    std::string m_verdict;
    RunSample m_now; ///< the last sample of that stretch
    bool m_isDone = false, m_hasThought = false, m_isTakingBack = false;
    std::atomic<bool> m_isGivenUp{false};
};

} // namespace millrace
