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

/// A digest of all that the result depends on: steps, their parameters, links, batches, what the steps have learnt, the program's `version`;
/// not of names, places, workers and queues.
std::string digestForResume(const Pipeline &pipeline, const FittedStates &states, const std::string &version);

/// The journals that lie beside the pipeline's results: each of a run that was broken off, or is under way. `folder`: what relative paths
/// are relative to. Looks at file names alone.
std::vector<std::string> journalsBeside(const Pipeline &pipeline,
                                        const std::string &folder,
                                        const StepRegistry &registry);

/// How far the run has come that wrote these journals: by the oldest of them, since a crash may have come between two. Nothing: there
/// is none. Fails where one can't be read.
Result<std::optional<JournalEntry>> oldestEntryOf(const std::vector<std::string> &journals);

/// Whether a run with that digest may go on from there: fails with a sentence where the pipeline or its input is another one.
Result<> checkResume(const JournalEntry &entry, const std::string &digest);

} // namespace millrace
