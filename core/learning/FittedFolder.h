// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "engine/RunPlan.h"
#include "learning/StaleSteps.h"
#include "learning/StepSaver.h"
#include "pipeline/Pipeline.h"

#include <functional>
#include <string>

namespace millrace {

/// A pipeline with what its steps have learnt.
struct FittedPipeline
{
    Pipeline pipeline;
    FittedStates states; ///< of its fittable steps, by id
};

/// Writes a fitted pipeline as a folder that a person can read:
///
///     manifest.json         the version of the layout, and each file with its size and SHA-256
///     pipeline.millrace     the pipeline that was fitted
///     steps/ID.json         what the step ID has learnt
///     steps/ID.bin          the same where it is large
///
/// The folder appears under its name only when it is complete and on the disk; an older fitted pipeline of that name is
/// replaced as a whole. Errors are sentences with the path: a folder that holds something else is never replaced, nor is one
/// whose parent is missing or may not be written. Any thread; two that write the same folder at once: one of them wins.
Result<> saveFitted(const FittedPipeline &fitted, const std::string &folder, const StepSavers &savers = {});

/// Whether saveFitted() could begin there now: worth asking before a long fit. Writes nothing.
Result<> checkFittedFolder(const std::string &folder);

/// Reads what saveFitted() wrote. Every file is compared with the manifest first, so that a folder which is damaged, half
/// deleted or of a newer version is refused as a whole, with a sentence that names the file.
Result<FittedPipeline> loadFitted(const std::string &folder, const StepSavers &savers = {});

/// What the fittable steps of a plan have learnt, from such a folder. Refused, with a sentence that names the step, where the
/// folder doesn't know it, knows another type of step by its id, or what it learnt doesn't go with its settings. `folder`: for
/// the sentences.
Result<FittedStates> statesFor(const RunPlan &plan, const FittedPipeline &fitted, const std::string &folder);

/// What a run of a pipeline is given to know.
struct Knowledge
{
    FittedStates states;
    Problems stale; ///< learnt from a pipeline that was changed since: worth a warning, no hindrance
};

/// The same for the pipeline that the plan was made from, with what was changed since it was fitted. `nameOf`: as for
/// staleSteps().
Result<Knowledge> loadKnowledge(const std::string &folder,
                                const RunPlan &plan,
                                const Pipeline &pipeline,
                                const StepRegistry &registry,
                                const std::function<std::string(const std::string &id)> &nameOf = {});

} // namespace millrace
