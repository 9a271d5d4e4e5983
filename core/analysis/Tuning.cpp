// SPDX-License-Identifier: MIT
#include "analysis/Tuning.h"

#include "pipeline/check/Checker.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace millrace {

namespace {

std::function<int(const std::string &)> mostWorkersIn(const Pipeline &pipeline, const StepRegistry &registry)
{
    std::vector<std::pair<std::string, int>> most;
    for (const PipelineStep &step : pipeline.steps)
        if (const StepType *type = registry.find(step.type))
            most.emplace_back(step.id, mostUsefulWorkersOf(*type));
    return [most = std::move(most)](const std::string &id) {
        const auto found = std::ranges::find(most, id, &std::pair<std::string, int>::first);
        return found == most.end() ? 1 : found->second;
    };
}

} // namespace

int mostUsefulWorkersOf(const StepType &type)
{
    return type.kind == StepKind::Combine ? 1 : mostWorkersOf(type);
}

std::string_view goalName(TuneGoal goal)
{
    return goal == TuneGoal::Throughput ? "throughput" : "latency";
}

std::string_view settingName(TuneMove::Setting setting)
{
    return setting == TuneMove::Setting::Workers ? "workers" : "queueSize";
}

std::string settingOf(const TuneMove &move)
{
    return move.step + '.' + std::string(settingName(move.setting)) + '=' + std::to_string(move.to);
}

Tuning::Tuning(
    const TuneWish &wish, const Pipeline &pipeline, const StepRegistry &registry, int cores, StepNaming nameOf)
    : m_goal(wish.goal)
    , m_tuner(pipeline, wish.goal, wish.budget, cores, mostWorkersIn(pipeline, registry), std::move(nameOf))
{}

std::vector<TuneMove> Tuning::look(const RunSample &sample)
{
    if (!m_thinking.valid()) {
        if (!m_isGivenUp && m_tuner.add(sample))
            m_thinking = std::async(std::launch::async | std::launch::deferred, [this] { return m_tuner.think(); });
        return {};
    }
    if (m_thinking.wait_for(std::chrono::seconds(0)) == std::future_status::timeout)
        return {};
    std::vector<TuneMove> moves = m_thinking.get(); // thinks here, where the system had no thread for it
    m_verdict = m_tuner.verdict();
    if (m_isGivenUp && !m_tuner.isTakingBack())
        return {}; // thought of while it was given up
    m_tuner.made();
    m_moves.insert(m_moves.end(), moves.begin(), moves.end());
    return moves;
}

void Tuning::giveUp()
{
    m_isGivenUp = true;
    m_tuner.giveUp();
}

void Tuning::end()
{
    giveUp();
    if (m_thinking.valid())
        m_thinking.get(); // moves that nobody makes
}

Value Tuning::report() const
{
    List moves;
    for (const TuneMove &move : m_moves)
        moves.push_back(Members{{"step", move.step},
                                {"setting", settingName(move.setting)},
                                {"from", move.from},
                                {"to", move.to},
                                {"why", move.why}});
    List settings;
    for (const TuneMove &move : m_tuner.result())
        settings.push_back(settingOf(move));
    return Members{{"goal", goalName(m_goal)},
                   {"moves", std::move(moves)},
                   {"settings", std::move(settings)},
                   {"itemsPerSecondBefore", m_tuner.rateBefore()},
                   {"itemsPerSecondAfter", m_tuner.rateAfter()}};
}

} // namespace millrace
