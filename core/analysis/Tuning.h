// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Tuner.h"
#include "data/Value.h"
#include "steps/StepType.h"

#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// What tuning is asked for.
struct TuneWish
{
    TuneGoal goal = TuneGoal::Throughput;
    TuneBudget budget;
};

/// The words of the command line and of reports: "throughput", "latency"; "workers", "queueSize".
std::string_view goalName(TuneGoal goal);
std::string_view settingName(TuneMove::Setting setting);

/// The most workers that a run can use for a type of step; 0: as many as one likes. What combines branches works one batch at a time,
/// whatever the file says.
int mostUsefulWorkersOf(const StepType &type);

/// A tuner that thinks on a thread of its own while a run goes on: whoever has the run shows it each sample, and makes the moves that
/// it asks for. All calls are of one thread.
class Tuning
{
public:
    /// `nameOf`: what sentences call a step. It is called on the thread that thinks.
    Tuning(const TuneWish &wish, const Pipeline &pipeline, const StepRegistry &registry, int cores, StepNaming nameOf);
    ~Tuning() { end(); }

    /// The moves to make now: before the next call, all of them. Never waits, but where the system had no thread for it.
    std::vector<TuneMove> look(const RunSample &sample);
    /// What came of the moves before, a sentence, once; empty: it isn't known yet.
    std::string takeVerdict() { return std::exchange(m_verdict, {}); }
    /// Nothing new is thought of. What is thought now ends soon, and look() sees it.
    void giveUp();
    /// The same, and waits for that.
    void end();
    bool isThinking() const { return m_thinking.valid(); }
    /// Whether no more moves come.
    bool isDone() const { return !isThinking() && (m_isGivenUp || m_tuner.isDone()); }
    /// Whether there is nothing more to try, rather than that it was given up.
    bool isThrough() const { return !isThinking() && m_tuner.isDone(); }
    /// Not while it isThinking().
    const Tuner &tuner() const { return m_tuner; }
    TuneGoal goal() const { return m_goal; }
    /// That were made, in their order.
    const std::vector<TuneMove> &moves() const { return m_moves; }
    /// For the run's report. Not while it isThinking().
    Value report() const;

private:
    const TuneGoal m_goal;
    Tuner m_tuner;
    std::vector<TuneMove> m_moves;
    std::string m_verdict;
    bool m_isGivenUp = false;
    std::future<std::vector<TuneMove>> m_thinking;
};

/// "slow.workers=4", as `--set` takes it.
std::string settingOf(const TuneMove &move);

} // namespace millrace
