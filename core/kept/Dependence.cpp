// SPDX-License-Identifier: MIT
#include "kept/Dependence.h"

#include "data/errors/ExceptionError.h"
#include "data/files/FilePath.h"
#include "history/BrokenOffRun.h"
#include "trust/Permissions.h"
#include "trust/TrustRecord.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

namespace millrace {

namespace {

/// The files that a step's parameters name, those of single workers included, as far as they are there.
std::set<std::string> filesNamedBy(const PipelineStep &step,
                                   const StepType &type,
                                   const std::string &folder,
                                   Repeating &repeating)
{
    std::set<std::string> files;
    const auto look = [&](const Members &params) {
        for (const auto &[name, value] : params) {
            const Param *const param = type.param(name);
            if (!param || param->kind != ParamKind::InputFile || !value.isText() || value.toText().empty())
                continue;
            const std::string named(value.toText()), path = resolveFile(folder, named);
            std::error_code error;
            if (isStandardStream(named) || std::filesystem::is_other(path, error))
                repeating = Repeating::Never;
            else if (isRegularFile(path))
                files.insert(path);
            else if (param->isDatabase) // on a server
                repeating = std::max(repeating, Repeating::Unknown);
            if (isRegularFile(path + "-wal")) // of SQLite: what was changed, and isn't in the file yet
                files.insert(path + "-wal");
        }
    };
    look(step.params);
    for (const Members &own : step.workerArguments)
        look(own);
    return files;
}

/// The same of a source that may read many: it is opened, to be asked. Nothing: it doesn't know.
std::optional<std::vector<std::string>> filesReadBy(const PlannedStep &planned,
                                                    const std::string &folder,
                                                    std::string &originName)
{
    std::optional<std::vector<std::string>> files;
    const auto asked = caught([&]() -> Result<> {
        const auto made = planned.make(0);
        auto *const source = made ? dynamic_cast<Source *>(made->get()) : nullptr;
        if (!source)
            return {};
        StepContext context;
        context.stepId = planned.id;
        context.folder = folder;
        if (source->open(context)) {
            files = source->repeatableFrom();
            originName = source->originName();
        }
        source->close();
        return {};
    });
    return asked ? files : std::nullopt;
}

} // namespace

DependenceFinder::DependenceFinder(const WholeRun &run, std::string version)
    : m_run(run), m_version(std::move(version)), m_ancestry(run.plan)
{
    const TrustRecord nothing{std::string()};
    for (const Permission &permission : permissionsOf(run.pipeline, run.registry, {run.folder, {}}, nothing).needed)
        for (const auto &[path, print] : permission.guarded)
            m_programs[permission.step] += '\n' + path + ' ' + print;
}

const DependenceFinder::OfStep &DependenceFinder::ofStep(const PipelineStep &step, const PlannedStep &planned)
{
    const auto [at, isNew] = m_steps.try_emplace(planned.id);
    OfStep &found = at->second;
    if (!isNew)
        return found;
    const StepType &type = *m_run.registry.find(step.type);
    found.files = filesNamedBy(step, type, m_run.folder, found.repeating);
    if (type.reachesNetwork)
        found.repeating = std::max(found.repeating, Repeating::Unknown);
    if (planned.kind != StepKind::Source || found.repeating == Repeating::Never)
        return found;
    const bool isNamed = !found.files.empty();
    const bool isAsked = !type.reachesNetwork && !type.hasOwnProcess && !type.changesFiles;
    if (const auto read = isAsked ? filesReadBy(planned, m_run.folder, found.originName) : std::nullopt)
        found.files.insert(read->begin(), read->end());
    else if (!isNamed)
        found.repeating = std::max(found.repeating, Repeating::Unknown);
    return found;
}

const JournalInput *DependenceFinder::inputOf(const std::string &path)
{
    const auto [at, isNew] = m_inputs.try_emplace(path);
    if (isNew)
        if (auto now = inputsNow({path}))
            at->second = *std::move(now);
    return at->second.empty() ? nullptr : &at->second.front();
}

Dependence DependenceFinder::of(const PlanPort &port)
{
    Dependence found;
    const PlannedStep &from = m_run.plan.steps[size_t(port.first)];
    found.data.step = from.id;
    found.data.port = from.outputPorts[size_t(port.second)];
    Pipeline part;
    part.batching = m_run.pipeline.batching;
    part.defaults = m_run.pipeline.defaults;
    part.unknown = m_run.pipeline.unknown;
    part.isFilled = m_run.pipeline.isFilled;
    FittedStates known;
    std::set<std::string> files;
    std::string programs;
    size_t sources = 0;
    for (const int index : m_ancestry.of({port.first})) {
        const PlannedStep &planned = m_run.plan.steps[size_t(index)];
        found.before.push_back(planned.id);
        const PipelineStep *const step = m_run.pipeline.step(planned.id);
        if (!step || !m_run.registry.find(step->type))
            continue;
        part.steps.push_back(*step);
        if (const auto state = m_run.states.find(planned.id); state != m_run.states.end())
            known.insert(*state);
        if (const auto named = m_programs.find(planned.id); named != m_programs.end())
            programs += named->second;
        const OfStep &own = ofStep(*step, planned);
        files.insert(own.files.begin(), own.files.end());
        found.repeating = std::max(found.repeating, own.repeating);
        if (planned.kind == StepKind::Source) // of several nobody knows any more by which of them an item came
            found.data.originName = ++sources == 1 ? own.originName : std::string();
    }
    std::ranges::copy_if(m_run.pipeline.links, std::back_inserter(part.links),
                         [&part](const Link &link) { return part.step(link.fromStep) && part.step(link.toStep); });
    found.data.digest = digestOfSettings(part, known, m_version + programs);
    for (const std::string &path : files)
        if (const JournalInput *const input = inputOf(path))
            found.data.inputs.push_back(*input);
        else
            found.repeating = Repeating::Never;
    found.data.isBlind = found.repeating == Repeating::Unknown;
    return found;
}

} // namespace millrace
