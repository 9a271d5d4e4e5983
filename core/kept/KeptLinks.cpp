// SPDX-License-Identifier: MIT
#include "kept/KeptLinks.h"

#include "data/files/FilePath.h"
#include "data/text/ByteSize.h"
#include "data/text/Quote.h"
#include "history/BrokenOffRun.h"
#include "kept/CutPlan.h"
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
    Unknown, ///< it may be another thing each time: a database, a program
    Never    ///< standard input, a pipe: what was read there is gone
};

/// The files that a step's parameters name, as far as they are there.
std::vector<std::string> filesNamedBy(const PipelineStep &step,
                                      const StepType &type,
                                      const std::string &folder,
                                      Repeating &repeating)
{
    std::vector<std::string> files;
    for (const Param &param : type.params) {
        const Value *value = step.param(param.name);
        if (param.kind != ParamKind::InputFile || !value || !value->isText())
            continue;
        const std::string named(value->toText()), path = resolveFile(folder, named);
        std::error_code error;
        if (isStandardStream(named) || std::filesystem::is_other(path, error))
            repeating = Repeating::Never;
        else if (isRegularFile(path))
            files.push_back(path);
        if (isRegularFile(path + "-wal")) // of SQLite: what was changed, and isn't in the file yet
            files.push_back(path + "-wal");
    }
    return files;
}

/// The same of a source that reads many: it is opened, to be asked.
std::optional<std::vector<std::string>> filesReadBy(const PlannedStep &planned,
                                                    const std::string &folder,
                                                    std::string &originName)
{
    const auto made = planned.make(0);
    auto *const source = made ? dynamic_cast<Source *>(made->get()) : nullptr;
    if (!source)
        return std::nullopt;
    StepContext context;
    context.stepId = planned.id;
    context.folder = folder;
    std::optional<std::vector<std::string>> files;
    if (source->open(context)) {
        files = source->repeatableFrom();
        originName = source->originName();
    }
    source->close();
    return files;
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
};

Dependence dependenceOf(const RunPlan &plan,
                        const PlanPort &port,
                        const Pipeline &whole,
                        const std::string &folder,
                        const StepRegistry &registry,
                        const FittedStates &states,
                        const std::string &version)
{
    Dependence found;
    const PlannedStep &from = plan.steps[size_t(port.first)];
    found.data.step = from.id;
    found.data.port = from.outputPorts[size_t(port.second)];
    Pipeline part;
    part.batching = whole.batching;
    part.defaults = whole.defaults;
    part.unknown = whole.unknown;
    part.isFilled = whole.isFilled;
    FittedStates known;
    std::set<std::string> files;
    for (const int index : Ancestry(plan).of({port.first})) {
        const PlannedStep &planned = plan.steps[size_t(index)];
        found.before.push_back(planned.id);
        const PipelineStep *const step = whole.step(planned.id);
        const StepType *const type = step ? registry.find(step->type) : nullptr;
        if (!type)
            continue;
        part.steps.push_back(*step);
        if (const auto state = states.find(planned.id); state != states.end())
            known.insert(*state);
        for (std::string &file : filesNamedBy(*step, *type, folder, found.repeating))
            files.insert(std::move(file));
        if (planned.kind != StepKind::Source || found.repeating == Repeating::Never)
            continue;
        const bool isAsked = !type->reachesNetwork && !type->hasOwnProcess && !type->changesFiles;
        if (const auto read = isAsked ? filesReadBy(planned, folder, found.data.originName) : std::nullopt)
            files.insert(read->begin(), read->end());
        else
            found.repeating = Repeating::Unknown;
    }
    std::ranges::copy_if(whole.links, std::back_inserter(part.links),
                         [&part](const Link &link) { return part.step(link.fromStep) && part.step(link.toStep); });
    found.data.digest = digestOfSettings(part, known, version + programsOf(part, registry, folder));
    found.data.isBlind = found.repeating == Repeating::Unknown;
    if (auto inputs = inputsNow({files.begin(), files.end()}))
        found.data.inputs = *std::move(inputs);
    return found;
}

} // namespace

void KeptLinks::applyTo(RunPlan &plan,
                        const Pipeline &pipeline,
                        const std::string &folder,
                        const StepRegistry &registry,
                        const FittedStates &states)
{
    std::set<PlanPort> marked;
    for (const PlannedLink &link : plan.links)
        if (link.isKept && link.port != PlannedLink::ErrorPort)
            marked.emplace(link.from, link.port);
    forgetOthers(plan, marked);
    if (marked.empty())
        return;
    const Pipeline whole = asItRuns(pipeline, folder, registry);
    std::map<PlanPort, Dependence> dependences;
    std::map<PlanPort, PlannedStep> starts;
    std::map<PlanPort, KeptData> fitting;
    std::set<PlanPort> cut;
    for (const PlanPort &port : marked) {
        const Dependence &now = dependences[port] =
            dependenceOf(plan, port, whole, folder, registry, states, m_settings.version);
        if (m_settings.isFresh || now.repeating == Repeating::Never)
            continue;
        const auto kept = readKeptData(m_settings.folder, now.data.step, now.data.port);
        if (!kept || kept->digest != now.data.digest || kept->inputs != now.data.inputs)
            continue;
        fitting[port] = *kept;
        starts[port] = startOf(*kept);
        cut.insert(port);
    }
    const std::set<int> needed = neededSteps(plan, cut);
    for (const PlanPort &port : cut)
        tellStart(fitting.at(port));
    if (!cut.empty())
        plan = planBehind(plan, cut, needed, starts);
    for (auto &[port, dependence] : dependences) {
        if (cut.contains(port) || !needed.contains(port.first))
            continue;
        if (dependence.repeating == Repeating::Never)
            m_told.push_back("What leaves " + portText(dependence.data)
                             + " isn't kept: standard input or a pipe can't be compared with what came by it before.");
        else
            addKeeper(plan, std::move(dependence.data), std::move(dependence.before));
    }
}

/// Takes away what was kept of links that aren't marked any more.
void KeptLinks::forgetOthers(const RunPlan &plan, const std::set<std::pair<int, int>> &marked) const
{
    for (const KeptData &kept : allKeptIn(m_settings.folder))
        if (std::ranges::none_of(marked, [&](const PlanPort &port) {
                const PlannedStep &step = plan.steps[size_t(port.first)];
                return step.id == kept.step && step.outputPorts[size_t(port.second)] == kept.port;
            }))
            discardKept(m_settings.folder, kept.step, kept.port);
}

void KeptLinks::tellStart(const KeptData &kept)
{
    std::string told = "Starts behind " + portText(kept) + " with " + numberOf(kept.items, "item") + " ("
                       + byteSizeText(kept.bytes) + ") that were kept " + ageText(kept.keptAt) + '.';
    if (kept.isBlind)
        told += " Whether what its source reads has changed since can't be told; a fresh run (--fresh) reads it again.";
    m_told.push_back(std::move(told));
    m_startsBehind = true;
}

PlannedStep KeptLinks::startOf(const KeptData &kept) const
{
    PlannedStep source;
    source.id = kept.port == "out" ? kept.step : kept.step + '.' + kept.port;
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
    uint64_t failed = 0;
    for (const StepSample &step : sample.steps)
        if (std::ranges::find(keeper.before, step.id) != keeper.before.end())
            failed += step.errors;
    if (failed > 0)
        return numberOf(failed, "item") + " failed before it, of which a run that starts there would say nothing";
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
