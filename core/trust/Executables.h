// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "steps/StepType.h"

#include <string>
#include <vector>

namespace millrace {

/// Something that a pipeline brings along and that a run would execute: a program's command, or a script.
struct Executable
{
    std::string step; ///< id
    std::string name; ///< of the step as people see it
    std::string type; ///< of the step: "program", "javascript"
    std::string
        text; ///< the command as one would type it, with what else it is given, or the code; may have several lines
    std::string
        print; ///< SHA-256 of all that decides what is executed, in hexadecimal; the same wherever the file lies

    bool operator==(const Executable &) const = default;
};

using Executables = std::vector<Executable>;

/// What a run of the pipeline would execute, in the order of its steps; a step whose workers have arguments of their own may be
/// there several times. Steps that are disabled or bypassed execute nothing. Programs and scripts within `folder` (that relative paths are
/// relative to) which a command names belong to the print with their content, so that one isn't taken for another of the
/// same name; what it reads and writes doesn't. Of files over 4 MiB only the beginning and the size. Reads those files; any thread.
Executables executablesOf(const Pipeline &pipeline, const StepRegistry &registry, const std::string &folder);

} // namespace millrace
