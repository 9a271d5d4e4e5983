// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What the program ends with.
enum ExitStatus : int { Finished = 0, RunFailed = 1, WrongCall = 2, FinishedWithErrors = 3, Interrupted = 130 };

/// One command of the program: what is behind its name, and what it ends with.
using Arguments = std::vector<std::string>;
int runCommand(const Arguments &arguments, const StepRegistry &registry);
int fitCommand(const Arguments &arguments, const StepRegistry &registry);
int validateCommand(const Arguments &arguments, const StepRegistry &registry);
int errorsCommand(const Arguments &arguments, const StepRegistry &registry);
int peekCommand(const Arguments &arguments, const StepRegistry &registry);
int keptCommand(const Arguments &arguments);
int explainCommand(const Arguments &arguments);
int runsCommand(const Arguments &arguments);
int simulateCommand(const Arguments &arguments, const StepRegistry &registry);
int newStepCommand(const Arguments &arguments, const StepRegistry &registry);
int stepsCommand(const Arguments &arguments, const StepRegistry &registry);
/// Works for runs on a cluster; without arguments it is started by runs, for each worker of a step that runs in processes.
int workerCommand(const Arguments &arguments, const StepRegistry &registry);

int clusterCommand(const Arguments &arguments);
int attachCommand(const Arguments &arguments);
int deployCommand(const Arguments &arguments, const StepRegistry &registry);

/// Asked by shells: how the call goes on that is being typed.
int completeCommand(const Arguments &arguments, const StepRegistry &registry);

/// The help text of a command; of the program where it is empty or unknown.
std::string helpText(std::string_view command);

/// A line on standard error that begins with the program's name.
void printError(const std::string &text);
/// The same, for a call that is wrong: says where the help is. Returns WrongCall.
int wrongCall(std::string_view command, const std::string &text);

} // namespace millrace
