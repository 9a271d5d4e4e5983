// SPDX-License-Identifier: MIT
#pragma once

#include "process/Child.h"
#include "steps/Step.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What a step says about the program that it wants started.
struct ProgramSettings
{
    Value command;                                                ///< as in a terminal, or a list of words
    std::string folder;                                           ///< to work in; empty: that of the pipeline file
    std::vector<std::pair<std::string, std::string>> environment; ///< beside this process's own
};

/// The same, taken apart: what the child is started with, or what would keep it from being started.
struct ProgramLaunch
{
    ChildOptions options;              ///< complete where there are no problems
    std::vector<StepProblem> problems; ///< with the parameters "command", "folder", "environment"
};

/// `base`: the folder that a relative one is relative to. The Python module millrace is where the program finds it. Any thread.
ProgramLaunch launchOf(const ProgramSettings &settings, const std::string &base);

/// A step that starts programs, and can be told to ask before each start; an error says why it may not.
class StartsPrograms
{
public:
    using MayStart = std::function<Result<>()>;

    virtual ~StartsPrograms() = default;
    virtual void askBeforeStart(MayStart mayStart) = 0;
};

/// For a program that answers each line with one: it is told not to keep them back until it has some KiB, as programs do that
/// write into pipes.
void makeAnswerAtOnce(ChildOptions &options);

} // namespace millrace
