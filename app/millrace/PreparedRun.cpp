// SPDX-License-Identifier: MIT
#include "PreparedRun.h"

#include "Commands.h"
#include "pipeline/Checker.h"

#include <cstdio>
#include <random>
#include <utility>

namespace millrace {

int PreparedRun::refuse(const Error &error) const
{
    std::fprintf(stderr, "%s: %s\n", input.label.c_str(), error.message.c_str());
    return WrongCall;
}

RunOptions PreparedRun::options(const RunSettings &settings) const
{
    RunOptions options;
    options.folder = input.folder;
    options.seed = settings.seed ? *settings.seed : std::random_device()();
    return options;
}

std::optional<PreparedRun> prepareRun(const std::string &file,
                                      const RunSettings &settings,
                                      const StepRegistry &registry)
{
    auto input = readPipelineInput(file);
    if (!input) {
        std::fprintf(stderr, "%s\n", input.error().message.c_str());
        return std::nullopt;
    }
    PreparedRun prepared{*std::move(input), {}};
    if (const auto applied = applyRunSettings(settings, prepared.input.pipeline, registry); !applied) {
        wrongCall({}, applied.error().message);
        return std::nullopt;
    }
    const Problems problems = allProblems(prepared.input, registry);
    printProblems(prepared.input, problems, stderr);
    if (hasErrors(problems))
        return std::nullopt;
    auto plan = compilePipeline(prepared.input.pipeline, registry);
    if (!plan) {
        prepared.refuse(plan.error());
        return std::nullopt;
    }
    prepared.plan = *std::move(plan);
    return prepared;
}

} // namespace millrace
