// SPDX-License-Identifier: MIT
#include "millrace/run/PreparedRun.h"

#include "data/files/FilePath.h"
#include "learning/FittedFolder.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "pipeline/check/Checker.h"
#include "pipeline/Parameters.h"

#include <array>
#include <filesystem>
#include <random>
#include <string>
#include <utility>

namespace millrace {

int PreparedRun::refuse(const Error &error) const
{
    say(stderr, input.label + ": " + printable(error.message) + '\n');
    return WrongCall;
}

RunOptions PreparedRun::options(const RunSettings &settings) const
{
    RunOptions options;
    options.folder = input.folder;
    options.memory = settings.memory.value_or(input.pipeline.limits.memoryBytes());
    options.itemsPerSource = part.sample;
    options.limits = input.pipeline.limits;
    options.seed = settings.seed ? *settings.seed : std::random_device()();
    return options;
}

Result<> PreparedRun::addStates(RunOptions &options, const std::string &fitted, const StepRegistry &registry) const
{
    if (!fitted.empty()) {
        auto known = loadKnowledge(fitted, plan, input.pipeline, registry);
        if (!known)
            return known.forward();
        printProblems(input, known->stale, stderr);
        options.states = std::move(known->states);
    }
    for (const PlannedStep &step : plan.steps) {
        if (!step.isFittable || options.states.contains(step.id))
            continue;
        const auto fresh = step.makeToFit ? step.makeToFit() : step.make(0);
        if (!fresh)
            return fresh.forward();
        if ((*fresh)->state().isNull())
            return failure(ErrorKind::Unfitted,
                           step.id + ": It hasn't learnt anything yet. Let it learn with \"millrace fit " + input.label
                               + " --save DIR\", then run with --fitted DIR.");
    }
    return {};
}

namespace {

/// Nothing that the run writes may take the place of the pipeline, of its data or of one another.
Result<> checkOutputs(const WatchOptions &watch,
                      const RunPart &part,
                      const PipelineInput &input,
                      const StepRegistry &registry)
{
    const auto realPath = [](const std::string &path) {
        std::error_code error;
        return weaklyCanonicalOf(std::filesystem::absolute(path), error);
    };
    const auto isSame = [&](const std::string &one, const std::string &other) {
        return !one.empty() && !other.empty() && one != "-" && realPath(one) == realPath(other);
    };
    const std::array<std::pair<std::string, std::string>, 4> asked{{{"--report ", watch.reportPath},
                                                                    {"--html ", watch.htmlPath},
                                                                    {"--metrics ", watch.metricsPath},
                                                                    {"--log ", watch.logPath}}};
    for (const auto &[option, path] : asked) {
        if (path.empty())
            continue;
        if (isStandardStream(path)) {
            if (const std::string user = userOfStream(input.pipeline, registry, ParamKind::OutputFile); !user.empty())
                return failure(ErrorKind::Call,
                               option + "-: standard output is written by \"" + user + "\"; choose a file.");
            continue;
        }
        std::string use = isSame(path, input.path) ? "the pipeline itself" : std::string();
        if (use.empty())
            use = useOfFile(input.pipeline, registry, input.folder, std::filesystem::absolute(path).string());
        if (!use.empty())
            return failure(ErrorKind::Call, option + path + ": this file is " + use + "; choose another one.");
    }
    for (size_t i = 0; i < asked.size(); ++i)
        for (size_t k = i + 1; k < asked.size(); ++k) {
            std::error_code error;
            const std::string &path = asked[i].second;
            const bool isStream = std::filesystem::is_other(path, error); // a device or pipe takes both
            if (!isStream && isSame(path, asked[k].second))
                return failure(ErrorKind::Call, asked[i].first + "and " + asked[k].first + "both name " + path
                                                    + "; give each a file of its own.");
        }
    if (const std::string user =
            part.show.empty() ? std::string() : userOfStream(input.pipeline, registry, ParamKind::OutputFile);
        !user.empty())
        return failure(ErrorKind::Call, "--show prints to standard output, which is written by \"" + user
                                            + "\"; choose a file for that step.");
    if (const std::string use = useOfFile(input.pipeline, registry, input.folder, input.path);
        use.starts_with("written"))
        return failure(ErrorKind::Call,
                       input.label + " itself is " + use + " and would be replaced; write to another file.");
    const std::string user = input.isStandardInput ? userOfStream(input.pipeline, registry, ParamKind::InputFile) : "";
    if (!user.empty())
        return failure(ErrorKind::Call, "Standard input is the pipeline itself, so \"" + user
                                            + "\" can't read it; put the pipeline or the data into a file.");
    return {};
}

/// `part.PORT`, or `part`, of a step that stands for another pipeline: the step within it by which items leave. Others stay.
std::string leavingStep(const PipelineInput &input, const std::string &named)
{
    const size_t dot = named.find('.');
    const auto part = input.parts.find(named.substr(0, dot));
    if (part == input.parts.end())
        return named;
    const auto exit = part->second.exits.find(dot == std::string::npos ? "out" : named.substr(dot + 1));
    return exit == part->second.exits.end() ? named : exit->second;
}

} // namespace

std::optional<PreparedRun> prepareRun(const std::string &file,
                                      const RunSettings &settings,
                                      const StepRegistry &registry)
{
    auto input = readPipelineInput(file);
    if (!input) {
        say(stderr, printable(input.error().message) + '\n');
        return std::nullopt;
    }
    PreparedRun prepared{*std::move(input), {}, settings.part};
    if (const auto applied = applyRunSettings(settings, prepared.input.pipeline, registry); !applied) {
        wrongCall({}, applied.error().message);
        return std::nullopt;
    }
    if (const Problems problems = inlineFiles(prepared.input, registry); !problems.empty()) {
        printProblems(prepared.input, problems, stderr);
        return std::nullopt;
    }
    prepared.part.until = leavingStep(prepared.input, prepared.part.until);
    prepared.part.show = leavingStep(prepared.input, prepared.part.show);
    if (const auto applied = applyRunPart(prepared.part, prepared.input.pipeline, registry); !applied) {
        wrongCall({}, applied.error().message);
        return std::nullopt;
    }
    const Problems problems = allProblems(prepared.input, registry);
    printProblems(prepared.input, problems, stderr);
    if (hasErrors(problems))
        return std::nullopt;
    if (const FilledPipeline filled(prepared.input.pipeline, registry); filled.pipeline().isFilled)
        prepared.input.pipeline = Pipeline(filled.pipeline());
    if (const auto checked = checkOutputs(settings.watch, prepared.part, prepared.input, registry); !checked) {
        wrongCall({}, checked.error().message);
        return std::nullopt;
    }
    auto plan = compilePipeline(prepared.input.pipeline, registry, prepared.input.folder);
    if (!plan) {
        prepared.refuse(plan.error());
        return std::nullopt;
    }
    prepared.plan = *std::move(plan);
    return prepared;
}

} // namespace millrace
