// SPDX-License-Identifier: MIT
#include "kept/KeptLinks.h"

#include "data/text/ByteSize.h"
#include "data/text/Counted.h"
#include "data/text/Quote.h"
#include "data/text/RandomLetters.h"
#include "history/BrokenOffRun.h"
#include "kept/CutPlan.h"
#include "kept/Dependence.h"
#include "pipeline/Effects.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace millrace {

namespace {

int64_t millisecondsNow()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::string ageText(int64_t keptAt)
{
    const uint64_t minutes = uint64_t(std::max<int64_t>(0, millisecondsNow() - keptAt)) / 60'000;
    if (minutes < 1)
        return "less than a minute ago";
    if (minutes < 120)
        return counted(minutes, "minute") + " ago";
    return (minutes < 48 * 60 ? counted(minutes / 60, "hour") : counted(minutes / 60 / 24, "day")) + " ago";
}

std::string portText(const KeptData &kept)
{
    return inQuotes(kept.step + (kept.port == "out" ? "" : '.' + kept.port));
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
    const bool isAnyMarked =
        std::ranges::any_of(pipeline.links, &Link::isKept) || std::ranges::any_of(plan.links, &PlannedLink::isKept);
    std::error_code error;
    if (!isAnyMarked && !std::filesystem::exists(m_settings.folder, error))
        return;
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
    DependenceFinder finder({plan, whole, folder, registry, states}, version);
    std::map<PlanPort, Dependence> dependences;
    std::map<PlanPort, KeptData> fitting;
    std::set<PlanPort> cut;
    for (const PlanPort &port : marked) {
        const Dependence &now = dependences[port] = finder.of(port);
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
            m_told.push_back({dependence.data.step,
                              "What leaves " + portText(dependence.data)
                                  + " isn't kept: what comes by standard input or a pipe, or from a file that can't be "
                                    "looked at, can't be compared with what came before."});
        else
            addKeeper(plan, std::move(dependence.data), std::move(dependence.before));
    }
    for (const Keeper &keeper : m_keepers)
        keeper.keeping->sharing = unsigned(m_keepers.size());
}

void KeptLinks::tellStart(const KeptData &kept)
{
    std::string told = "Starts behind " + portText(kept) + " with " + counted(kept.items, "item") + " ("
                       + byteSizeText(kept.bytes) + ") that were kept " + ageText(kept.keptAt) + '.';
    if (kept.isBlind)
        told += " Whether what is read there from a server or the network has changed since can't be told; to read it "
                "again, run from the sources (--fresh).";
    m_told.push_back({kept.step, std::move(told)});
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
    keeping->step = data.step;
    keeping->token = data.token = randomLetters(32);
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
        return counted(failed, "item") + " failed before it, and a run that starts there would not report that";
    return {};
}

std::vector<KeptNote> KeptLinks::conclude(const RunSample &sample)
{
    std::vector<KeptNote> told;
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
            told.push_back({data.step, "What leaves " + portText(data) + " isn't kept: " + obstacle + '.'});
        discardKept(m_settings.folder, data.step, data.port);
    }
    m_keepers.clear();
    return told;
}

} // namespace millrace
