// SPDX-License-Identifier: MIT
// Random graphs under random changes, against a plain sequential oracle. MILLRACE_STRESS: how many graphs (else a few
// hundred); MILLRACE_STRESS_SEED: the first one's seed.
#include "RandomGraph.h"

#include "engine/Run.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_stress {

namespace {

enum class Meddling { None, Changes, Stop, Cancel };

std::string shown(const std::vector<std::vector<int64_t>> &items, size_t around)
{
    std::string text;
    for (size_t i = around > 3 ? around - 3 : 0; i < items.size() && i < around + 4; ++i) {
        text += " [" + std::to_string(i) + "]";
        for (const int64_t number : items[i])
            text += " " + std::to_string(number);
    }
    return text.empty() ? " nothing" : text;
}

/// Empty, or how the items differ.
std::string difference(std::vector<std::vector<int64_t>> got,
                       std::vector<std::vector<int64_t>> wanted,
                       bool isOrdered,
                       bool isPrefixEnough)
{
    if (!isOrdered) {
        std::sort(got.begin(), got.end());
        std::sort(wanted.begin(), wanted.end());
    }
    if (isPrefixEnough && isOrdered && got.size() < wanted.size())
        wanted.resize(got.size());
    for (size_t i = 0; i < std::max(got.size(), wanted.size()); ++i)
        if (i >= got.size() || i >= wanted.size() || got[i] != wanted[i])
            return "got " + std::to_string(got.size()) + " items:" + shown(got, i) + "\n  want "
                   + std::to_string(wanted.size()) + ":" + shown(wanted, i);
    return {};
}

/// Changes workers, queues and pauses at random until the run is over.
void meddle(Run &run, const RandomGraph &graph, Meddling how, uint64_t seed)
{
    std::mt19937_64 random(seed);
    const auto draw = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
    int left = draw(0, 12);
    while (!run.isDone() && left-- > 0) {
        const std::string &step = graph.changeable[size_t(draw(0, int(graph.changeable.size()) - 1))];
        switch (draw(0, 3)) {
        case 0: run.setWorkers(step, draw(1, 5)); break;
        case 1: run.setQueueSize(step, draw(0, 5)); break;
        case 2:
            run.pause();
            std::this_thread::yield();
            run.resume();
            break;
        case 3: (void)run.sample(); break;
        }
        for (int i = draw(0, 50); i > 0; --i)
            std::this_thread::yield();
    }
    if (how == Meddling::Stop)
        run.stop();
    else if (how == Meddling::Cancel)
        run.cancel();
}

std::string describe(const RandomGraph &graph)
{
    static const char *kinds[] = {"source", "transform", "combine", "sink"};
    std::string text;
    for (const PlannedStep &step : graph.plan.steps)
        text += step.id + ":" + kinds[int(step.kind)] + "/" + std::to_string(int(step.combine)) + " w"
                + std::to_string(step.workers) + " q" + std::to_string(step.queueSize)
                + (step.isOrdered ? " ordered" : "") + (step.retries ? " retries" : "") + "\n";
    for (const PlannedLink &link : graph.plan.links)
        text += std::to_string(link.from) + "." + std::to_string(link.port) + "->" + std::to_string(link.to) + " ";
    return text;
}

uint64_t batchesMoved(const RunSample &sample)
{
    uint64_t batches = 0;
    for (const StepSample &step : sample.steps)
        batches += step.batchesIn + step.batchesOut;
    return batches;
}

/// Empty, or what went wrong with the graph of that seed.
std::string runGraph(uint64_t seed, GraphWishes wishes, Meddling how)
{
    std::mt19937_64 random(seed);
    const RandomGraph graph = makeRandomGraph(random, wishes);
    RunOptions options;
    options.cores = int(random() % 4) + 1;
    options.memory = random() % 3 == 0 ? 1 : 1 << 20;
    options.bytesUnderWay = random() % 2 == 0 ? 1 : 1 << 20;
    auto run = Run::create(graph.plan, options);
    if (!run)
        return run.error().message;
    (*run)->start();
    if (how != Meddling::None)
        meddle(**run, graph, how, seed);
    uint64_t moved = 0;
    while (!(*run)->waitForDone(30'000)) {
        // Slow isn't stuck: under a sanitizer, on a machine that has other work to do.
        if (const uint64_t now = batchesMoved((*run)->sample()); now != moved) {
            moved = now;
            continue;
        }
        std::cerr << "hangs: seed " << seed << "\n" << describe(graph) << std::endl;
        for (const StepSample &step : (*run)->sample().steps)
            std::cerr << step.id << " state " << int(step.state) << " active " << step.activeWorkers << " queued "
                      << step.queue.depth << "/" << step.queue.capacity << " held " << step.queue.held << " in "
                      << step.batchesIn << " out " << step.batchesOut << std::endl;
        std::abort(); // a core dump says more than a message
    }
    const RunOutcome outcome = (*run)->outcome();
    const bool isCut = how == Meddling::Stop || how == Meddling::Cancel;
    if (!graph.firstError.empty() && !isCut) {
        if (outcome.state != RunState::Failed || outcome.error.message != graph.firstError)
            return "fails with \"" + outcome.error.message + "\", not \"" + graph.firstError + "\"\n" + describe(graph);
        return {};
    }
    if (!isCut && outcome.state != RunState::Finished)
        return "ends as " + std::to_string(int(outcome.state)) + ": " + outcome.error.message + "\n" + describe(graph);
    if (graph.race && graph.race->slowest < 5)
        return "when a source was through another had fetched " + std::to_string(graph.race->slowest)
               + " batches only\n" + describe(graph);
    for (const ExpectedSink &sink : graph.sinks) {
        const bool isFinished = outcome.state == RunState::Finished;
        const bool wasMaybeOpened = how != Meddling::Cancel; // a cancelled run may end before it has opened anything
        if (sink.collected->isCommitted != isFinished || (wasMaybeOpened && sink.collected->isAbandoned == isFinished))
            return "a sink was not closed as the run ended\n" + describe(graph);
        if (isCut && (!graph.isChain || !sink.isOrdered))
            continue;
        const std::string problem = difference(sink.collected->items, sink.stream.numbers(), sink.isOrdered, isCut);
        if (!problem.empty())
            return problem + "\n" + describe(graph);
    }
    return {};
}

} // namespace

class tst_stress : public QObject
{
    Q_OBJECT

    uint64_t m_seed = 1;
    int m_count = 250;

    void runAll(GraphWishes wishes, Meddling how)
    {
        for (int i = 0; i < m_count; ++i) {
            const std::string problem = runGraph(m_seed + uint64_t(i), wishes, how);
            QVERIFY2(problem.empty(), ("seed " + std::to_string(m_seed + uint64_t(i)) + ": " + problem).c_str());
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (qEnvironmentVariableIsSet("MILLRACE_STRESS"))
            m_count = qEnvironmentVariableIntValue("MILLRACE_STRESS");
        if (qEnvironmentVariableIsSet("MILLRACE_STRESS_SEED"))
            m_seed = qEnvironmentVariable("MILLRACE_STRESS_SEED").toULongLong();
    }
    void everyItemArrivesOnceInOrder() { runAll({}, Meddling::None); }
    void changesWhileRunningLoseNothing() { runAll({}, Meddling::Changes); }
    void theFirstErrorIsTheSameEveryTime() { runAll({.mustBeChain = true, .mayStopOnError = true}, Meddling::None); }
    void aStoppedChainHasWrittenAPrefix() { runAll({.mustBeChain = true}, Meddling::Stop); }
    void stopEndsAnyGraph() { runAll({}, Meddling::Stop); }
    void everySourceMoves()
    {
        for (int i = 0; i < std::max(m_count / 25, 1); ++i) {
            const uint64_t seed = m_seed + uint64_t(i);
            const std::string problem = runGraph(seed, {.longSources = 2 + i % 4}, Meddling::None);
            QVERIFY2(problem.empty(), ("seed " + std::to_string(seed) + ": " + problem).c_str());
        }
    }
    void cancelEndsAnyGraph() { runAll({}, Meddling::Cancel); }
};

} // namespace tst_stress

QTEST_GUILESS_MAIN(tst_stress::tst_stress)
#include "tst_stress.moc"
