// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/InlinedPipeline.h"
#include "pipeline/PipelineFile.h"
#include "steps/StepType.h"
#include "trust/Permissions.h"

#include <cstdio>
#include <map>
#include <string>

namespace millrace {

/// A pipeline as the call names it.
struct PipelineInput
{
    std::string label;  ///< the file as given; what messages begin with
    std::string path;   ///< absolute; empty: standard input
    std::string folder; ///< that its relative paths are relative to
    bool isStandardInput = false;
    Pipeline pipeline;
    Problems problems;                                  ///< of the file itself
    std::map<std::string, InlinedPipeline::Part> parts; ///< what inlineFiles() has put in

    PipelinePlace place() const { return {folder, path}; }
};

/// Reads the file, or standard input where it is "-". The message of an error names the file.
Result<PipelineInput> readPipelineInput(const std::string &file);

/// Puts the steps of other files in the place of the steps "pipeline". The problems of those files: nothing has happened where there are
/// any.
Problems inlineFiles(PipelineInput &input, const StepRegistry &registry);

/// The file's problems and those of the pipeline as it is now, each once.
Problems allProblems(const PipelineInput &input, const StepRegistry &registry);

/// `FILE: STEP: what is wrong`, a line each.
void printProblems(const PipelineInput &input, const Problems &problems, std::FILE *target);

} // namespace millrace
