// SPDX-License-Identifier: MIT
#include "calls/Calls.h"
#include "calls/QtMessages.h"
#include "data/text/NearestName.h"
#include "metrics/MachineMemory.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "process/SystemLimits.h"
#include "steps/manifest/StepFolders.h"

#include <millrace/Version.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

namespace millrace {

namespace {

void printText(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
}

/// The status of a command that prints, once all of it has reached standard output.
int printed(int status)
{
    const bool isWritten = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (isWritten || errno == EPIPE) // who read it had enough
        return status;
    printError(std::string("can't write to standard output: ") + std::strerror(errno) + '.');
    return std::max(status, int(RunFailed));
}

std::vector<std::string> commandNames()
{
    std::vector<std::string> names;
    for (const CommandSpec &command : millraceProgram().commands)
        names.emplace_back(command.name);
    return names;
}

int unknownCommand(const std::string &command)
{
    std::string text = "There is no command \"" + command + "\"";
    const std::string nearest = nearestName(command, commandNames());
    text += nearest.empty() ? "." : "; did you mean \"" + nearest + "\"?";
    return wrongCall({}, text);
}

int help(const Arguments &arguments)
{
    const std::string command = arguments.empty() ? std::string() : arguments.front();
    if (!command.empty() && !millraceProgram().command(command))
        return unknownCommand(command);
    printText(helpText(command));
    return printed(Finished);
}

/// The folder whose `steps` the call looks at: of the pipeline that it names first.
std::string stepsFolderOf(const std::string &command, const Arguments &rest)
{
    std::error_code error;
    const std::filesystem::path here = std::filesystem::current_path(error);
    if (command == "steps" || command == "new-step" || !millraceProgram().command(command))
        return here.string();
    const auto call = parseCall(command, rest);
    if (!call || call->words.empty() || call->words.front() == "-" || call->words.front().starts_with("/dev/"))
        return here.string();
    return (here / call->words.front()).parent_path().string();
}

int runProgram(const Arguments &arguments)
{
    if (arguments.empty()) {
        const std::string text = helpText({});
        std::fwrite(text.data(), 1, text.size(), stderr);
        return WrongCall;
    }
    const std::string &command = arguments.front();
    const Arguments rest(arguments.begin() + 1, arguments.end());
    if (command == "--version" || command == "version") {
        printText("millrace " MILLRACE_VERSION "\n");
        return printed(Finished);
    }
    if (command == "--help" || command == "-h" || command == "help")
        return help(rest);
    for (const std::string &argument : rest) {
        if (command == "complete")
            break; // these are another call's
        if (argument == "--help" || argument == "-h")
            return help({command});
    }

    StepRegistry registry;
    registerBuiltInSteps(registry);
    if (command == "worker")
        return workerCommand(rest, registry);
    if (command == "cluster")
        return printed(clusterCommand(rest));
    if (command == "deploy")
        return printed(deployCommand(rest, registry));
    if (command == "attach")
        return printed(attachCommand(rest));
    const std::vector<std::string> problems = declareSteps(registry, stepsFolderOf(command, rest));
    if (command == "run" || command == "fit" || command == "validate" || command == "steps")
        for (const std::string &problem : problems)
            printError(problem);
    if (command == "complete")
        return printed(completeCommand(rest, registry));
    if (command == "run")
        return runCommand(rest, registry);
    if (command == "fit")
        return fitCommand(rest, registry);
    if (command == "validate")
        return printed(validateCommand(rest, registry));
    if (command == "errors")
        return printed(errorsCommand(rest, registry));
    if (command == "kept")
        return printed(keptCommand(rest));
    if (command == "peek")
        return printed(peekCommand(rest, registry));
    if (command == "explain")
        return printed(explainCommand(rest));
    if (command == "runs")
        return printed(runsCommand(rest));
    if (command == "simulate")
        return printed(simulateCommand(rest, registry));
    if (command == "steps")
        return printed(stepsCommand(rest, registry));
    if (command == "new-step")
        return printed(newStepCommand(rest, registry));
    return unknownCommand(command);
}

} // namespace

} // namespace millrace

int main(int argc, char *argv[])
{
    millrace::giveBackLargeBlocks();
    millrace::takeLimitsAsErrors();
    millrace::useQtWithoutGlib();
    millrace::showQtMessagesSafely();
    try {
        if (const std::string problem = millrace::fileLimitProblem(); !problem.empty()) {
            millrace::printError(problem);
            return millrace::WrongCall;
        }
        return millrace::runProgram(millrace::Arguments(argv + 1, argv + argc));
    } catch (const std::bad_alloc &) {
        millrace::endWithoutMemory();
    } catch (const std::exception &exception) {
        millrace::printError(std::string("The program can't go on: ") + exception.what() + '.');
        return millrace::RunFailed;
    }
}
