// SPDX-License-Identifier: MIT
#include "kept/CutPlan.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace millrace {

namespace {

/// Sinks, but those that only take what leaves a step before a cut, which nobody would miss; and steps that do something themselves.
std::vector<int> endsThatMatter(const RunPlan &plan,
                                const Ancestry &ancestry,
                                const std::set<PlanPort> &cut,
                                const std::set<std::string> &acting)
{
    std::vector<int> ends;
    for (const auto &[step, port] : cut)
        ends.push_back(step);
    const std::set<int> before = ancestry.of(ends);
    std::vector<int> sinks;
    for (int i = 0; i < int(plan.steps.size()); ++i) {
        const PlannedStep &step = plan.steps[size_t(i)];
        const bool isIdle =
            step.type == "discard" && std::ranges::any_of(ancestry.into(i), [&](const PlannedLink *link) {
                return !Ancestry::isCut(*link, cut) && before.contains(link->from);
            });
        if ((step.kind == StepKind::Sink && !isIdle) || acting.contains(step.id))
            sinks.push_back(i);
    }
    return sinks;
}

/// Where what comes by a link begins, once the plan is cut: at ports, and at sources.
std::set<PlanPort> rootsOf(const PlannedLink &into,
                           const RunPlan &plan,
                           const Ancestry &ancestry,
                           const std::set<PlanPort> &cut)
{
    constexpr int Itself = -2;
    if (Ancestry::isCut(into, cut))
        return {{into.from, into.port}};
    std::set<PlanPort> roots;
    const std::set<int> before = ancestry.of({into.from}, cut);
    for (const int step : before) {
        for (const PlannedLink *link : ancestry.into(step))
            if (Ancestry::isCut(*link, cut))
                roots.emplace(link->from, link->port);
        if (plan.steps[size_t(step)].kind == StepKind::Source)
            roots.emplace(step, Itself);
    }
    return roots;
}

/// The ports behind which items of a source would be brought together with items of the same source that come another way: their batches
/// would not belong together any more.
std::set<PlanPort> tornApart(const RunPlan &plan, const Ancestry &ancestry, const std::set<PlanPort> &cut)
{
    std::set<PlanPort> torn;
    const auto compare = [&](const PlannedLink &one, const PlannedLink &other) {
        const std::set<int> sources = ancestry.sourcesOf(other.from);
        if (std::ranges::none_of(ancestry.sourcesOf(one.from), [&](int each) { return sources.contains(each); }))
            return;
        std::set<PlanPort> roots = rootsOf(one, plan, ancestry, cut);
        roots.merge(rootsOf(other, plan, ancestry, cut));
        if (roots.size() > 1)
            std::ranges::set_intersection(roots, cut, std::inserter(torn, torn.end()));
    };
    for (int step = 0; step < int(plan.steps.size()) && !cut.empty(); ++step)
        for (size_t i = 0; i < ancestry.into(step).size(); ++i)
            for (size_t k = 0; k < i; ++k)
                compare(*ancestry.into(step)[i], *ancestry.into(step)[k]);
    return torn;
}

} // namespace

std::set<int> neededSteps(const RunPlan &plan, std::set<PlanPort> &cut, const std::set<std::string> &acting)
{
    const Ancestry ancestry(plan);
    while (true) {
        for (const PlanPort &port : tornApart(plan, ancestry, cut))
            cut.erase(port);
        const std::set<int> needed = ancestry.of(endsThatMatter(plan, ancestry, cut, acting), cut);
        if (std::erase_if(cut, [&](const PlanPort &port) { return needed.contains(port.first); }) > 0)
            continue;
        std::erase_if(cut, [&](const PlanPort &port) { // those behind which a later one is
            return std::ranges::none_of(plan.links, [&](const PlannedLink &link) {
                return PlanPort(link.from, link.port) == port && link.isKept && needed.contains(link.to);
            });
        });
        return needed;
    }
}

RunPlan planBehind(RunPlan &plan,
                   const std::set<PlanPort> &cut,
                   const std::set<int> &needed,
                   const std::map<PlanPort, PlannedStep> &starts)
{
    RunPlan behind;
    std::map<int, int> places;
    std::map<PlanPort, int> startPlaces;
    for (const PlanPort &port : cut) {
        startPlaces[port] = int(behind.steps.size());
        behind.steps.push_back(starts.at(port));
    }
    for (const int step : needed) {
        places[step] = int(behind.steps.size());
        behind.steps.push_back(std::move(plan.steps[size_t(step)]));
    }
    for (PlannedLink link : plan.links) {
        if (!needed.contains(link.to))
            continue;
        const bool isStart = Ancestry::isCut(link, cut);
        link.from = isStart ? startPlaces.at({link.from, link.port}) : places.at(link.from);
        link.port = isStart ? 0 : link.port;
        link.isKept = link.isKept && !isStart;
        link.to = places.at(link.to);
        behind.links.push_back(link);
    }
    return behind;
}

} // namespace millrace
