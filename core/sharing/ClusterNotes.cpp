// SPDX-License-Identifier: MIT
#include "sharing/ClusterNotes.h"

#include "data/json/ObjectMembers.h"
#include "pipeline/check/Checker.h"
#include "pipeline/Effects.h"
#include "remote/WorkerPlaces.h"
#include "sharing/ClusterRun.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

namespace millrace {

namespace {

/// Milliseconds of work in a batch below which one machine is quicker: what it costs the server, the coordinator and the worker to move one is
/// about half of that.
constexpr double LeastWorthMoving = 1;

/// Milliseconds for which a worker of the step was at work for each batch, in a run on one machine; nothing where that isn't known.
std::optional<double> measuredCost(const Value &report, const std::string &step)
{
    const Value *steps = memberOf(report, "steps");
    if (!steps || !steps->isList() || memberOf(report, "cluster"))
        return std::nullopt;
    for (const Value &one : steps->toList())
        if (textOf(one, "id") == step && realOf(one, "batchesIn") > 0)
            return realOf(one, "busySeconds") * 1e3 / realOf(one, "batchesIn");
    return std::nullopt;
}

/// Whether what it does outside of the run may matter when it is done twice.
bool hasEffects(const PipelineStep &step, const StepType &type)
{
    return changesOutside(step, type) || type.hasOwnProcess || type.manifest;
}

/// Of a sink that writes no file, so that it keeps no journal: whether rows come twice when they are written twice.
bool writesTwice(const PipelineStep &step, const StepType &type)
{
    if (type.hasOwnProcess || type.manifest)
        return true;
    const bool isOfDatabase = std::ranges::any_of(type.params, &Param::isDatabase);
    const Value *keys = step.param("keys");
    return (isOfDatabase || type.reachesNetwork) && !(keys && keys->isList() && !keys->toList().empty());
}

class NoteList
{
public:
    void add(const PipelineStep &step, const Sentence &sentence)
    {
        m_notes.push_back(problemOf(Severity::Warning, step.id, {}, sentence));
    }
    Problems take() { return std::move(m_notes); }

private:
    Problems m_notes;
};

void noteCost(const PipelineStep &step, const Value &lastReport, NoteList &notes)
{
    const auto cost = measuredCost(lastReport, step.id);
    if (!cost || *cost >= LeastWorthMoving)
        return;
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", *cost);
    notes.add(step,
              Sentence("Moving it would cost more than it does: in the last run here it worked " + std::string(text)
                       + " ms on a batch, and below a millisecond one machine is quicker. Take larger "
                         "batches, or keep it here with the setting ")
                  .setting("runIn")
                  .add("."));
}

/// Of those that stay with the coordinator.
void noteWhatStays(const PipelineStep &step, const StepType &type, NoteList &notes)
{
    if (type.holdsBack)
        notes.add(step, Sentence("It stays here, for it looks at many items: a run that is broken off begins at its "
                                 "source again."));
    else if (type.kind == StepKind::Transform && type.isOrdered)
        notes.add(step, Sentence("It stays here and gains nothing, for it needs its batches in the order of the "
                                 "source, one at a time."));
    else if (type.kind == StepKind::Transform && !step.workerArguments.empty())
        notes.add(step, Sentence("It stays here, for its workers have arguments of their own."));
    else if (type.kind == StepKind::Sink && writesTwice(step, type))
        notes.add(step, Sentence("It writes each item at least once: it keeps no journal, so that a run which is "
                                 "begun again after a crash writes again what it had written."));
}

} // namespace

Problems clusterNotes(const Pipeline &pipeline, const StepRegistry &registry, const Value &lastReport)
{
    const std::vector<std::string> elsewhere = stepsOnCluster(pipeline, registry);
    if (elsewhere.empty())
        return {};
    const std::vector<std::string> running = runningSteps(pipeline, registry);
    NoteList notes;
    for (const PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (!type || step.isBypassed || std::ranges::count(running, step.id) == 0)
            continue;
        if (std::ranges::count(elsewhere, step.id) == 0) {
            noteWhatStays(step, *type, notes);
            continue;
        }
        noteCost(step, lastReport, notes);
        if (const int most = mostWorkersOf(*type); most == 1)
            notes.add(step, Sentence("It gains nothing elsewhere, for it can have one worker only."));
        if (hasEffects(step, *type))
            notes.add(step, Sentence("It works at least once on each item: what it does outside is done again where "
                                     "a worker is lost."));
    }
    return notes.take();
}

} // namespace millrace
