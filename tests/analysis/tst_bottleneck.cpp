// SPDX-License-Identifier: MIT
#include "analysis/Bottleneck.h"

#include <QTest>

using namespace millrace;

namespace tst_bottleneck {

namespace {

constexpr uint64_t Second = 1'000'000'000;

StepSample step(const char *id, int workers, double busy, double cpu, uint64_t batches = 1000)
{
    StepSample sample;
    sample.id = id;
    sample.workers = workers;
    sample.busy = uint64_t(busy * double(Second));
    sample.cpu = uint64_t(cpu * double(Second));
    sample.batchesIn = sample.batchesOut = batches;
    sample.itemsIn = sample.itemsOut = batches * 10;
    sample.queue.capacity = 5;
    return sample;
}

/// Ten seconds of a run of a source, these steps and a sink.
RunSample run(std::vector<StepSample> steps)
{
    RunSample sample;
    sample.seconds = sample.activeSeconds = 10;
    sample.itemsRead = 10'000;
    sample.steps.push_back(step("source", 1, 0.5, 0.5));
    sample.steps.back().isSource = true;
    for (StepSample &one : steps)
        sample.steps.push_back(std::move(one));
    sample.steps.push_back(step("sink", 1, 0.5, 0.5));
    sample.steps.back().isSink = true;
    return sample;
}

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

} // namespace

class TestBottleneck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBusiestStepLimits();
    void itsEvidenceIsSaid();
    void oneMoreWorkerHelpsUpToTheNextLimit();
    void oneMoreWorkerHelpsUpToTheCores();
    void fullCoresLimit();
    void aStepThatWaitsIsNoMatterOfCores();
    void aBusyMachineIsNoWaiting();
    void othersLeaveLessToOneMoreWorker();
    void othersMakeNoStepWait();
    void noStepThatUsesLittleUsesMost();
    void aSourceCanLimit();
    void aSinkCanLimit();
    void aShortRunIsNotSure();
    void anIdleRunHasNoClearLimit();
    void nothingRunNothingSaid();
    void aStretchOfARunIsJudgedByItself();
    void whatChildrenComputeIsComputed();
    void coresThatChildrenUseAreNotFree();
    void whereChildrenAreUnknownNothingIsForetold();
    void halfBusyWithAnEmptyQueueIsNoLimit();
    void halfBusyWithAFullQueueIs();
    void twoThatAreAsBusyAreBothNamed();
    void whatIsShownStaysUntilItIsClearlyPassed();
    void whatIsMeasuredShortlyIsNotForetold();
    void aRateThatIsKeptToIsNamedAndNoWorkerIsAskedFor();
};

void TestBottleneck::aRateThatIsKeptToIsNamedAndNoWorkerIsAskedFor()
{
    StepSample throttle = step("throttle", 1, 0.1, 0.1);
    throttle.paced = throttle.paused = uint64_t(9.8 * double(Second));
    const auto limit = findLimit(run({step("work", 1, 3, 3), throttle}), 2);
    QVERIFY(limit && limit->isClear);
    QCOMPARE(text(limit->step), QStringLiteral("throttle"));
    QVERIFY(!limit->oneMoreWorker);
    QVERIFY2(limit->why.find("its worker was holding items back, to keep to its rate, for 99 % of the time")
                     != std::string::npos
                 && limit->why.find("a higher rate makes it faster") != std::string::npos,
             limit->why.c_str());
}

/// Two workers of a Python step on two cores: their threads wait, and their children compute.
void TestBottleneck::whatChildrenComputeIsComputed()
{
    StepSample python = step("python", 2, 19, 0.6);
    python.waits = true; // by what the engine sees of its threads
    QVERIFY(findLimit(run({python}), 8)->kind == Limit::Kind::Waiting);
    python.childCpu = 17 * Second;
    const auto limit = findLimit(run({python}), 8);
    QVERIFY(limit && limit->kind == Limit::Kind::Workers);
    QVERIFY2(!text(limit->why).contains(QLatin1String("it waits")), limit->why.c_str());
    QVERIFY(limit->oneMoreWorker && qAbs(limit->oneMoreWorker->gain - 1.5) < 1e-9); // there are cores for it
}

void TestBottleneck::coresThatChildrenUseAreNotFree()
{
    StepSample python = step("python", 2, 19, 0.6);
    python.childCpu = 17 * Second;
    const auto full = findLimit(run({python}), 2);
    QVERIFY(full && full->kind == Limit::Kind::Cores && full->isClear && !full->oneMoreWorker);
    QVERIFY2(text(full->why).contains(QLatin1String("in its child processes")), full->why.c_str());
    // With a little less they aren't full, but a third worker still finds no core of its own.
    python.childCpu = 14 * Second;
    const auto nearly = findLimit(run({python}), 2);
    QVERIFY(nearly && nearly->kind == Limit::Kind::Workers && nearly->oneMoreWorker);
    QVERIFY2(nearly->oneMoreWorker->gain < 1.25, qPrintable(QString::number(nearly->oneMoreWorker->gain)));
    QVERIFY(nearly->oneMoreWorker->nextLimit.empty()); // the cores
}

void TestBottleneck::whereChildrenAreUnknownNothingIsForetold()
{
    StepSample python = step("python", 2, 19, 0.6);
    python.lacksChildCpu = true;
    const auto limit = findLimit(run({python}), 2);
    QVERIFY(limit && limit->isClear && !limit->oneMoreWorker);
    QVERIFY(limit->kind == Limit::Kind::Workers);
    QVERIFY2(!text(limit->why).contains(QLatin1String("core")), limit->why.c_str());
}

void TestBottleneck::halfBusyWithAnEmptyQueueIsNoLimit()
{
    StepSample half = step("half", 2, 10.8, 10.8);
    half.queue.mean = 0.1;
    const auto limit = findLimit(run({half}), 8);
    QVERIFY(limit && !limit->isClear && !limit->oneMoreWorker);
    QVERIFY2(limit->why.starts_with("No step clearly limits the run; the busiest is the step \"half\""),
             limit->why.c_str());
}

void TestBottleneck::halfBusyWithAFullQueueIs()
{
    StepSample half = step("half", 2, 12, 12), idle = step("idle", 1, 7, 7);
    half.queue.mean = 4.5;
    const auto limit = findLimit(run({idle, half}), 8);
    QVERIFY(limit && limit->isClear);
    QCOMPARE(text(limit->step), QStringLiteral("half")); // though the other one is busier
}

void TestBottleneck::twoThatAreAsBusyAreBothNamed()
{
    const auto limit = findLimit(run({step("a", 1, 9.6, 9.6), step("b", 2, 19.5, 19.5), step("c", 1, 8, 8)}), 8);
    QVERIFY(limit && limit->isClear);
    QCOMPARE(text(limit->step), QStringLiteral("b"));
    QCOMPARE(limit->sharedWith.size(), size_t(1));
    QCOMPARE(text(limit->sharedWith[0].step), QStringLiteral("a"));
    QCOMPARE(limit->sharedWith[0].share, 0.96);
    QCOMPARE(
        text(limit->why),
        QStringLiteral("The steps \"b\" and \"a\" limit the run together: their workers were busy for 98 % and 96 % "
                       "of the time; one of them alone can't make it faster."));
    QVERIFY(limit->isAt("a") && limit->isAt("b") && !limit->isAt("c"));
    QVERIFY(limit->oneMoreWorker && limit->oneMoreWorker->gain < 1.03);
}

void TestBottleneck::whatIsShownStaysUntilItIsClearlyPassed()
{
    Limit shown;
    shown.step = "a";
    const auto both = findLimit(run({step("a", 1, 9.1, 9.1), step("b", 1, 9.9, 9.9)}), 8, {}, &shown);
    QVERIFY(both && both->step == "a" && both->isAt("b"));
    const auto alone = findLimit(run({step("a", 1, 9.1, 9.1), step("b", 1, 9.9, 9.9)}), 8);
    QVERIFY(alone && alone->step == "b" && !alone->isAt("a"));
    const auto passed = findLimit(run({step("a", 1, 8.7, 8.7), step("b", 1, 9.9, 9.9)}), 8, {}, &shown);
    QVERIFY(passed && passed->step == "b" && !passed->isAt("a"));
}

void TestBottleneck::whatIsMeasuredShortlyIsNotForetold()
{
    RunSample sample = run({step("heavy", 1, 0.29, 0.29)});
    sample.seconds = sample.activeSeconds = 0.3;
    sample.steps.front().busy = sample.steps.back().busy = 0;
    const auto early = findLimit(sample, 8);
    QVERIFY(early && early->step == "heavy" && !early->isClear && !early->oneMoreWorker);
    sample.seconds = sample.activeSeconds = 0.8;
    sample.steps[1].busy = sample.steps[1].cpu = uint64_t(0.78 * double(Second));
    const auto known = findLimit(sample, 8);
    QVERIFY(known && known->isClear && !known->oneMoreWorker);
    sample.seconds = sample.activeSeconds = 1.2;
    sample.steps[1].busy = sample.steps[1].cpu = uint64_t(1.18 * double(Second));
    QVERIFY(findLimit(sample, 8)->oneMoreWorker);
    sample.steps[1].batchesIn = sample.steps[1].batchesOut = 4;
    const auto few = findLimit(sample, 8);
    QVERIFY(!few->isClear && !few->oneMoreWorker);
    QVERIFY2(text(few->why).endsWith(QLatin1String("Too few batches went through (4) to be sure.")), few->why.c_str());
}

void TestBottleneck::theBusiestStepLimits()
{
    const auto limit = findLimit(run({step("light", 1, 3, 3), step("heavy", 2, 19, 9.9), step("light2", 1, 3, 3)}), 8);
    QVERIFY(limit);
    QCOMPARE(text(limit->step), QStringLiteral("heavy"));
    QVERIFY(limit->kind == Limit::Kind::Workers);
    QVERIFY(limit->isClear);
    QCOMPARE(limit->share, 0.95);
}

void TestBottleneck::itsEvidenceIsSaid()
{
    StepSample before = step("before", 1, 2, 2), heavy = step("heavy", 3, 29.1, 29), after = step("after", 2, 2, 2);
    before.blocked = 7 * Second;
    after.starved = 16 * Second;
    heavy.queue.mean = 4.8;
    const auto limit = findLimit(run({before, heavy, after}), 8);
    QVERIFY(limit);
    QCOMPARE(
        text(limit->why),
        QStringLiteral(
            "The step \"heavy\" limits the run: its 3 workers were busy for 97 % of the time, its queue held 4.8 of 5 "
            "batches on average; \"before\" was held back for 70 %, \"after\" had nothing to do for 80 %."));
    const auto named =
        findLimit(run({before, heavy, after}), 8, [](const std::string &id) { return "The " + id + " one"; });
    QCOMPARE(named->step, std::string("heavy"));
    QVERIFY(named->why.starts_with("The step \"The heavy one\" limits the run: "));
    QVERIFY(named->why.find("\"The before one\" was held back") != std::string::npos);
}

void TestBottleneck::oneMoreWorkerHelpsUpToTheNextLimit()
{
    const auto limit = findLimit(run({step("heavy", 1, 10, 10), step("next", 1, 8, 8)}), 8);
    QVERIFY(limit && limit->oneMoreWorker);
    QCOMPARE(limit->oneMoreWorker->workers, 2);
    QCOMPARE(limit->oneMoreWorker->gain, 1.25);
    QCOMPARE(limit->oneMoreWorker->itemsPerSecond, 1250.0);
    QCOMPARE(text(limit->oneMoreWorker->nextLimit), QStringLiteral("next"));
}

void TestBottleneck::oneMoreWorkerHelpsUpToTheCores()
{
    const auto limit = findLimit(run({step("heavy", 1, 10, 10), step("next", 1, 5, 5)}), 2);
    QVERIFY(limit && limit->oneMoreWorker);
    QVERIFY(qAbs(limit->oneMoreWorker->gain - 20.0 / 16.0) < 1e-9); // 2 cores for 16 s of computing
    QVERIFY(limit->oneMoreWorker->nextLimit.empty());
}

void TestBottleneck::fullCoresLimit()
{
    const auto limit = findLimit(run({step("a", 4, 30, 9), step("b", 4, 38, 10)}), 2);
    QVERIFY(limit);
    QVERIFY(limit->kind == Limit::Kind::Cores);
    QCOMPARE(text(limit->step), QStringLiteral("b"));
    QVERIFY(!limit->oneMoreWorker);
    QVERIFY2(text(limit->why)
                 .startsWith(QLatin1String("The machine's 2 cores limit the run: 100 % of their time was used, most of "
                                           "it by \"b\" (50 % of that)")),
             limit->why.c_str());
}

void TestBottleneck::aStepThatWaitsIsNoMatterOfCores()
{
    const auto limit = findLimit(run({step("web", 16, 158, 0.4), step("next", 1, 1, 1)}), 2);
    QVERIFY(limit);
    QVERIFY(limit->kind == Limit::Kind::Waiting);
    QVERIFY2(text(limit->why).contains(QLatin1String("it waits more than it computes")), limit->why.c_str());
    QVERIFY(qAbs(limit->oneMoreWorker->gain - 17.0 / 16.0) < 1e-9);
}

void TestBottleneck::aBusyMachineIsNoWaiting()
{
    const auto limit = findLimit(run({step("heavy", 1, 9.5, 3.8)}), 2);
    QVERIFY(limit && limit->kind == Limit::Kind::Workers);
    QVERIFY2(
        text(limit->why).endsWith(QLatin1String("it had a core for 40 % of that time only, for others use them too.")),
        limit->why.c_str());
}

/// Predicted after what a step that computes got on two cores beside one other program: 6.1, 5.1 and 4.9 s with 1, 2 and 3 workers.
void TestBottleneck::othersLeaveLessToOneMoreWorker()
{
    RunSample sample = run({step("heavy", 1, 9.5, 9.5)});
    QVERIFY(qAbs(findLimit(sample, 2)->oneMoreWorker->gain - 2 * 9.5 / 10.5) < 1e-9); // the cores alone
    sample.othersSeconds = 9;
    const auto limit = findLimit(sample, 2);
    QVERIFY(limit && limit->oneMoreWorker);
    QVERIFY(limit->kind == Limit::Kind::Workers);
    QVERIFY2(limit->oneMoreWorker->gain > 1.1 && limit->oneMoreWorker->gain < 1.4,
             qPrintable(QString::number(limit->oneMoreWorker->gain)));
    // Where others keep the step from the cores for half of its time, so they will the next worker.
    sample.steps[1].cpu = 5 * Second;
    sample.othersSeconds = 13;
    const auto heldUp = findLimit(sample, 2);
    QVERIFY(heldUp && heldUp->oneMoreWorker);
    QVERIFY2(heldUp->oneMoreWorker->gain > 1.2 && heldUp->oneMoreWorker->gain < 1.8,
             qPrintable(QString::number(heldUp->oneMoreWorker->gain)));
}

void TestBottleneck::othersMakeNoStepWait()
{
    RunSample sample = run({step("heavy", 3, 28, 9)});
    sample.steps[1].waits = true; // by what the engine has seen
    QVERIFY(findLimit(sample, 2)->kind == Limit::Kind::Waiting);
    sample.othersSeconds = 9;
    QVERIFY(findLimit(sample, 2)->kind == Limit::Kind::Workers);
}

void TestBottleneck::noStepThatUsesLittleUsesMost()
{
    std::vector<StepSample> steps;
    for (const char *id : {"a", "b", "c", "d", "e"})
        steps.push_back(step(id, 1, 9, 3.8));
    const auto limit = findLimit(run(std::move(steps)), 2);
    QVERIFY(limit && limit->kind == Limit::Kind::Cores);
    QVERIFY2(text(limit->why).contains(QLatin1String("the largest part by \"a\" (19 % of that)")), limit->why.c_str());
}

void TestBottleneck::aSourceCanLimit()
{
    RunSample sample = run({step("a", 1, 2, 2)});
    sample.steps.front().busy = sample.steps.front().cpu = 97 * Second / 10;
    const auto limit = findLimit(sample, 4);
    QVERIFY(limit && limit->kind == Limit::Kind::Source && !limit->oneMoreWorker);
    QVERIFY2(text(limit->why)
                 .startsWith(
                     QLatin1String("The source \"source\" limits the run: its worker was busy for 97 % of the time")),
             limit->why.c_str());
}

void TestBottleneck::aSinkCanLimit()
{
    RunSample sample = run({step("a", 1, 2, 2)});
    sample.steps.back().busy = 9 * Second;
    const auto limit = findLimit(sample, 4);
    QVERIFY(limit && limit->kind == Limit::Kind::Sink && limit->step == "sink" && !limit->oneMoreWorker);
}

void TestBottleneck::aShortRunIsNotSure()
{
    RunSample sample = run({step("a", 1, 0.009, 0.009, 3)});
    sample.steps.front().busy = sample.steps.back().busy = 0;
    sample.seconds = sample.activeSeconds = 0.01;
    const auto limit = findLimit(sample, 4);
    QVERIFY(limit && !limit->isClear && !limit->oneMoreWorker);
    QVERIFY2(text(limit->why).contains(QLatin1String("too short (0.010 s)")), limit->why.c_str());
}

void TestBottleneck::anIdleRunHasNoClearLimit()
{
    const auto limit = findLimit(run({step("a", 1, 2, 2)}), 4);
    QVERIFY(limit && !limit->isClear);
    QVERIFY2(
        limit->why.starts_with("No step clearly limits the run; the busiest is the step \"a\": its worker was busy"),
        limit->why.c_str());
}

void TestBottleneck::nothingRunNothingSaid()
{
    QVERIFY(!findLimit(RunSample(), 4));
}

void TestBottleneck::aStretchOfARunIsJudgedByItself()
{
    const RunSample first = run({step("early", 1, 9.8, 9.8), step("late", 1, 1, 1)});
    RunSample last = run({step("early", 1, 10, 10, 1500), step("late", 1, 10.7, 10.7, 1500)});
    last.seconds = last.activeSeconds = 20;
    last.itemsRead = 20'000;
    const auto limit = findLimit(first, last, 8);
    QVERIFY(limit);
    QCOMPARE(text(limit->step), QStringLiteral("late"));
    QCOMPARE(limit->share, 0.97);
}

} // namespace tst_bottleneck

QTEST_GUILESS_MAIN(tst_bottleneck::TestBottleneck)
#include "tst_bottleneck.moc"
