// SPDX-License-Identifier: MIT
#include "history/BrokenOffRun.h"

#include "data/files/FilePath.h"
#include "data/files/LeftOvers.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"
#include "engine/RunPlan.h"
#include "expression/values/Digest.h"
#include "pipeline/file/PipelineWriter.h"
#include "pipeline/InlinedPipeline.h"
#include "pipeline/Parameters.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace millrace {

Pipeline asItRuns(const Pipeline &drawn, const std::string &folder, const StepRegistry &registry)
{
    const FilledPipeline filled(drawn, registry);
    return InlinedPipeline(filled.pipeline(), registry, folder).pipeline();
}

std::string digestOfSettings(const Pipeline &whole, const FittedStates &states, const std::string &version)
{
    Pipeline bare;
    bare.batching = whole.batching;
    bare.hasBatching = true;
    bare.links = whole.links;
    for (Link &link : bare.links)
        link.isKept = false;
    bare.unknown = whole.unknown;
    for (PipelineStep step : whole.steps) {
        step.name.clear();
        step.position.reset();
        step.runIn.reset();
        if (step.workerArguments.empty())
            step.workers.reset();
        else
            step.workers = whole.workersOf(step); // who there is decides who gets which items
        step.queueSize.reset();
        step.queueBytes.reset();
        step.onError = whole.errorPolicyOf(step);
        step.retries.reset();
        bare.steps.push_back(std::move(step));
    }
    std::string text = version + '\n' + writePipeline(bare);
    for (const auto &[step, state] : states)
        text += step + '\n' + toStateLine(state);
    return digestOf(Digest::Sha256, text);
}

std::string digestForResume(const Pipeline &pipeline,
                            const std::string &folder,
                            const StepRegistry &registry,
                            const FittedStates &states,
                            const std::string &version)
{
    return digestOfSettings(asItRuns(pipeline, folder, registry), states, version);
}

std::vector<std::string> resultsWithJournal(const Pipeline &pipeline,
                                            const std::string &folder,
                                            const StepRegistry &registry)
{
    std::vector<std::string> results;
    const Pipeline whole = asItRuns(pipeline, folder, registry);
    for (const PipelineStep &step : whole.steps) {
        const StepType *type = registry.find(step.type);
        if (!type || type->kind != StepKind::Sink || !step.isEnabled)
            continue;
        for (const Param &param : type->params) {
            const Value *path = step.param(param.name);
            if (param.kind != ParamKind::OutputFile || !path || !path->isText()
                || isStandardStream(std::string(path->toText())))
                continue;
            std::string result = resolveFile(folder, std::string(path->toText()));
            std::error_code error;
            if (std::filesystem::exists(journalPathOf(result), error))
                results.push_back(std::move(result));
        }
    }
    return results;
}

Result<std::optional<JournalEntry>> oldestEntryOf(const std::vector<std::string> &results)
{
    std::optional<JournalEntry> oldest;
    for (const std::string &result : results) {
        auto entry = readJournal(journalPathOf(result));
        if (!entry)
            return entry.forward();
        if (!oldest || entry->epoch < oldest->epoch)
            oldest = *std::move(entry);
    }
    return oldest;
}

Result<> checkResume(const JournalEntry &entry, const std::string &digest)
{
    if (entry.pipeline != digest)
        return failure(ErrorKind::Call,
                       "The pipeline was changed since the run that was broken off, so its results would "
                       "not fit together.");
    for (const JournalInput &input : entry.inputs) {
        const auto now = inputsNow({input.path});
        if (!now)
            return failure(ErrorKind::Call, now.error().message);
        if (now->front() != input)
            return failure(ErrorKind::Call, "The input " + inQuotes(input.path)
                                                + " was changed since the run that was broken off has read it.");
    }
    return {};
}

std::optional<JournalEntry> brokenOffRunOf(const Pipeline &pipeline,
                                           const std::string &folder,
                                           const StepRegistry &registry,
                                           const std::string &version)
{
    const std::vector<std::string> results = resultsWithJournal(pipeline, folder, registry);
    auto entry = oldestEntryOf(results);
    if (!entry || !*entry || std::ranges::any_of(results, isBeingWritten))
        return std::nullopt;
    const auto learns = [&](const PipelineStep &step) {
        const StepType *type = registry.find(step.type);
        return type && mustLearn(step, *type);
    };
    // What was learnt is a part of the digest, and known once the run is made.
    const std::string digest = std::ranges::any_of(asItRuns(pipeline, folder, registry).steps, learns)
                                   ? (*entry)->pipeline
                                   : digestForResume(pipeline, folder, registry, {}, version);
    return checkResume(**entry, digest) ? *std::move(entry) : std::nullopt;
}

} // namespace millrace
