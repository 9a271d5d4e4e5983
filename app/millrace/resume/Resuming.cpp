// SPDX-License-Identifier: MIT
#include "millrace/resume/Resuming.h"

#include "data/files/FilePath.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"
#include "engine/JournalPlan.h"
#include "expression/values/Digest.h"
#include "millrace/Console.h"

#include <millrace/Version.h>

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr const char *FromTheBeginning = " Without --resume the pipeline runs from the beginning.";

/// The journals beside the results that are there.
std::vector<std::string> journalsOf(const PipelineInput &input, const StepRegistry &registry)
{
    std::vector<std::string> journals;
    for (const PipelineStep &step : input.pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (!type || type->kind != StepKind::Sink || !step.isEnabled)
            continue;
        for (const Param &param : type->params) {
            const Value *path = step.param(param.name);
            if (param.kind != ParamKind::OutputFile || !path || !path->isText()
                || isStandardStream(std::string(path->toText())))
                continue;
            std::string journal = journalPathOf(resolveFile(input.folder, std::string(path->toText())));
            std::error_code error;
            if (std::filesystem::exists(journal, error))
                journals.push_back(std::move(journal));
        }
    }
    return journals;
}

/// The oldest of them: a crash may have come between two. Nothing: there is none.
Result<std::optional<JournalEntry>> oldestEntry(const std::vector<std::string> &journals)
{
    std::optional<JournalEntry> oldest;
    for (const std::string &path : journals) {
        auto entry = readJournal(path);
        if (!entry)
            return failure(entry.error().kind, entry.error().message + FromTheBeginning);
        if (!oldest || entry->epoch < oldest->epoch)
            oldest = *std::move(entry);
    }
    return oldest;
}

Result<> checkInputs(const JournalEntry &entry)
{
    for (const JournalInput &input : entry.inputs) {
        const auto now = inputsNow({input.path});
        if (!now)
            return failure(ErrorKind::Call, now.error().message + FromTheBeginning);
        if (now->front() != input)
            return failure(ErrorKind::Call, "The input " + inQuotes(input.path)
                                                + " was changed since the run that was broken off has read it."
                                                + FromTheBeginning);
    }
    return {};
}

} // namespace

std::string digestForResume(const Pipeline &pipeline, const FittedStates &states)
{
    Pipeline bare;
    bare.batching = pipeline.batching;
    bare.hasBatching = true;
    bare.links = pipeline.links;
    bare.unknown = pipeline.unknown;
    for (PipelineStep step : pipeline.steps) {
        step.name.clear();
        step.position.reset();
        step.workers.reset();
        step.queueSize.reset();
        step.queueBytes.reset();
        step.onError = pipeline.errorPolicyOf(step);
        step.retries.reset();
        bare.steps.push_back(std::move(step));
    }
    std::string text = std::string(MILLRACE_VERSION) + '\n' + writePipeline(bare);
    for (const auto &[step, state] : states)
        text += step + '\n' + toStateLine(state);
    return digestOf(Digest::Sha256, text);
}

Result<> prepareResume(const ResumeWish &wish,
                       const PreparedRun &run,
                       const StepRegistry &registry,
                       RunOptions &options)
{
    const std::string digest = digestForResume(run.input.pipeline, options.states);
    if (wish.keepsJournal && !run.input.isStandardInput)
        options.journal = digest;
    if (!wish.resumes)
        return {};
    auto entry = oldestEntry(journalsOf(run.input, registry));
    if (!entry)
        return entry.forward();
    if (!*entry) {
        const std::string obstacle = journalObstacleOf(run.plan);
        say(stderr,
            run.input.label + ": "
                + (obstacle.empty() ? "There is no journal of a run that was broken off; it runs from the beginning."
                                    : "It runs from the beginning, for " + obstacle + '.')
                + '\n');
        return {};
    }
    if ((*entry)->pipeline != digest)
        return failure(ErrorKind::Call,
                       "The pipeline was changed since the run that was broken off, so its results would "
                       "not fit together."
                           + std::string(FromTheBeginning));
    if (auto checked = checkInputs(**entry); !checked)
        return checked;
    if (wish.seed && *wish.seed != (*entry)->seed)
        return failure(ErrorKind::Call, "--seed " + std::to_string(*wish.seed)
                                            + ": the run that was broken off had the seed "
                                            + std::to_string((*entry)->seed) + '.');
    options.seed = (*entry)->seed;
    say(stderr, run.input.label + ": It goes on after " + std::to_string((*entry)->items) + " items.\n");
    options.resume = std::make_shared<const JournalEntry>(**std::move(entry));
    return {};
}

} // namespace millrace
