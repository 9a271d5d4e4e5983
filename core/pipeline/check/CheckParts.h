// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/check/PipelineIndex.h"
#include "pipeline/Problem.h"

#include <stop_token>
#include <string>
#include <vector>

namespace millrace {

/// What is wrong with the values of a step's parameters, required ones that are missing included.
std::vector<StepProblem> paramProblems(const Members &params, const StepType &type);

// The parts of checkPipeline(); each adds what it finds.
void checkStepSettings(const PipelineIndex &pipelineIndex,
                       const std::string &folder,
                       const std::stop_token &stop,
                       Problems &problems);
void checkGraph(const PipelineIndex &pipelineIndex, Problems &problems);
void checkRejoiningSplits(const PipelineIndex &pipelineIndex, Problems &problems);
void checkFiles(const PipelineIndex &pipelineIndex, const std::string &folder, Problems &problems);

} // namespace millrace
