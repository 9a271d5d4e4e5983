// SPDX-License-Identifier: MIT
#include "learning/Fit.h"

#include "learning/FitSink.h"

#include <algorithm>
#include <set>

namespace millrace {

namespace {

/// How many steps in a row have to be fitted before each step's input is final: the number of its pass, by step.
std::vector<size_t> passNumbers(const RunPlan &plan, const FittedStates &known)
{
    const size_t count = plan.steps.size();
    std::vector<size_t> number(count, 0), missing(count, 0), ready;
    std::vector<std::vector<size_t>> next(count);
    for (const PlannedLink &link : plan.links) {
        next[size_t(link.from)].push_back(size_t(link.to));
        ++missing[size_t(link.to)];
    }
    for (size_t step = 0; step < count; ++step) {
        if (missing[step] == 0)
            ready.push_back(step);
    }
    while (!ready.empty()) {
        const size_t step = ready.back();
        ready.pop_back();
        const bool isLearning = plan.steps[step].isFittable && !known.contains(plan.steps[step].id);
        for (const size_t to : next[step]) {
            number[to] = std::max(number[to], number[step] + (isLearning ? 1 : 0));
            if (--missing[to] == 0)
                ready.push_back(to);
        }
    }
    return number;
}

} // namespace

Fit::Fit(RunPlan plan, RunOptions options)
    : m_plan(std::move(plan)), m_options(std::move(options)), m_results(std::make_shared<FitResults>())
{
    const std::vector<size_t> numbers = passNumbers(m_plan, m_options.states);
    for (size_t step = 0; step < m_plan.steps.size(); ++step) {
        const PlannedStep &planned = m_plan.steps[step];
        if (!planned.isFittable || m_options.states.contains(planned.id))
            continue;
        m_passes.resize(std::max(m_passes.size(), numbers[step] + 1));
        m_passes[numbers[step]].push_back(planned.id);
    }
}

std::unique_ptr<Run> Fit::nextPass()
{
    if (m_next == m_passes.size())
        return nullptr;
    RunOptions options = m_options;
    options.states = states();
    auto run = Run::create(planOf(m_passes[m_next++]), std::move(options));
    return run ? *std::move(run) : nullptr; // a plan with steps is never refused
}

FittedStates Fit::states() const
{
    FittedStates all = m_options.states;
    for (auto &[step, state] : m_results->states())
        all.insert_or_assign(step, state);
    return all;
}

/// All that leads to these steps; they themselves become sinks.
RunPlan Fit::planOf(const std::vector<std::string> &fitted) const
{
    std::vector<bool> isNeeded(m_plan.steps.size(), false), isFitted(m_plan.steps.size(), false);
    std::vector<size_t> next;
    for (size_t step = 0; step < m_plan.steps.size(); ++step) {
        if (std::find(fitted.begin(), fitted.end(), m_plan.steps[step].id) == fitted.end())
            continue;
        isNeeded[step] = isFitted[step] = true;
        next.push_back(step);
    }
    while (!next.empty()) {
        const size_t step = next.back();
        next.pop_back();
        for (const PlannedLink &link : m_plan.links) {
            if (size_t(link.to) == step && !isNeeded[size_t(link.from)]) {
                isNeeded[size_t(link.from)] = true;
                next.push_back(size_t(link.from));
            }
        }
    }
    RunPlan part;
    std::vector<int> index(m_plan.steps.size(), -1);
    for (size_t step = 0; step < m_plan.steps.size(); ++step) {
        if (!isNeeded[step])
            continue;
        index[step] = int(part.steps.size());
        part.steps.push_back(m_plan.steps[step]);
        if (!isFitted[step])
            continue;
        PlannedStep &sink = part.steps.back();
        sink.kind = StepKind::Sink;
        sink.isFittable = false;
        sink.isOrdered = false;
        sink.outputPorts.clear();
        FitSink::Make make = sink.makeToFit ? sink.makeToFit : [make = sink.make] { return make(0); };
        sink.make = [make = std::move(make), isMergeable = sink.isMergeable,
                     results = m_results](int) -> Result<std::unique_ptr<Step>> {
            return std::unique_ptr<Step>(new FitSink(make, isMergeable, results));
        };
    }
    for (const PlannedLink &link : m_plan.links) {
        const int from = index[size_t(link.from)], to = index[size_t(link.to)];
        if (from >= 0 && to >= 0 && !isFitted[size_t(link.from)])
            part.links.push_back({from, link.port, to, link.input});
    }
    return part;
}

Result<FittedStates> fitPlan(RunPlan plan, RunOptions options, const std::function<void(Run &)> &watch)
{
    Fit fit(std::move(plan), std::move(options));
    while (const std::unique_ptr<Run> run = fit.nextPass()) {
        if (watch)
            watch(*run);
        run->start();
        run->waitForDone();
        const RunOutcome outcome = run->outcome();
        if (outcome.state == RunState::Stopped)
            return failure(ErrorKind::Stopped, "The fit was stopped before its end, so nothing was learnt.");
        if (outcome.state == RunState::Failed)
            return failure(outcome.error.kind, outcome.step + ": " + outcome.error.message);
    }
    return fit.states();
}

} // namespace millrace
