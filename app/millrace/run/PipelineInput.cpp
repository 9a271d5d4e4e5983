// SPDX-License-Identifier: MIT
#include "millrace/run/PipelineInput.h"

#include "millrace/Console.h"
#include "pipeline/check/Checker.h"
#include "pipeline/Parameters.h"

#include <filesystem>
#include <iostream>
#include <set>
#include <tuple>

namespace millrace {

Result<PipelineInput> readPipelineInput(const std::string &file)
{
    // By whatever name: what comes through a descriptor lies in no folder of its own.
    const bool isDash = file == "-", isStream = isDash || file.starts_with("/dev/") || file.starts_with("/proc/");
    PipelineInput input;
    input.isStandardInput = isDash || file == "/dev/stdin" || file == "/dev/fd/0";
    input.label = isDash ? "standard input" : printable(file);
    auto loaded = isDash ? readPipeline(std::cin) : loadPipeline(file);
    if (!loaded)
        return failure(loaded.error().kind, input.label + ": " + loaded.error().message);
    std::error_code error;
    const auto path = isStream ? std::filesystem::current_path(error) / "-"
                               : std::filesystem::absolute(file, error).lexically_normal();
    input.path = isStream ? std::string() : path.string();
    input.folder = path.parent_path().string();
    input.pipeline = std::move(loaded->pipeline);
    input.problems = std::move(loaded->problems);
    return input;
}

Problems inlineFiles(PipelineInput &input, const StepRegistry &registry)
{
    const FilledPipeline filled(input.pipeline, registry);
    if (!filled.missing().empty())
        return {}; // the check says so
    const InlinedPipeline inlined(filled.pipeline(), registry, input.folder);
    Problems problems = inlined.problems();
    if (problems.empty() && inlined.hasParts()) {
        input.parts = inlined.parts();
        input.pipeline = Pipeline(inlined.pipeline());
    }
    return problems;
}

Problems allProblems(const PipelineInput &input, const StepRegistry &registry)
{
    const auto key = [](const Problem &problem) { return std::tie(problem.step, problem.param, problem.text); };
    Problems problems = input.problems;
    std::set<std::tuple<std::string, std::string, std::string>> seen;
    for (const Problem &problem : problems)
        seen.insert(key(problem));
    for (Problem &problem : checkPipeline(input.pipeline, registry, input.folder)) {
        if (!seen.contains(key(problem)))
            problems.push_back(std::move(problem));
    }
    return problems;
}

void printProblems(const PipelineInput &input, const Problems &problems, std::FILE *target)
{
    for (const Problem &problem : problems) {
        std::string line = input.label + ": ";
        if (!problem.step.empty())
            line += printable(problem.step) + ": ";
        if (problem.severity == Severity::Warning)
            line += "warning: ";
        line += printable(problem.text) + '\n';
        say(target, line);
    }
}

} // namespace millrace
