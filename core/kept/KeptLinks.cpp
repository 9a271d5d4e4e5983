// SPDX-License-Identifier: MIT
#include "kept/KeptLinks.h"

#include "data/errors/ExceptionError.h"
#include "data/files/FilePath.h"
#include "data/text/ByteSize.h"
#include "data/text/Quote.h"
#include "history/BrokenOffRun.h"
#include "kept/CutPlan.h"
#include "pipeline/Effects.h"
#include "trust/Permissions.h"
#include "trust/TrustRecord.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

namespace millrace {

namespace {

/// Whether what a source gives can be told to be the same as in an earlier run.
enum class Repeating : uint8_t {
    Known,   ///< while the files stay as they are
    Unknown, ///< it may be another thing each time: a database on a server, an answer of the network
    Never    ///< standard input, a pipe: what was read there is gone
};

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

std::string tokenByChance()
{
    std::random_device random;
    std::string token;
    for (int i = 0; i < 32; ++i)
        token += "0123456789abcdef"[random() % 16];
    return token;
}

int64_t millisecondsNow()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string numberOf(uint64_t count, const std::string &noun)
{
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

std::string ageText(int64_t keptAt)
{
    const uint64_t minutes = uint64_t(std::max<int64_t>(0, millisecondsNow() - keptAt)) / 60'000;
    if (minutes < 1)
        return "less than a minute ago";
    if (minutes < 120)
        return numberOf(minutes, "minute") + " ago";
    return (minutes < 48 * 60 ? numberOf(minutes / 60, "hour") : numberOf(minutes / 60 / 24, "day")) + " ago";
}

std::string portText(const KeptData &kept)
{
    return inQuotes(kept.step + (kept.port == "out" ? "" : '.' + kept.port));
}

/// The programs and scripts that its steps' commands name, as they are now.
std::string programsOf(const Pipeline &part, const StepRegistry &registry, const std::string &folder)
{
    std::string text;
    for (const Permission &permission : permissionsOf(part, registry, {folder, {}}, TrustRecord(std::string())).needed)
        for (const auto &[path, print] : permission.guarded)
            text += '\n' + path + ' ' + print;
    return text;
}

/// What a run would have to look at to know whether kept data still fit.
struct Dependence
{
    KeptData data; ///< digest, inputs and origin as they are now
    std::vector<std::string> before;
    Repeating repeating = Repeating::Known;
    bool hasSource = false;
};

/// All that a run is made of, for those who look at a part of it.
struct WholeRun
{
    const RunPlan &plan;
    const Pipeline &pipeline; ///< as it runs
    const std::string &folder;
    const StepRegistry &registry;
    const FittedStates &states;
};

/// Adds what a step before the link depends on: files, and what can't be known.
void addStep(Dependence &found,
             std::set<std::string> &files,
             const PipelineStep &step,
             const PlannedStep &planned,
             const WholeRun &run)
{
    const StepType &type = *run.registry.find(step.type);
    const std::set<std::string> named = filesNamedBy(step, type, run.folder, found.repeating);
    files.insert(named.begin(), named.end());
    if (type.reachesNetwork)
        found.repeating = std::max(found.repeating, Repeating::Unknown);
    if (planned.kind != StepKind::Source || found.repeating == Repeating::Never)
        return;
    std::string origin;
    const bool isAsked = !type.reachesNetwork && !type.hasOwnProcess && !type.changesFiles;
    if (const auto read = isAsked ? filesReadBy(planned, run.folder, origin) : std::nullopt)
        files.insert(read->begin(), read->end());
    else if (named.empty())
        found.repeating = std::max(found.repeating, Repeating::Unknown);
    // Of several sources nobody knows any more by which of them an item came.
    found.data.originName = std::exchange(found.hasSource, true) ? std::string() : origin;
}

Dependence dependenceOf(const WholeRun &run, const PlanPort &port, const std::string &version)
{
    Dependence found;
    const PlannedStep &from = run.plan.steps[size_t(port.first)];
    found.data.step = from.id;
    found.data.port = from.outputPorts[size_t(port.second)];
    Pipeline part;
    part.batching = run.pipeline.batching;
    part.defaults = run.pipeline.defaults;
    part.unknown = run.pipeline.unknown;
    part.isFilled = run.pipeline.isFilled;
    FittedStates known;
    std::set<std::string> files;
    for (const int index : Ancestry(run.plan).of({port.first})) {
        const PlannedStep &planned = run.plan.steps[size_t(index)];
        found.before.push_back(planned.id);
        const PipelineStep *const step = run.pipeline.step(planned.id);
        if (!step || !run.registry.find(step->type))
            continue;
        part.steps.push_back(*step);
        if (const auto state = run.states.find(planned.id); state != run.states.end())
            known.insert(*state);
        addStep(found, files, *step, planned, run);
    }
    std::ranges::copy_if(run.pipeline.links, std::back_inserter(part.links),
                         [&part](const Link &link) { return part.step(link.fromStep) && part.step(link.toStep); });
    found.data.digest = digestOfSettings(part, known, version + programsOf(part, run.registry, run.folder));
    found.data.isBlind = found.repeating == Repeating::Unknown;
    if (auto inputs = inputsNow({files.begin(), files.end()}))
        found.data.inputs = *std::move(inputs);
    return found;
}

/// Steps that are to do what they do, whatever was kept behind them.
std::set<std::string> actingSteps(const Pipeline &whole, const StepRegistry &registry)
{
    std::set<std::string> acting;
    for (const PipelineStep &step : whole.steps)
        if (const StepType *type = registry.find(step.type); type && changesOutside(step, *type))
            acting.insert(step.id);
    return acting;
}

} // namespace

void KeptLinks::applyTo(RunPlan &plan,
                        const Pipeline &pipeline,
                        const std::string &folder,
                        const StepRegistry &registry,
                        const FittedStates &states)
{
    const Pipeline whole = asItRuns(pipeline, folder, registry);
    std::set<std::pair<std::string, std::string>> wanted; // also where they don't run this time
    for (const Link &link : whole.links)
        if (link.isKept)
            wanted.emplace(link.fromStep, link.fromPort);
    discardKeptBut(m_settings.folder, wanted);
    std::set<PlanPort> marked;
    for (const PlannedLink &link : plan.links)
        if (link.isKept && link.port != PlannedLink::ErrorPort)
            marked.emplace(link.from, link.port);
    if (marked.empty())
        return;
    const std::string version =
        m_settings.version + (m_settings.seed ? " seed " + std::to_string(*m_settings.seed) : std::string());
    std::map<PlanPort, Dependence> dependences;
    std::map<PlanPort, KeptData> fitting;
    std::set<PlanPort> cut;
    for (const PlanPort &port : marked) {
        const Dependence &now = dependences[port] =
            dependenceOf({plan, whole, folder, registry, states}, port, version);
        if (m_settings.isFresh || now.repeating == Repeating::Never)
            continue;
        const auto kept = readKeptData(m_settings.folder, now.data.step, now.data.port);
        if (!kept || kept->digest != now.data.digest || kept->inputs != now.data.inputs
            || !isKeptWhole(keptBatchesPath(m_settings.folder, kept->step, kept->port), *kept))
            continue;
        fitting[port] = *kept;
        cut.insert(port);
    }
    const std::set<int> needed = neededSteps(plan, cut, actingSteps(whole, registry));
    std::map<PlanPort, PlannedStep> starts;
    for (const PlanPort &port : cut) {
        const auto isOfStep = [&port](const PlanPort &other) { return other.first == port.first; };
        starts[port] = startOf(fitting.at(port), std::ranges::count_if(cut, isOfStep) == 1);
        tellStart(fitting.at(port));
    }
    if (!cut.empty())
        plan = planBehind(plan, cut, needed, starts);
    for (auto &[port, dependence] : dependences) {
        if (cut.contains(port) || !needed.contains(port.first))
            continue;
        if (dependence.repeating == Repeating::Never)
            m_told.push_back(
                "What leaves " + portText(dependence.data)
                + " isn't kept: what comes by standard input or a pipe can't be compared with what came before.");
        else
            addKeeper(plan, std::move(dependence.data), std::move(dependence.before));
    }
    for (const Keeper &keeper : m_keepers)
        keeper.keeping->sharing = unsigned(m_keepers.size());
}

void KeptLinks::tellStart(const KeptData &kept)
{
    std::string told = "Starts behind " + portText(kept) + " with " + numberOf(kept.items, "item") + " ("
                       + byteSizeText(kept.bytes) + ") that were kept " + ageText(kept.keptAt) + '.';
    if (kept.isBlind)
        told += " Whether what is read there from a server or the network has changed since can't be told; to read it "
                "again, run from the sources (--fresh).";
    m_told.push_back(std::move(told));
    m_starts.push_back(kept);
}

/// A source in the place of the step, by its id where it is the only one.
PlannedStep KeptLinks::startOf(const KeptData &kept, bool isOnly) const
{
    PlannedStep source;
    source.id = isOnly ? kept.step : kept.step + '.' + kept.port;
    source.type = "kept";
    source.kind = StepKind::Source;
    source.inputPorts.clear();
    source.batching.size = int64_t(kept.mostItems);
    source.mostWorkers = 1;
    source.make = [path = keptBatchesPath(m_settings.folder, kept.step, kept.port),
                   kept](int) -> Result<std::unique_ptr<Step>> {
        return std::unique_ptr<Step>(std::make_unique<KeptSource>(path, kept));
    };
    return source;
}

/// A sink more, which takes what leaves the port.
void KeptLinks::addKeeper(RunPlan &plan, KeptData data, std::vector<std::string> before)
{
    const auto from = std::ranges::find(plan.steps, data.step, &PlannedStep::id);
    const auto port = std::ranges::find(from->outputPorts, data.port);
    PlannedLink link;
    link.from = int(from - plan.steps.begin());
    link.port = int(port - from->outputPorts.begin());
    link.to = int(plan.steps.size());
    auto keeping = std::make_shared<Keeping>();
    keeping->token = data.token = tokenByChance();
    PlannedStep sink;
    sink.id = data.step + '.' + data.port + " kept";
    sink.type = "keep";
    sink.kind = StepKind::Sink;
    sink.outputPorts.clear();
    sink.mostWorkers = 1;
    sink.isAside = true;
    sink.make = [path = keptBatchesPath(m_settings.folder, data.step, data.port), keeping,
                 most = m_settings.mostBytes](int) -> Result<std::unique_ptr<Step>> {
        return std::unique_ptr<Step>(std::make_unique<KeepSink>(path, keeping, most));
    };
    plan.steps.push_back(std::move(sink));
    plan.links.push_back(link);
    std::ranges::stable_sort(plan.links, {}, &PlannedLink::input);
    m_keepers.push_back({std::move(data), std::move(before), std::move(keeping)});
}

/// Why what was kept doesn't count, a clause; empty: it does.
std::string KeptLinks::obstacleOf(const Keeper &keeper, const RunSample &sample)
{
    std::vector<std::string> paths;
    for (const JournalInput &input : keeper.data.inputs)
        paths.push_back(input.path);
    const auto inputs = inputsNow(paths);
    if (!inputs || *inputs != keeper.data.inputs)
        return "a file before it was changed during the run";
    if (keeper.keeping->batches == 0)
        return "nothing did";
    uint64_t failed = 0;
    for (const StepSample &step : sample.steps)
        if (std::ranges::find(keeper.before, step.id) != keeper.before.end())
            failed += step.errors;
    if (failed > 0)
        return numberOf(failed, "item") + " failed before it, and a run that starts there would not report that";
    return {};
}

std::vector<std::string> KeptLinks::conclude(const RunSample &sample)
{
    std::vector<std::string> told;
    for (Keeper &keeper : m_keepers) {
        KeptData &data = keeper.data;
        std::string obstacle = obstacleOf(keeper, sample);
        if (keeper.keeping->isComplete && obstacle.empty()) {
            data.items = keeper.keeping->items;
            data.bytes = keeper.keeping->bytes;
            data.mostItems = keeper.keeping->mostItems;
            data.keptAt = millisecondsNow();
            for (const KeptData &start : m_starts) // as old as the oldest that it is made of
                if (std::ranges::find(keeper.before, start.step) != keeper.before.end())
                    data.keptAt = std::min(data.keptAt, start.keptAt);
            if (const auto written = writeKeptData(m_settings.folder, data); written)
                continue;
            else
                obstacle = written.error().message;
        }
        if (keeper.keeping->isComplete) // else the log has it
            told.push_back("What leaves " + portText(data) + " isn't kept: " + obstacle + '.');
        discardKept(m_settings.folder, data.step, data.port);
    }
    m_keepers.clear();
    return told;
}

} // namespace millrace
