// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"

#include <map>
#include <stop_token>
#include <string>

namespace millrace {

/// Everything that is wrong with a pipeline, said at once, without running it: unknown types, parameters, links, cycles,
/// workers, unreadable inputs, unwritable outputs, expressions, unknown fields. `folder`: what relative paths are relative to.
/// May read the first rows of sources; safe on any thread. Soon after `stop` is requested it returns with what it has found so far.
Problems checkPipeline(const Pipeline &pipeline,
                       const StepRegistry &registry,
                       const std::string &folder,
                       const std::stop_token &stop = {});

/// What keeps a pipeline from running in a window, which has no standard input and output: steps that read or write "-".
Problems streamProblems(const Pipeline &pipeline, const StepRegistry &registry);
/// The id of a running step that reads (ParamKind::InputFile) or writes (OutputFile) "-", the standard streams. Empty: there is none.
std::string userOfStream(const Pipeline &pipeline, const StepRegistry &registry, ParamKind kind);

/// What a running step does with this file, however its path is spelled: `read by "orders"`, `written by "report"`. Empty: nothing;
/// also for streams and devices, which may be used by several. `path` is absolute or relative to the folder.
std::string useOfFile(const Pipeline &pipeline,
                      const StepRegistry &registry,
                      const std::string &folder,
                      const std::string &path);

bool hasErrors(const Problems &problems);

/// The fields that arrive at each step's input and leave by its `out`, where that can be said before a run.
struct KnownFields
{
    std::map<std::string, SchemaPtr> input, output; ///< by step id; null or missing: not known
    std::map<std::string, std::vector<FormatGuess>>
        guesses; ///< by step id: what its parameters leave open of what it reads
};
KnownFields fieldsAlong(const Pipeline &pipeline,
                        const StepRegistry &registry,
                        const std::string &folder,
                        const std::stop_token &stop = {});

/// Steps that take part in a run: enabled, and not fed only by disabled ones.
std::vector<std::string> runningSteps(const Pipeline &pipeline, const StepRegistry &registry);

/// The most workers that a type of step stands; 0: as many as one likes.
int mostWorkersOf(const StepType &type);

} // namespace millrace
