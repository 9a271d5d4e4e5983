// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"
#include "engine/RunPlan.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

class FitResults;

/// Fits the fittable steps of a pipeline in passes over its sources: first those that no other unfitted step feeds, all of them
/// in one pass; then those that they feed, and so on. A pass is a Run of the part of the pipeline that leads to them, and its end is
/// where they learn; so it streams, is watched, paused and stopped like any run.
///
///     for (Fit fit(plan, options); auto run = fit.nextPass();) { run->start(); run->waitForDone(); … }
///
/// One thread at a time; the runs' own functions are safe on any.
class Fit
{
public:
    /// Steps that `options.states` already has count as fitted and keep what they know; leave it empty to fit all anew.
    /// `options.finished` is called at the end of every pass.
    Fit(RunPlan plan, RunOptions options);

    /// Ids of the steps that have to be fitted, in the order of the passes.
    const std::vector<std::vector<std::string>> &passes() const { return m_passes; }
    bool isNeeded() const { return !m_passes.empty(); }
    /// The run of the next pass, not yet started. Null where all steps are fitted. Ask again only once it has finished well.
    std::unique_ptr<Run> nextPass();
    /// All that is known now: what was given, and what was learnt in the passes that have finished.
    FittedStates states() const;

private:
    RunPlan planOf(const std::vector<std::string> &steps) const;

    const RunPlan m_plan;
    RunOptions m_options;
    const std::shared_ptr<FitResults> m_results;
    std::vector<std::vector<std::string>> m_passes;
    size_t m_next = 0;
};

/// Fits all at once and waits for it. `watch` may look at each pass before it is started, and keep what it needs of it.
/// Returns the states of all fittable steps; an error names the step that failed, or has the kind "stopped".
Result<FittedStates> fitPlan(RunPlan plan, RunOptions options, const std::function<void(Run &)> &watch = {});

} // namespace millrace
