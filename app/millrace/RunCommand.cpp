// SPDX-License-Identifier: MIT
#include "Application.h"
#include "Arguments.h"
#include "Commands.h"
#include "Console.h"
#include "Overrides.h"
#include "pipeline/Checker.h"
#include "PipelineInput.h"
#include "RunWatch.h"
#include "steps/FilePath.h"

#include <cstdio>
#include <random>
#include <unistd.h>

namespace millrace {

namespace {

/// What the call says, taken apart and checked.
struct RunCall
{
    std::string file;
    std::vector<std::string> overrides;
    std::optional<int> workers;
    std::optional<uint64_t> seed;
    WatchOptions watch;
};

Result<bool> showsProgress(const std::string &when)
{
    if (when == "always" || when == "never")
        return when == "always";
    if (when == "auto")
        return isTerminal(STDERR_FILENO);
    return failure("call", "--progress " + when + ": it has to be auto, always or never");
}

Result<> readNumbers(const Call &call, RunCall &run)
{
    if (const auto text = call.value("workers")) {
        const auto workers = wholeOption("workers", *text, 1);
        if (!workers)
            return workers.forward();
        constexpr int64_t MostWorkers = 100'000;
        if (*workers > MostWorkers)
            return failure("call", "--workers " + *text + ": that is too many; " + std::to_string(MostWorkers)
                                       + " is the most");
        run.workers = int(*workers);
    }
    if (const auto text = call.value("seed")) {
        const auto seed = wholeOption("seed", *text, 0);
        if (!seed)
            return seed.forward();
        run.seed = uint64_t(*seed);
    }
    return {};
}

Result<RunCall> readCall(const Arguments &arguments)
{
    const auto call =
        parseCall(arguments, {{"quiet"}, {"set", "workers", "fitted", "report", "metrics", "progress", "seed"}});
    if (!call)
        return call.forward();
    if (call->words.size() != 1)
        return failure("call", call->words.empty() ? "Name a pipeline file." : "Name one pipeline file, not several.");
    if (call->has("fitted"))
        return failure("call", "--fitted comes with a later version, as does \"millrace fit\".");
    RunCall run;
    run.file = call->words.front();
    run.overrides = call->values("set");
    run.watch.isQuiet = call->has("quiet");
    run.watch.reportPath = call->value("report").value_or("");
    run.watch.metricsPath = call->value("metrics").value_or("");
    const auto progress = showsProgress(call->value("progress").value_or("auto"));
    if (!progress)
        return progress.forward();
    run.watch.showsProgress = *progress;
    if (const auto read = readNumbers(*call, run); !read)
        return read.forward();
    for (const std::string &path : {run.watch.reportPath, run.watch.metricsPath}) {
        if (path.empty() || path == "-")
            continue;
        if (const std::string problem = writeProblem(path); !problem.empty())
            return failure("call", problem);
    }
    return run;
}

Result<> applyOverrides(const RunCall &run, Pipeline &pipeline, const StepRegistry &registry)
{
    if (run.workers)
        setAllWorkers(pipeline, registry, *run.workers);
    for (const std::string &assignment : run.overrides) {
        if (auto applied = applyOverride(pipeline, registry, assignment); !applied)
            return applied;
    }
    return {};
}

} // namespace

int runCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = readCall(arguments);
    if (!call)
        return wrongCall("run", call.error().message);
    auto input = readPipelineInput(call->file);
    if (!input) {
        std::fprintf(stderr, "%s\n", input.error().message.c_str());
        return WrongCall;
    }
    if (const auto applied = applyOverrides(*call, input->pipeline, registry); !applied)
        return wrongCall({}, applied.error().message);

    const Application application;
    const Problems problems = allProblems(*input, registry);
    printProblems(*input, problems, stderr);
    if (hasErrors(problems))
        return WrongCall;
    RunOptions options;
    options.folder = input->folder;
    options.seed = call->seed ? *call->seed : std::random_device()();
    auto run = Run::create(input->pipeline, registry, std::move(options));
    if (!run) {
        std::fprintf(stderr, "%s: %s\n", input->label.c_str(), run.error().message.c_str());
        return WrongCall;
    }
    return RunWatch(**run, input->label, call->watch).runToEnd();
}

} // namespace millrace
