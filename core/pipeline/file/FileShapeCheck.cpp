// SPDX-License-Identifier: MIT
#include "pipeline/file/FileShapeCheck.h"

#include "pipeline/file/FileKeys.h"
#include "pipeline/Retries.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_set>

namespace millrace {

namespace {

/// Collects what is wrong with the keys that were not read.
class KeyCheck
{
public:
    explicit KeyCheck(Problems &problems) : m_problems(problems) {}

    /// `where` says in what the key stands, for messages: "a step".
    template <class T>
    void check(const T &object, std::string_view where, const std::string &step = {})
    {
        for (const auto &[name, value] : object.unknown) {
            const FileKey<T> *key = fileKey<T>(name);
            if (!key) {
                addUnknown(name, where, step);
                continue;
            }
            T scratch;
            const std::string_view expected = key->read(scratch, value);
            if (!expected.empty())
                m_problems.push_back({Severity::Error, step, name, wrongValueText(name, value, expected)});
        }
    }

    /// Each unknown key once, with the number of places where it stands.
    void report()
    {
        for (const auto &[place, found] : m_unknown) {
            std::string text = '"' + place.second + "\" is no setting of " + place.first
                               + " that this version of Millrace knows; it has no effect and is kept in the file.";
            if (found.count > 1)
                text += " It stands there " + std::to_string(found.count) + " times.";
            m_problems.push_back({Severity::Warning, found.step, place.second, std::move(text)});
        }
    }

private:
    struct Found
    {
        std::string step;
        size_t count = 0;
    };

    void addUnknown(const std::string &name, std::string_view where, const std::string &step)
    {
        Found &found = m_unknown[{std::string(where), name}];
        if (found.count++ == 0)
            found.step = step;
    }

    Problems &m_problems;
    std::map<std::pair<std::string, std::string>, Found> m_unknown;
};

void checkAtLeast(int64_t least,
                  int64_t value,
                  std::string name,
                  std::string_view meaning,
                  const std::string &step,
                  Problems &problems)
{
    if (value < least) {
        std::string text = wrongValueText(name, value, meaning);
        problems.push_back({Severity::Error, step, std::move(name), std::move(text)});
    }
}

/// More workers would be left out without a word.
void checkWorkers(int workers, std::string name, const std::string &step, Problems &problems)
{
    checkAtLeast(0, workers, name, "1 or more (0 is read as 1)", step, problems);
    if (workers > MostStepWorkers) {
        std::string text = tooManyWorkersText(workers);
        problems.push_back({Severity::Error, step, std::move(name), std::move(text)});
    }
}

void checkBatching(const Batching &batching, const std::string &step, Problems &problems)
{
    checkAtLeast(1, batching.size, "batching.size", "1 item or more", step, problems);
    if (std::string text = paddingProblem(batching); !text.empty())
        problems.push_back({Severity::Error, step, "batching.size", std::move(text)});
}

constexpr std::string_view QueueSizeMeaning = "a number of batches, or 0 for a queue without bound";

void checkRetries(int retries, std::string name, const std::string &step, Problems &problems)
{
    if (retries >= 0 && retries <= MostRetries)
        return;
    std::string text = wrongValueText(name, retries, "0 to " + std::to_string(MostRetries));
    problems.push_back({Severity::Error, step, std::move(name), std::move(text)});
}

void checkDefaults(const StepDefaults &defaults, Problems &problems)
{
    checkWorkers(defaults.workers, "defaults.workers", {}, problems);
    checkAtLeast(0, defaults.queueSize, "defaults.queueSize", QueueSizeMeaning, {}, problems);
    checkRetries(defaults.retries, "defaults.retries", {}, problems);
}

void checkStep(const PipelineStep &step, size_t number, Problems &problems)
{
    if (step.id.empty())
        problems.push_back({Severity::Error, {}, {}, "Step " + std::to_string(number) + " has no id; give it one."});
    else if (!isStepId(step.id))
        problems.push_back(
            {Severity::Error, step.id, "id", "\"" + step.id + "\" can't be an id; use letters, digits, _ and - only."});
    const bool isWrongType = std::ranges::find(step.unknown, "type", &Members::value_type::first) != step.unknown.end();
    if (step.type.empty() && !isWrongType)
        problems.push_back(
            {Severity::Error, step.id, "type", "It has no type; say which step it is, such as \"filter\"."});
    checkWorkers(step.workers.value_or(0), "workers", step.id, problems);
    checkAtLeast(0, step.queueSize.value_or(0), "queueSize", QueueSizeMeaning, step.id, problems);
    checkRetries(step.retries.value_or(0), "retries", step.id, problems);
    if (step.batching)
        checkBatching(*step.batching, step.id, problems);
}

Sentence describe(const Link &link)
{
    Sentence sentence("The link from \"");
    sentence.step(link.fromStep).add(portAfterStep(link.fromPort, "out")).add("\" to \"");
    return sentence.step(link.toStep).add(portAfterStep(link.toPort, "in")).add("\"");
}

void checkLinks(const Pipeline &pipeline, const std::unordered_set<std::string_view> &ids, Problems &problems)
{
    for (size_t i = 0; i < pipeline.links.size(); ++i) {
        const Link &link = pipeline.links[i];
        if (link.fromStep.empty() || link.toStep.empty()) {
            if (link.unknown.empty())
                problems.push_back(
                    {Severity::Error, {}, {}, "Link " + std::to_string(i + 1) + " needs both \"from\" and \"to\"."});
            continue;
        }
        const bool isFromKnown = ids.contains(link.fromStep), isToKnown = ids.contains(link.toStep);
        if (!isFromKnown)
            problems.push_back(
                problemOf(Severity::Error, isToKnown ? link.toStep : std::string(), {},
                          describe(link).add(" comes from a step that doesn't exist; remove it or add the step.")));
        if (!isToKnown)
            problems.push_back(
                problemOf(Severity::Error, isFromKnown ? link.fromStep : std::string(), {},
                          describe(link).add(" leads to a step that doesn't exist; remove it or add the step.")));
    }
}

void checkKeys(const Pipeline &pipeline, Problems &problems)
{
    KeyCheck keys(problems);
    keys.check(pipeline, "a pipeline");
    keys.check(pipeline.batching, "batching");
    keys.check(pipeline.defaults, "defaults");
    keys.check(pipeline.limits, "limits");
    for (const PipelineParameter &parameter : pipeline.parameters)
        keys.check(parameter, "a parameter");
    for (const PipelineStep &step : pipeline.steps) {
        keys.check(step, "a step", step.id);
        if (step.batching)
            keys.check(*step.batching, "batching", step.id);
    }
    for (const Link &link : pipeline.links)
        keys.check(link, "a link");
    for (const Note &note : pipeline.notes)
        keys.check(note, "a note");
    for (const Frame &frame : pipeline.frames)
        keys.check(frame, "a frame");
    keys.report();
}

} // namespace

bool isStepId(std::string_view id)
{
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    return !id.empty() && std::ranges::all_of(id, isAllowed);
}

std::string tooManyWorkersText(int workers)
{
    return "There can't be " + std::to_string(workers) + " workers for a step; set workers to "
           + std::to_string(MostStepWorkers) + " or fewer.";
}

std::string paddingProblem(const Batching &batching)
{
    if (batching.incomplete != Batching::Incomplete::Pad || batching.size <= MostPaddedItems)
        return {};
    return "The last batch can't be padded to " + std::to_string(batching.size)
           + " items, for they would all be held in memory; use batches of " + std::to_string(MostPaddedItems)
           + " items or fewer, or keep or drop the incomplete one.";
}

Problems structureProblems(const Pipeline &pipeline)
{
    Problems problems;
    checkKeys(pipeline, problems);
    checkBatching(pipeline.batching, {}, problems);
    checkDefaults(pipeline.defaults, problems);

    std::unordered_set<std::string_view> ids;
    std::unordered_set<std::string_view> repeated;
    for (size_t i = 0; i < pipeline.steps.size(); ++i) {
        const PipelineStep &step = pipeline.steps[i];
        checkStep(step, i + 1, problems);
        if (!step.id.empty() && !ids.insert(step.id).second && repeated.insert(step.id).second)
            problems.push_back({Severity::Error, step.id, "id",
                                "Several steps have the id \"" + step.id + "\"; give each one of its own."});
    }
    checkLinks(pipeline, ids, problems);
    return problems;
}

} // namespace millrace
