// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Tuner.h"
#include "data/Result.h"
#include "data/Value.h"
#include "engine/Run.h"
#include "millrace/Arguments.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <future>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What `--tune` and `--budget` ask for.
struct TuneWish
{
    TuneGoal goal = TuneGoal::Throughput;
    TuneBudget budget;
};

/// Nothing where the call doesn't ask for it. An error is a sentence that names the option.
Result<std::optional<TuneWish>> readTuneWish(const Call &call);

/// Tunes a run of the command line while it goes on.
class RunTuning
{
public:
    RunTuning(const TuneWish &wish, const Pipeline &pipeline, const StepRegistry &registry, int cores);

    ~RunTuning() { end(); }

    /// Changes what is to be changed now, and says so, a sentence each. What that is, is thought about on a thread of its own.
    std::vector<std::string> look(Run &run, const RunSample &sample);
    /// The run is over: nothing is thought about any more.
    void end();
    /// For people, once the run is over: what was changed, and how to keep it. Lines with their ends.
    std::string summary(const std::string &label) const;
    /// For the report.
    Value report() const;

private:
    const TuneGoal m_goal;
    Tuner m_tuner;
    std::vector<TuneMove> m_moves; ///< in the order in which they were made
    std::future<std::vector<TuneMove>> m_thinking;
};

} // namespace millrace
