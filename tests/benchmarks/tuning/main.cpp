// SPDX-License-Identifier: MIT
// `millrace-bench-tuning [CASE…]`: what the tuner reaches beside the best of all settings within its budget, tried one after the other, and what the
// simulation promises of one worker more and of a queue twice as long beside what came. Real runs; the tables are Markdown. Exit status 1
// where the tuner reaches less than its target.
#include "analysis/MeasuredModel.h"
#include "analysis/Tuning.h"
#include "engine/Run.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using namespace millrace;

namespace {

constexpr double Target = 0.95;                                                           ///< of the best rate
constexpr double First = 2.0, Settle = 0.3, Look = 0.8, LongSettle = 1.0, LongLook = 1.5; ///< seconds
constexpr int Rounds = 3; ///< in which the best and the tuned settings take turns
constexpr int64_t Endless = 1'000'000'000;

struct BenchStep
{
    const char *type; ///< "delay" (milliseconds an item), "work" (microseconds an item)
    double time = 0, jitter = 0;
};

struct BenchCase
{
    const char *name;
    std::vector<BenchStep> steps;
    int budget = 0;          ///< workers of all of them
    bool isParallel = false; ///< beside one another, behind one source and before a union; else in a row
};

const std::vector<BenchCase> cases{
    {"one", {{"delay", 1}}, 6},
    {"alike", {{"delay", 1}, {"delay", 1}}, 6},
    {"3:1", {{"delay", 1.5}, {"delay", 0.5}}, 6},
    {"falling", {{"delay", 1.2}, {"delay", 0.6}, {"delay", 0.3}}, 7},
    {"rising", {{"delay", 0.3}, {"delay", 0.6}, {"delay", 1.2}}, 7},
    {"three-alike", {{"delay", 0.6}, {"delay", 0.6}, {"delay", 0.6}}, 6},
    {"uneven", {{"delay", 0.2, 1.6}, {"delay", 0.5}}, 6},
    {"30:1", {{"delay", 3}, {"delay", 0.1}}, 8},
    {"waits-computes", {{"delay", 1}, {"work", 100}}, 6},
    {"computes-waits", {{"work", 200}, {"delay", 0.4}}, 4},
    {"side-by-side", {{"delay", 1}, {"delay", 0.4}}, 6, true},
    {"hollow", {{"delay", 0.8}, {"delay", 0.1}, {"delay", 0.4}}, 7},
};

const StepRegistry &registry()
{
    static const StepRegistry registry = [] {
        StepRegistry made;
        registerBuiltInSteps(made);
        return made;
    }();
    return registry;
}

std::string idOf(size_t step)
{
    return "step" + std::to_string(step);
}

Pipeline pipelineOf(const BenchCase &bench)
{
    Pipeline pipeline;
    pipeline.batching.size = 10;
    const auto add = [&pipeline](const std::string &id, const char *type, Members params) {
        PipelineStep step;
        step.id = id;
        step.type = type;
        step.params = std::move(params);
        pipeline.steps.push_back(std::move(step));
    };
    const auto link = [&pipeline](const std::string &from, const std::string &to) {
        Link made;
        made.fromStep = from;
        made.toStep = to;
        pipeline.links.push_back(std::move(made));
    };
    add("in", "generate", {{"count", Value(Endless)}});
    for (size_t i = 0; i < bench.steps.size(); ++i) {
        const BenchStep &step = bench.steps[i];
        const bool waits = std::string(step.type) == "delay";
        Members params{{waits ? "milliseconds" : "microseconds", Value(step.time)}};
        if (step.jitter > 0)
            params.emplace_back("jitter", Value(step.jitter));
        add(idOf(i), step.type, std::move(params));
        link(i == 0 || bench.isParallel ? "in" : idOf(i - 1), idOf(i));
    }
    std::string last = idOf(bench.steps.size() - 1);
    if (bench.isParallel) {
        add("union", "union", {});
        for (size_t i = 0; i < bench.steps.size(); ++i)
            link(idOf(i), "union");
        last = "union";
    }
    add("out", "discard", {});
    link(last, "out");
    return pipeline;
}

void rest(double seconds)
{
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

[[noreturn]] void giveUp(const std::string &message)
{
    std::fprintf(stderr, "millrace-bench-tuning: %s\n", message.c_str());
    std::exit(1);
}

std::unique_ptr<Run> started(const Pipeline &pipeline)
{
    auto run = Run::create(pipeline, registry(), {});
    if (!run)
        giveUp(run.error().message);
    (*run)->start();
    return *std::move(run);
}

struct Figures
{
    double rate = 0;    ///< items a second
    double latency = 0; ///< seconds in which 95 % come to the sink
};

/// Over a stretch of the run that begins now.
Figures measure(Run &run, double seconds)
{
    const RunSample first = run.sample();
    rest(seconds);
    const RunSample last = run.sample();
    Histogram::Counts counts = last.steps.back().latency;
    for (size_t i = 0; i < counts.size(); ++i)
        counts[i] -= first.steps.back().latency[i];
    return {double(last.itemsRead - first.itemsRead) / (last.activeSeconds - first.activeSeconds),
            Histogram::quantile(counts, 0.95) * 1e-9};
}

using Workers = std::vector<int>; ///< of each of the case's steps

void setWorkers(Run &run, const Workers &workers)
{
    for (size_t i = 0; i < workers.size(); ++i)
        run.setWorkers(idOf(i), workers[i]);
}

std::string text(const Workers &workers)
{
    std::string text;
    for (const int count : workers)
        text += (text.empty() ? "" : ", ") + std::to_string(count);
    return text;
}

/// Each way to give so many steps at least one worker, and all of them not more than `budget`.
void eachSetting(Workers &chosen, size_t steps, int budget, const std::function<void(const Workers &)> &visit)
{
    if (chosen.size() == steps)
        return visit(chosen);
    const int others = int(steps - chosen.size()) - 1;
    for (int count = 1; count <= budget - others; ++count) {
        chosen.push_back(count);
        eachSetting(chosen, steps, budget - count, visit);
        chosen.pop_back();
    }
}

struct Promise
{
    std::string step;
    double workerPromised = 0, workerCame = 0; ///< times the rate, with one worker more
    double queuePromised = 0, queueCame = 0;   ///< times the latency, with a queue twice as long
    double batchPromised = 0, batchCame = 0;   ///< times the rate, with batches twice as large
    double laterPromised = 0, laterCame = 0;   ///< times the latency, with these
};

/// The step that limits by the simulation, and what one more worker or a longer queue of it brings.
Promise promiseAndResult(Run &run, const Pipeline &pipeline)
{
    const auto measured = measuredModel(run.sample(), pipeline, int(std::thread::hardware_concurrency()));
    if (!measured)
        giveUp("the run has read nothing");
    const Simulation before = simulate(*measured);
    Promise promise;
    promise.step = before.limitedBy ? before.limitedBy->step : idOf(0);
    const auto place = std::ranges::find(measured->steps, promise.step, &SimulatedStep::id) - measured->steps.begin();
    const auto with = [&](auto change) {
        SimulationModel model = *measured;
        change(model.steps[size_t(place)]);
        return simulate(model);
    };
    promise.workerPromised = with([](SimulatedStep &step) { ++step.workers; }).itemsPerSecond / before.itemsPerSecond;
    const Simulation larger = simulate(withBatchSize(*measured, 2));
    promise.batchPromised = larger.itemsPerSecond / before.itemsPerSecond;
    promise.laterPromised = larger.latencyP95 / before.latencyP95;
    promise.queuePromised = with([](SimulatedStep &step) { step.queueSize *= 2; }).latencyP95 / before.latencyP95;
    const SimulatedStep &step = measured->steps[size_t(place)];
    const Figures was = measure(run, LongLook);
    run.setQueueSize(step.id, 2 * step.queueSize);
    rest(LongSettle);
    promise.queueCame = measure(run, LongLook).latency / was.latency;
    run.setQueueSize(step.id, step.queueSize);
    run.setWorkers(step.id, step.workers + 1);
    rest(LongSettle);
    promise.workerCame = measure(run, LongLook).rate / was.rate;
    run.setWorkers(step.id, step.workers);
    Pipeline other = pipeline;
    other.batching.size *= 2;
    const auto again = started(other);
    rest(First);
    const Figures withLarger = measure(*again, 2 * LongLook);
    again->cancel();
    promise.batchCame = withLarger.rate / was.rate;
    promise.laterCame = withLarger.latency / was.latency;
    return promise;
}

/// What a tuner makes of a run that begins with one worker a step.
Workers tuned(const BenchCase &bench, const Pipeline &pipeline)
{
    const auto run = started(pipeline);
    TuneWish wish;
    wish.budget.workers = bench.budget;
    Tuning tuning(wish, pipeline, registry(), int(std::thread::hardware_concurrency()), {});
    while (!tuning.isDone()) {
        for (const TuneMove &move : tuning.look(run->sample()))
            if (move.setting == TuneMove::Setting::Workers)
                run->setWorkers(move.step, move.to);
        rest(0.1);
    }
    Workers workers(bench.steps.size(), 1);
    for (const TuneMove &move : tuning.tuner().result())
        for (size_t i = 0; i < workers.size(); ++i)
            if (move.step == idOf(i))
                workers[i] = move.to;
    run->cancel();
    return workers;
}

struct Outcome
{
    const BenchCase *bench = nullptr;
    Promise promise;
    Workers best, tuned;
    double start = 0, bestRate = 0, tunedRate = 0;
    int tries = 0;
};

/// The best of many tries is partly luck: it and the tuned settings once more, in turn.
void compareAgain(Run &run, Outcome &outcome)
{
    std::vector<double> best, reached;
    for (int round = 0; round < Rounds; ++round)
        for (const bool isBest : {true, false}) {
            setWorkers(run, isBest ? outcome.best : outcome.tuned);
            rest(Settle);
            (isBest ? best : reached).push_back(measure(run, LongLook).rate);
        }
    const auto median = [](std::vector<double> &rates) {
        std::ranges::nth_element(rates, rates.begin() + Rounds / 2);
        return rates[Rounds / 2];
    };
    outcome.bestRate = median(best);
    outcome.tunedRate = median(reached);
}

Outcome tried(const BenchCase &bench)
{
    Outcome outcome;
    outcome.bench = &bench;
    const Pipeline pipeline = pipelineOf(bench);
    outcome.tuned = tuned(bench, pipeline);
    const auto run = started(pipeline);
    rest(First);
    outcome.promise = promiseAndResult(*run, pipeline);
    Workers chosen;
    eachSetting(chosen, bench.steps.size(), bench.budget, [&](const Workers &workers) {
        setWorkers(*run, workers);
        rest(Settle);
        const double rate = measure(*run, Look).rate;
        if (outcome.tries++ == 0)
            outcome.start = rate;
        if (rate > outcome.bestRate) {
            outcome.bestRate = rate;
            outcome.best = workers;
        }
    });
    if (outcome.tuned != outcome.best)
        compareAgain(*run, outcome);
    else
        outcome.tunedRate = outcome.bestRate;
    run->cancel();
    return outcome;
}

std::string times(const BenchCase &bench)
{
    std::string text;
    for (const BenchStep &step : bench.steps) {
        char part[64];
        std::snprintf(part, sizeof part, "%s%s %g", text.empty() ? "" : ", ", step.type, step.time);
        text += part;
        if (step.jitter > 0) {
            std::snprintf(part, sizeof part, "–%g", step.time + step.jitter);
            text += part;
        }
        text += std::string(step.type) == "work" ? " µs" : " ms";
    }
    return text + (bench.isParallel ? ", beside one another" : "");
}

void print(const std::vector<Outcome> &outcomes)
{
    std::printf(
        "\n| | an item takes | workers | settings | items/s with 1 each | best, with | tuned, with | of the best |\n"
        "|---|---|---|---|---|---|---|---|\n");
    for (const Outcome &o : outcomes)
        std::printf("| %s | %s | %d | %d | %.0f | %.0f, %s | %.0f, %s | %.3f%s |\n", o.bench->name,
                    times(*o.bench).c_str(), o.bench->budget, o.tries, o.start, o.bestRate, text(o.best).c_str(),
                    o.tunedRate, text(o.tuned).c_str(), o.tunedRate / o.bestRate,
                    o.tuned == o.best ? ", the same" : "");
    std::printf("\nTimes as much as before, promised and came:\n\n"
                "| | limiting step | its workers + 1: rate | its queue x 2: latency | batches x 2: rate | latency "
                "|\n|---|---|---|---|---|---|\n");
    for (const Outcome &o : outcomes)
        std::printf("| %s | %s | %.2f, %.2f | %.2f, %.2f | %.2f, %.2f | %.2f, %.2f |\n", o.bench->name,
                    o.promise.step.c_str(), o.promise.workerPromised, o.promise.workerCame, o.promise.queuePromised,
                    o.promise.queueCame, o.promise.batchPromised, o.promise.batchCame, o.promise.laterPromised,
                    o.promise.laterCame);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const std::vector<std::string> wanted(argv + 1, argv + argc);
    std::vector<Outcome> outcomes;
    for (const BenchCase &bench : cases) {
        if (!wanted.empty() && std::ranges::find(wanted, bench.name) == wanted.end())
            continue;
        outcomes.push_back(tried(bench));
        const Outcome &outcome = outcomes.back();
        std::fprintf(stderr, "%s: %.0f items/s, the best is %.0f\n", bench.name, outcome.tunedRate, outcome.bestRate);
    }
    if (outcomes.empty())
        giveUp("there is no such case");
    print(outcomes);
    const bool isMet = std::ranges::all_of(
        outcomes, [](const Outcome &outcome) { return outcome.tunedRate >= Target * outcome.bestRate; });
    return isMet ? 0 : 1;
}
