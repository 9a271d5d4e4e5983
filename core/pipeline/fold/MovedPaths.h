// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <string>

namespace millrace {

/// The path of a file or folder as it is written in a pipeline of that folder. Both absolute.
std::string pathFrom(const std::string &folder, const std::string &path);

/// For a step that moves into a pipeline of another folder: its relative paths lead to what they led to. A program goes on working in
/// the folder in which it did. All folders are absolute.
void movePaths(PipelineStep &step, const StepType &type, const std::string &from, const std::string &to);

/// The name of a parameter whose path begins in the folder of the pipeline, but isn't known until a run, so that it can't be moved.
/// Empty: there is none.
std::string unmovablePath(const PipelineStep &step, const StepType &type);

} // namespace millrace
