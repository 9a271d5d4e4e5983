// SPDX-License-Identifier: MIT
#include "steps/script/ProgramLaunch.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "steps/script/CommandWords.h"
#include "steps/script/PythonModule.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr std::string_view BytecodeVariable = "PYTHONDONTWRITEBYTECODE";

} // namespace

ProgramLaunch launchOf(const ProgramSettings &settings, const std::string &base)
{
    ProgramLaunch launch;
    const auto add = [&launch](const char *param, std::string text) {
        launch.problems.push_back({true, param, std::move(text)});
    };
    ChildOptions &options = launch.options;
    options.isWatched = true;
    for (const auto &[name, value] : settings.environment) {
        if (name.empty() || name.find('=') != std::string::npos)
            add("environment", "A variable can't be called " + inQuotes(name) + "; give it a name without \"=\".");
        options.environment.push_back(name + '=' + value);
    }
    addPythonModule(options.environment);
    // What Python would leave in the pipeline's folder is code, which would have to be asked for at the next run.
    if (std::ranges::none_of(settings.environment,
                             [](const auto &variable) { return variable.first == BytecodeVariable; }))
        options.environment.push_back(std::string(BytecodeVariable) + "=1");
    options.folder = settings.folder.empty() ? base : resolvePath(base, settings.folder);
    if (!settings.folder.empty()) {
        if (std::string problem = folderProblem(options.folder); !problem.empty()) {
            add("folder", std::move(problem));
            return launch; // what the command means there can't be known
        }
    }
    auto words = commandWords(settings.command);
    if (!words)
        add("command", words.error().message);
    else if (findProgram(words->front(), options.folder).empty())
        add("command", "The program \"" + words->front()
                           + "\" isn't there or can't be executed; install it or give its full path.");
    else
        options.command = *std::move(words);
    return launch;
}

void makeAnswerAtOnce(ChildOptions &options)
{
    options.environment.emplace_back("PYTHONUNBUFFERED=1");
    if (!findProgram("stdbuf").empty())
        options.command.insert(options.command.begin(), {"stdbuf", "-oL"});
}

} // namespace millrace
