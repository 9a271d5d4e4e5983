// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "steps/StepType.h"
#include "trust/Permission.h"

#include <set>

namespace millrace {

class TrustRecord;

/// The parameters that each worker of a step gets, as far as they differ.
std::vector<Members> paramsOfWorkers(const Pipeline &pipeline, const PipelineStep &step);

/// Whether the step takes part in a run.
bool isAtWork(const PipelineStep &step, const StepType *type);

/// The files that the steps of a pipeline read and write, and which of them must be asked for.
struct FileUses
{
    Permissions needed;
    std::string forbidden;
    std::vector<std::string> outputs; ///< within the folder
    std::set<std::string> data;       ///< what is read and written, and folders that are listed, links resolved
};

/// Permission::definition of a file that a step reads or writes.
std::string definitionOf(const Param &param, const std::string &given);

/// Calls for each file and folder that a step names, once for each of the parameters given.
void forEachFile(const StepType &type,
                 const std::vector<Members> &params,
                 const std::function<void(const Param &param, const std::string &given)> &call);

FileUses fileUsesOf(const Pipeline &pipeline,
                    const StepRegistry &registry,
                    const PipelinePlace &place,
                    const TrustRecord &record);

} // namespace millrace
