// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "engine/journal/JournalFile.h"
#include "engine/RunOptions.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace {

// A pipeline is looked at here as it would run: with the values of its parameters, and with the pipelines that are steps of it. `folder`: what
// relative paths are relative to.
Pipeline asItRuns(const Pipeline &drawn, const std::string &folder, const StepRegistry &registry);

/// A digest of all that the result depends on: steps, their parameters, links, batches, what the steps have learnt, the program's `version`;
/// not of names, places, workers, where those are, queues, and what is kept. Of a pipeline as it runs.
std::string digestOfSettings(const Pipeline &whole, const FittedStates &states, const std::string &version);
/// The same of one as it is drawn.
std::string digestForResume(const Pipeline &pipeline,
                            const std::string &folder,
                            const StepRegistry &registry,
                            const FittedStates &states,
                            const std::string &version);

/// The pipeline's results that have a journal beside them: a run that writes them was broken off, or is under way. Looks at file names
/// alone, but for pipelines that are steps.
std::vector<std::string> resultsWithJournal(const Pipeline &pipeline,
                                            const std::string &folder,
                                            const StepRegistry &registry);

/// How far the run has come that wrote the journals of these results: by the oldest of them, since a crash may have come between two.
/// Nothing: there are none. Fails where one can't be read.
Result<std::optional<JournalEntry>> oldestEntryOf(const std::vector<std::string> &results);

/// Whether a run with that digest may go on from there: fails with a sentence where the pipeline or its input is another one.
Result<> checkResume(const JournalEntry &entry, const std::string &digest);

/// The run of the pipeline that was broken off, if it can be gone on with as far as can be told before: nothing where it is under way still,
/// where another pipeline or other input was read. What it has learnt is not looked at.
std::optional<JournalEntry> brokenOffRunOf(const Pipeline &pipeline,
                                           const std::string &folder,
                                           const StepRegistry &registry,
                                           const std::string &version);

} // namespace millrace
