// SPDX-License-Identifier: MIT
#include "analysis/Simulation.h"

#include <QTest>

#include <cmath>

using namespace millrace;

namespace tst_simulation {

namespace {

SimulatedStep step(const char *id, double seconds, int workers = 1, double cpu = 0)
{
    SimulatedStep made;
    made.id = id;
    made.secondsPerBatch = seconds;
    made.cpuSecondsPerBatch = cpu;
    made.workers = workers;
    made.bytesPerBatch = 100;
    return made;
}

/// A row of steps; the source reads so many batches of one item.
SimulationModel row(std::vector<SimulatedStep> steps, uint64_t batches = 1000, int cores = 4)
{
    SimulationModel model;
    model.steps = std::move(steps);
    model.steps.front().batches = batches;
    for (size_t i = 0; i + 1 < model.steps.size(); ++i)
        model.links.push_back({i, i + 1});
    model.cores = cores;
    model.itemsRead = batches;
    return model;
}

bool isNear(double value, double expected, double share = 0.02)
{
    return std::abs(value - expected) <= share * expected;
}

} // namespace

class TestSimulation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theSlowestStepSetsThePace();
    void workersOfStepsThatWaitAddUp();
    void workersThatComputeShareTheCores();
    void fullQueuesHoldBack();
    void shortQueuesKeepNoWorkerIdle();
    void whatLiesBetweenBatchesCounts();
    void latencyIsThatOfQueuesAndSteps();
    void batchesAreSharedOutAsTheyWere();
    void branchesWaitForTheirSlowest();
    void longRunsAreScaled();
    void largerBatchesTakeLongerAndSaveWakingUp();
    void theAverageIsTheMeasuredOne();
    void itIsTheSameEachTime();
};

void TestSimulation::theSlowestStepSetsThePace()
{
    const Simulation found = simulate(row({step("read", 0.0001), step("slow", 0.01), step("write", 0.001)}));
    QVERIFY2(isNear(found.itemsPerSecond, 100), qPrintable(QString::number(found.itemsPerSecond)));
    QVERIFY(found.limitedBy && found.limitedBy->step == "slow");
}

void TestSimulation::workersOfStepsThatWaitAddUp()
{
    const Simulation found = simulate(row({step("read", 0.0001), step("slow", 0.01, 5), step("write", 0.0001)}));
    QVERIFY2(isNear(found.itemsPerSecond, 500), qPrintable(QString::number(found.itemsPerSecond)));
}

void TestSimulation::workersThatComputeShareTheCores()
{
    const Simulation found =
        simulate(row({step("read", 0.0001), step("work", 0.01, 8, 0.01), step("write", 0.0001)}, 1000, 2));
    QVERIFY2(isNear(found.itemsPerSecond, 200), qPrintable(QString::number(found.itemsPerSecond)));
    QVERIFY(found.limitedBy && found.limitedBy->kind == Limit::Kind::Cores);
}

void TestSimulation::fullQueuesHoldBack()
{
    SimulationModel model = row({step("read", 0.0001), step("slow", 0.01), step("write", 0.0001)});
    model.steps[1].queueSize = 5;
    const Simulation few = simulate(model);
    model.steps[1].queueSize = 50;
    const Simulation many = simulate(model);
    model.steps[1].queueSize = 0;
    const Simulation any = simulate(model);
    // What waits, and what is at work: six batches or so, fifty or so, all of them.
    QVERIFY2(few.memoryBytes >= 600 && few.memoryBytes <= 900, qPrintable(QString::number(few.memoryBytes)));
    QVERIFY2(many.memoryBytes >= 5100 && many.memoryBytes <= 5400, qPrintable(QString::number(many.memoryBytes)));
    QVERIFY2(any.memoryBytes >= 90'000, qPrintable(QString::number(any.memoryBytes)));
    QVERIFY(isNear(few.itemsPerSecond, many.itemsPerSecond));
}

void TestSimulation::shortQueuesKeepNoWorkerIdle()
{
    SimulationModel model = row({step("read", 0.0001), step("slow", 0.016, 8), step("quick", 0.0001)});
    model.steps[2].queueSize = 1;
    QVERIFY2(isNear(simulate(model).itemsPerSecond, 500), qPrintable(QString::number(simulate(model).itemsPerSecond)));
}

void TestSimulation::whatLiesBetweenBatchesCounts()
{
    SimulationModel model = row({step("read", 0.0001), step("slow", 0.008, 2), step("write", 0.0001)});
    model.steps[1].secondsBetween = 0.002;
    QVERIFY2(isNear(simulate(model).itemsPerSecond, 200), qPrintable(QString::number(simulate(model).itemsPerSecond)));
}

void TestSimulation::latencyIsThatOfQueuesAndSteps()
{
    SimulationModel model = row({step("read", 0.0001), step("slow", 0.01), step("write", 0.001)});
    model.steps[1].queueSize = 5;
    // Six before it or at it, and one in the source's hand.
    const double p95 = simulate(model).latencyP95;
    QVERIFY2(p95 > 0.055 && p95 < 0.075, qPrintable(QString::number(p95)));
}

void TestSimulation::batchesAreSharedOutAsTheyWere()
{
    SimulationModel model = row({step("read", 0.0001), step("first", 0.001), step("half", 0.01)});
    model.links[1].share = 0.5;
    QVERIFY2(isNear(simulate(model).itemsPerSecond, 200), qPrintable(QString::number(simulate(model).itemsPerSecond)));
    model.links[1].share = 2;
    QVERIFY2(isNear(simulate(model).itemsPerSecond, 50), qPrintable(QString::number(simulate(model).itemsPerSecond)));
}

void TestSimulation::branchesWaitForTheirSlowest()
{
    SimulationModel model = row({step("read", 0.0001), step("a", 0.001), step("b", 0.02), step("end", 0.0001)});
    model.links = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};
    QVERIFY2(isNear(simulate(model).itemsPerSecond, 50), qPrintable(QString::number(simulate(model).itemsPerSecond)));
}

void TestSimulation::largerBatchesTakeLongerAndSaveWakingUp()
{
    SimulationModel model = row({step("read", 0.0001), step("slow", 0.01), step("write", 0.0001)});
    const Simulation before = simulate(model);
    const Simulation larger = simulate(withBatchSize(model, 4));
    QVERIFY2(isNear(larger.itemsPerSecond, before.itemsPerSecond), qPrintable(QString::number(larger.itemsPerSecond)));
    QVERIFY2(isNear(larger.latencyP95, 4 * before.latencyP95, 0.1), qPrintable(QString::number(larger.latencyP95)));
    QVERIFY(isNear(double(larger.memoryBytes), 4 * double(before.memoryBytes)));
    model.steps[1].secondsBetween = 0.01; // half the time
    const double slow = simulate(model).itemsPerSecond, fast = simulate(withBatchSize(model, 4)).itemsPerSecond;
    QVERIFY2(isNear(fast / slow, 20.0 / 12.5), qPrintable(QString::number(fast / slow)));
}

void TestSimulation::longRunsAreScaled()
{
    const Simulation found = simulate(row({step("read", 1e-6), step("slow", 1e-5)}, 10'000'000));
    QVERIFY2(isNear(found.itemsPerSecond, 100'000), qPrintable(QString::number(found.itemsPerSecond)));
}

void TestSimulation::theAverageIsTheMeasuredOne()
{
    SimulatedStep uneven = step("uneven", 0.01);
    uneven.p50 = 0.005;
    uneven.p95 = 0.03;
    uneven.p99 = 0.05;
    uneven.max = 0.2;
    const Simulation found = simulate(row({step("read", 0.0001), uneven, step("write", 0.0001)}, 20'000));
    QVERIFY2(isNear(found.itemsPerSecond, 100, 0.05), qPrintable(QString::number(found.itemsPerSecond)));
}

void TestSimulation::itIsTheSameEachTime()
{
    SimulatedStep uneven = step("uneven", 0.01, 3);
    uneven.p50 = uneven.p95 = 0.01;
    uneven.p99 = uneven.max = 0.02;
    const SimulationModel model = row({step("read", 0.0001), uneven, step("write", 0.0001)});
    QCOMPARE(simulate(model).itemsPerSecond, simulate(model).itemsPerSecond);
    QCOMPARE(simulate(model).latencyP95, simulate(model).latencyP95);
}

} // namespace tst_simulation

QTEST_APPLESS_MAIN(tst_simulation::TestSimulation)
#include "tst_simulation.moc"
