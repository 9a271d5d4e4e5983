// SPDX-License-Identifier: MIT
// Independent sources and branches share the cores, told by the work that each has had when the first is through.
#include "TestPlan.h"

#include "metrics/Clock.h"

#include <array>
#include <atomic>

using namespace millrace;
using namespace millrace::test;

namespace tst_fairness {

namespace {

constexpr int Chains = 5;
constexpr int64_t Batches = 3'000;

/// How far each of some chains is, and how far the others were when the first was through.
struct Progress
{
    std::array<std::atomic<int64_t>, Chains> done{};
    std::atomic<bool> isOneThrough{false};
    std::array<int64_t, Chains> then{};

    void add(int chain)
    {
        if (++done[size_t(chain)] < Batches || isOneThrough.exchange(true))
            return;
        for (size_t i = 0; i < done.size(); ++i)
            then[i] = done[i];
    }
};

void compute(uint64_t nanoseconds)
{
    const uint64_t end = threadCpuNanoseconds() + nanoseconds;
    while (threadCpuNanoseconds() < end) {
    }
}

/// A source and a step that computes for so long a batch. Returns the step's index.
int addChain(Plan &plan, Progress &progress, int number, uint64_t nanoseconds)
{
    const int source = int(plan.plan.steps.size());
    plan.source(Batches, 1, "source" + std::to_string(number));
    plan.add("step" + std::to_string(number), StepKind::Transform, [&progress, number, nanoseconds](int) {
        return new FunctionStep([&progress, number, nanoseconds](Batch &batch) -> Result<> {
            if (batch.isEmpty())
                return {};
            compute(nanoseconds);
            progress.add(number);
            return {};
        });
    });
    plan.link(source, source + 1);
    return source + 1;
}

void runToEnd(const Plan &plan, int cores)
{
    RunOptions options;
    options.cores = cores;
    auto run = Run::create(plan.plan, options);
    QVERIFY(run.has_value());
    (*run)->start();
    QVERIFY((*run)->waitForDone(Patience));
    QCOMPARE(int((*run)->outcome().state), int(RunState::Finished));
}

} // namespace

class tst_fairness : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void chainsShareTheCores_data();
    void chainsShareTheCores();
    void chainsOfUnequalTurnsShareTheCores();
    void sourcesOfAMergeShareTheCores();
    void aMergeTakesNoMoreThanItPassesOn();
    void whatIsReadyWaitsForACore();
};

void tst_fairness::chainsShareTheCores_data()
{
    QTest::addColumn<int>("cores");
    QTest::newRow("1 core") << 1;
    QTest::newRow("2 cores") << 2;
}

void tst_fairness::chainsShareTheCores()
{
    QFETCH(int, cores);
    Plan plan;
    Progress progress;
    for (int i = 0; i < Chains; ++i) {
        const int step = addChain(plan, progress, i, 20'000);
        plan.sink("sink" + std::to_string(i));
        plan.link(step, step + 1);
    }
    runToEnd(plan, cores);
    for (const int64_t done : progress.then)
        QVERIFY2(done >= Batches / 2, std::to_string(done).c_str());
}

void tst_fairness::chainsOfUnequalTurnsShareTheCores()
{
    // The longer the turns the fewer of them: what counts is time on a core.
    Plan plan;
    Progress progress;
    for (int i = 0; i < Chains; ++i) {
        const int step = addChain(plan, progress, i, i == 0 ? 400'000 : 20'000);
        plan.sink("sink" + std::to_string(i));
        plan.link(step, step + 1);
    }
    runToEnd(plan, 1);
    QVERIFY2(progress.then[0] >= Batches / 40, std::to_string(progress.then[0]).c_str());
    for (int i = 1; i < Chains; ++i)
        QVERIFY2(progress.then[size_t(i)] >= Batches / 2, std::to_string(progress.then[size_t(i)]).c_str());
}

void tst_fairness::sourcesOfAMergeShareTheCores()
{
    Plan plan;
    Progress progress;
    std::vector<int> steps;
    for (int i = 0; i < Chains; ++i)
        steps.push_back(addChain(plan, progress, i, 10'000));
    plan.add("merge", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Merge;
    const int merge = int(plan.plan.steps.size()) - 1;
    plan.sink();
    for (const int step : steps)
        plan.link(step, merge);
    plan.link(merge, merge + 1);
    runToEnd(plan, 1);
    for (const int64_t done : progress.then)
        QVERIFY2(done >= Batches / 2, std::to_string(done).c_str());
}

void tst_fairness::aMergeTakesNoMoreThanItPassesOn()
{
    std::atomic<int64_t> made{0};
    int64_t written = 0, mostAhead = 0;
    Plan plan;
    for (int i = 0; i < 2; ++i) {
        plan.source(Batches, 1, "source" + std::to_string(i));
        plan.add("count" + std::to_string(i), StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &) -> Result<> {
                ++made;
                return {};
            });
        });
        plan.link(2 * i, 2 * i + 1);
    }
    plan.add("merge", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Merge;
    plan.add("slow", StepKind::Transform, [&](int) {
        return new FunctionStep([&](Batch &) -> Result<> {
            compute(10'000);
            mostAhead = std::max(mostAhead, made - ++written);
            return {};
        });
    });
    plan.sink();
    plan.link(1, 4);
    plan.link(3, 4);
    plan.link(4, 5);
    plan.link(5, 6);
    runToEnd(plan, 2);
    QCOMPARE(written, 2 * Batches);
    QVERIFY2(mostAhead <= 200, std::to_string(mostAhead).c_str()); // queues of 10, and what is at work
}

void tst_fairness::whatIsReadyWaitsForACore()
{
    // On one core a chain has it while the other waits: both together wait for about as long as the run takes.
    Plan plan;
    Progress progress;
    for (int i = 0; i < 2; ++i) {
        const int step = addChain(plan, progress, i, 50'000);
        plan.sink("sink" + std::to_string(i));
        plan.link(step, step + 1);
    }
    RunOptions options;
    options.cores = 1;
    const auto run = plan.start(options);
    bool wasSeen = false;
    while (!run->waitForDone(1))
        for (const StepSample &step : run->sample().steps)
            wasSeen |= step.state == StepState::WaitingForCore;
    QVERIFY(wasSeen);
    const RunSample sample = run->sample();
    for (const StepSample &step : sample.steps) {
        if (!step.id.starts_with("step"))
            continue;
        QVERIFY2(double(step.waitingForCore) * 1e-9 >= sample.seconds / 10,
                 std::to_string(step.waitingForCore).c_str());
        QVERIFY(double(step.busy + step.blocked + step.starved + step.waitingForCore) * 1e-9 <= sample.seconds * 1.01);
    }
}

} // namespace tst_fairness

QTEST_GUILESS_MAIN(tst_fairness::tst_fairness)
#include "tst_fairness.moc"
