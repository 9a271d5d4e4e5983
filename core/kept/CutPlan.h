// SPDX-License-Identifier: MIT
#pragma once

#include "engine/RunPlan.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

using PlanPort = std::pair<int, int>; ///< of a plan: step, output port

/// A plan's steps by what leads to them.
class Ancestry
{
public:
    explicit Ancestry(const RunPlan &plan) : m_plan(plan), m_into(plan.steps.size())
    {
        for (const PlannedLink &link : plan.links)
            m_into[size_t(link.to)].push_back(&link);
    }
    const std::vector<const PlannedLink *> &into(int step) const { return m_into[size_t(step)]; }

    /// Those steps and all that leads to them, but over links that leave a port which is cut.
    std::set<int> of(std::vector<int> steps, const std::set<PlanPort> &cut = {}) const
    {
        std::set<int> all(steps.begin(), steps.end());
        for (size_t at = 0; at < steps.size(); ++at)
            for (const PlannedLink *link : into(steps[at]))
                if (!isCut(*link, cut) && all.insert(link->from).second)
                    steps.push_back(link->from);
        return all;
    }
    std::set<int> sourcesOf(int step) const
    {
        std::set<int> sources = of({step});
        std::erase_if(sources, [this](int each) { return m_plan.steps[size_t(each)].kind != StepKind::Source; });
        return sources;
    }
    static bool isCut(const PlannedLink &link, const std::set<PlanPort> &cut)
    {
        return link.isKept && cut.contains({link.from, link.port});
    }

private:
    const RunPlan &m_plan;
    std::vector<std::vector<const PlannedLink *>> m_into; ///< by step
};

/// Takes those out of `cut` that a run can't start behind without something missing, and those that nothing needs. Returns the steps that it
/// needs then. `acting`: ids of steps that are needed for what they do, beside sinks.
std::set<int> neededSteps(const RunPlan &plan, std::set<PlanPort> &cut, const std::set<std::string> &acting);

/// What a run is made of that starts behind cut ports, with a source for each. Takes the needed steps out of the plan.
RunPlan planBehind(RunPlan &plan,
                   const std::set<PlanPort> &cut,
                   const std::set<int> &needed,
                   const std::map<PlanPort, PlannedStep> &starts);

} // namespace millrace
