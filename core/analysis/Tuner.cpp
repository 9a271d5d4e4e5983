// SPDX-License-Identifier: MIT
#include "analysis/Tuner.h"

#include "analysis/MeasuredModel.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <numeric>
#include <utility>

namespace millrace {

namespace {

constexpr double WorthAMove = 1.02; // times as fast, or as short: less isn't seen beside a run's own ups and downs
constexpr double AsGood = 0.99;     // of the rate, by the simulation
constexpr double Worse = 0.95;      // of the rate before, as measured: then a round is taken back
constexpr double Longer = 1.15;     // times the latency before, as measured, which is known to a tenth: then as well
constexpr int MostTries = 60;       // simulations a round, of some milliseconds each
constexpr uint64_t SimulatedBatches = 2'000; // of a source
constexpr uint64_t FewestBatches = 5;        // that the slowest step must have been through with

std::string shortNumber(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", value < 10 ? 1 : 0, value);
    return text;
}

std::string shortTime(double seconds)
{
    char text[32];
    std::snprintf(text, sizeof text, seconds < 1 ? "%.0f ms" : "%.1f s", seconds < 1 ? seconds * 1e3 : seconds);
    return text;
}

/// "8.9 times as fast", "3 % faster".
std::string fasterBy(double times)
{
    if (times > 1.95)
        return shortNumber(times) + " times as fast";
    const long percent = std::lround((times - 1) * 100);
    return percent == 0 ? "as fast as before"
                        : std::to_string(std::abs(percent)) + (percent > 0 ? " % faster" : " % slower");
}

/// As if the run had lasted so long: with less, its beginning and end would count, and more would only take time.
SimulationModel ofUsualLength(SimulationModel model)
{
    uint64_t read = 0;
    for (size_t i = 0; i < model.steps.size(); ++i) {
        const bool isFed = std::ranges::find(model.links, i, &SimulatedLink::to) != model.links.end();
        if (!isFed)
            read = std::max(read, model.steps[i].batches);
    }
    if (read == 0)
        return model;
    const double times = double(SimulatedBatches) / double(read);
    for (SimulatedStep &step : model.steps)
        step.batches = uint64_t(double(step.batches) * times);
    model.itemsRead = uint64_t(double(model.itemsRead) * times);
    return model;
}

/// Seconds in which 95 % of the batches came from source to sink between two samples of a run; 0: too few came.
double latencyBetween(const RunSample &first, const RunSample &last)
{
    double longest = 0;
    for (size_t i = 0; i < last.steps.size() && i < first.steps.size(); ++i) {
        if (!last.steps[i].isSink || last.steps[i].id != first.steps[i].id)
            continue;
        Histogram::Counts counts = last.steps[i].latency;
        uint64_t count = 0;
        for (size_t k = 0; k < counts.size(); ++k)
            count += counts[k] -= std::min(counts[k], first.steps[i].latency[k]);
        if (count >= FewestBatches)
            longest = std::max(longest, Histogram::quantile(counts, 0.95) * 1e-9);
    }
    return longest;
}

} // namespace

Tuner::Tuner(Pipeline pipeline,
             TuneGoal goal,
             TuneBudget budget,
             int cores,
             std::function<int(const std::string &)> mostWorkers,
             StepNaming nameOf)
    : m_pipeline(std::move(pipeline))
    , m_goal(goal)
    , m_budget(budget)
    , m_cores(std::max(1, cores - budget.freeCores))
    , m_mostWorkers(std::move(mostWorkers))
    , m_nameOf(std::move(nameOf))
{}

bool Tuner::add(const RunSample &sample)
{
    if (m_isDone || sample.state != RunState::Running)
        return false;
    const double now = sample.activeSeconds;
    if (m_begun < 0)
        m_begun = now;
    if (std::exchange(m_hasThought, false))
        m_movedAt = now;
    if (!m_from) {
        if (now >= m_movedAt + (m_last.empty() ? 0.0 : Settling))
            m_from = sample;
        return false;
    }
    const double looked = now - m_from->activeSeconds;
    if (looked < (m_rateBefore > 0 ? Look : FirstLook))
        return false;
    m_rate = double(sample.itemsRead - m_from->itemsRead) / looked;
    m_latency = latencyBetween(*m_from, sample);
    m_now = sample;
    return m_rate > 0; // else a batch takes longer than that
}

std::vector<TuneMove> Tuner::think()
{
    std::vector<TuneMove> moves = judge();
    if (moves.empty() && !m_isDone && m_now.activeSeconds - m_begun <= LongestTuning)
        moves = m_thought = propose();
    m_from.reset();
    m_hasThought = true;
    m_isDone = m_isDone || moves.empty();
    return moves;
}

void Tuner::made()
{
    m_last = std::exchange(m_thought, {});
}

/// Of the moves of the last round: whether they did good. What is taken back ends the tuning.
std::vector<TuneMove> Tuner::judge()
{
    m_verdict.clear();
    if (m_rateBefore == 0) {
        m_rateBefore = m_rateAfter = m_rate;
        m_latencyBefore = m_latencyAfter = m_latency;
    }
    if (m_last.empty())
        return {};
    const bool isSlower = m_rate < m_rateAfter * Worse;
    const bool isLater = m_goal == TuneGoal::Latency && m_latencyAfter > 0 && m_latency > m_latencyAfter * Longer;
    if (isSlower || isLater) {
        m_isDone = m_isTakingBack = true;
        return takenBack(isSlower); // on trial until they are made
    }
    m_verdict = verdictNow();
    m_rateAfter = m_rate;
    m_latencyAfter = m_latency;
    m_kept.insert(m_kept.end(), m_last.begin(), m_last.end());
    m_last.clear();
    return {};
}

std::string Tuner::verdictNow() const
{
    if (m_goal == TuneGoal::Latency && m_latency > 0 && m_latencyAfter > 0)
        return "It came to " + shortTime(m_latency) + " for an item, " + shortTime(m_latencyAfter)
               + " before (promised: " + shortTime(m_promised) + ").";
    return "It came to " + shortNumber(m_rate) + " items a second, " + shortNumber(m_rateAfter) + " before"
           + (m_goal == TuneGoal::Throughput
                  ? ": " + fasterBy(m_rate / m_rateAfter) + " (promised: " + fasterBy(m_promised) + ")."
                  : ".");
}

std::vector<TuneMove> Tuner::takenBack(bool isSlower) const
{
    const std::string came =
        isSlower
            ? "the run came to " + shortNumber(m_rate) + " items a second, " + shortNumber(m_rateAfter) + " before."
            : "an item took " + shortTime(m_latency) + ", " + shortTime(m_latencyAfter) + " before.";
    std::vector<TuneMove> back;
    for (auto move = m_last.rbegin(); move != m_last.rend(); ++move)
        back.push_back({move->setting, move->step, move->to, move->from, "Back to what it was: " + came});
    return back;
}

std::vector<TuneMove> Tuner::propose()
{
    const bool isKnown = std::ranges::all_of(
        m_now.steps, [](const StepSample &step) { return std::max(step.batchesIn, step.batchesOut) >= FewestBatches; });
    const auto measured = measuredModel(m_now, m_pipeline, m_cores);
    if (!measured || !isKnown)
        return {};
    const SimulationModel before = ofUsualLength(*measured);
    const Simulation now = simulate(before);
    SimulationModel model = before;
    Simulation reached = now;
    const bool isForItems = m_goal == TuneGoal::Throughput;
    tuneWorkers(model, reached, WorthAMove);
    if (isForItems)
        trimWorkers(before, model, reached.itemsPerSecond * AsGood);
    else
        tuneQueues(model, reached, now.itemsPerSecond * AsGood);
    keepMemory(model);
    const Simulation then = simulate(model);
    const bool isWorthIt = isForItems ? then.itemsPerSecond > now.itemsPerSecond * WorthAMove
                                      : then.latencyP95 * WorthAMove < now.latencyP95;
    const bool isTooMuch = m_budget.memory > 0 && now.memoryBytes > m_budget.memory;
    if (m_isGivenUp || (!isWorthIt && !isTooMuch))
        return {};
    m_promised = isForItems ? then.itemsPerSecond / std::max(1e-9, now.itemsPerSecond) : then.latencyP95;
    return movesBetween(before, model, now, then);
}

/// Gives more workers to what limits the run, for as long as the simulation gains by it.
void Tuner::tuneWorkers(SimulationModel &model, Simulation &reached, double least) const
{
    for (int tries = 0; tries < MostTries && reached.limitedBy && !m_isGivenUp; ++tries) {
        SimulationModel tried = model;
        int room = m_budget.workers - workersOf(model);
        bool isChanged = false;
        for (SimulatedStep &step : tried.steps) {
            if (!reached.limitedBy->isAt(step.id) || !isFree(step))
                continue;
            const int most = m_mostWorkers(step.id);
            int more = std::min(std::max(1, step.workers / 4), room);
            if (most > 0)
                more = std::min(more, most - step.workers);
            if (more <= 0)
                continue;
            step.workers += more;
            room -= more;
            isChanged = true;
        }
        if (!isChanged)
            return;
        const Simulation then = simulate(tried);
        if (then.itemsPerSecond < reached.itemsPerSecond * least)
            return;
        model = std::move(tried);
        reached = then;
    }
}

/// Takes back workers that were given and aren't needed for this rate.
void Tuner::trimWorkers(const SimulationModel &before, SimulationModel &model, double least) const
{
    int tries = 0;
    for (size_t i = 0; i < model.steps.size(); ++i)
        while (model.steps[i].workers > before.steps[i].workers && tries++ < MostTries && !m_isGivenUp) {
            --model.steps[i].workers;
            if (simulate(model).itemsPerSecond >= least)
                continue;
            ++model.steps[i].workers;
            break;
        }
}

/// Shortens queues for as long as items get through sooner, and no fewer of them.
void Tuner::tuneQueues(SimulationModel &model, Simulation &reached, double leastRate) const
{
    int tries = 0;
    for (bool isBetter = true; isBetter && tries < MostTries && !m_isGivenUp;) {
        isBetter = false;
        for (SimulatedStep &step : model.steps) {
            const int queue = step.queueSize;
            if (queue <= 1 || !m_pipeline.step(step.id) || tries >= MostTries || m_isGivenUp)
                continue;
            step.queueSize = std::max(1, queue / 2);
            ++tries;
            const Simulation then = simulate(model);
            if (then.itemsPerSecond >= leastRate && then.latencyP95 * WorthAMove < reached.latencyP95) {
                reached = then;
                isBetter = true;
            } else {
                step.queueSize = queue;
            }
        }
    }
}

/// Shortens the queues that hold most until it fits into the budget.
void Tuner::keepMemory(SimulationModel &model) const
{
    if (m_budget.memory == 0)
        return;
    for (int tries = 0; tries < MostTries && !m_isGivenUp && simulate(model).memoryBytes > m_budget.memory; ++tries) {
        const auto largest = std::ranges::max_element(model.steps, {}, [this](const SimulatedStep &step) {
            return step.queueSize > 1 && m_pipeline.step(step.id) ? step.queueSize * step.bytesPerBatch : -1.0;
        });
        if (largest == model.steps.end() || largest->queueSize <= 1 || !m_pipeline.step(largest->id))
            return;
        largest->queueSize = std::max(1, largest->queueSize / 2);
    }
}

std::vector<TuneMove> Tuner::movesBetween(const SimulationModel &from,
                                          const SimulationModel &to,
                                          const Simulation &now,
                                          const Simulation &then) const
{
    const std::string promise =
        m_goal == TuneGoal::Throughput
            ? "the run should become " + fasterBy(then.itemsPerSecond / std::max(1e-9, now.itemsPerSecond))
            : "an item should take " + shortTime(then.latencyP95) + " instead of " + shortTime(now.latencyP95);
    std::vector<TuneMove> moves;
    for (size_t i = 0; i < from.steps.size(); ++i) {
        const SimulatedStep &before = from.steps[i], &after = to.steps[i];
        if (before.workers != after.workers)
            moves.push_back({TuneMove::Setting::Workers, before.id, before.workers, after.workers,
                             nameOf(before.id) + " gets " + std::to_string(after.workers) + " workers instead of "
                                 + std::to_string(before.workers) + ": it limits the run, or would next; " + promise
                                 + "."});
        if (before.queueSize != after.queueSize)
            moves.push_back({TuneMove::Setting::QueueSize, before.id, before.queueSize, after.queueSize,
                             "The queue before " + nameOf(before.id) + " holds " + std::to_string(after.queueSize)
                                 + (after.queueSize == 1 ? " batch" : " batches") + " instead of "
                                 + std::to_string(before.queueSize) + ": no worker would wait for more; " + promise
                                 + "."});
    }
    return moves;
}

std::vector<TuneMove> Tuner::result() const
{
    std::map<std::pair<std::string, TuneMove::Setting>, TuneMove> merged;
    std::vector<TuneMove> all = m_kept;
    all.insert(all.end(), m_last.begin(), m_last.end());
    for (const TuneMove &move : all) {
        const auto [found, isNew] = merged.try_emplace({move.step, move.setting}, move);
        if (!isNew) {
            found->second.to = move.to;
            found->second.why = move.why;
        }
    }
    std::vector<TuneMove> result;
    for (auto &[key, move] : merged)
        if (move.from != move.to)
            result.push_back(std::move(move));
    return result;
}

/// Whether it may have more workers. Sources and sinks keep theirs, and what can have only one, as a union, takes none of the budget.
bool Tuner::isFree(const SimulatedStep &step) const
{
    if (m_mostWorkers(step.id) == 1)
        return false;
    const auto isOf = [&step](const std::string Link::*end) {
        return [&step, end](const Link &link) { return link.*end == step.id; };
    };
    return std::ranges::any_of(m_pipeline.links, isOf(&Link::toStep))
           && std::ranges::any_of(m_pipeline.links, isOf(&Link::fromStep));
}

int Tuner::workersOf(const SimulationModel &model) const
{
    return std::accumulate(model.steps.begin(), model.steps.end(), 0, [this](int sum, const SimulatedStep &step) {
        return sum + (isFree(step) ? step.workers : 0);
    });
}

std::string Tuner::nameOf(const std::string &id) const
{
    return m_nameOf ? m_nameOf(id) : id;
}

} // namespace millrace
