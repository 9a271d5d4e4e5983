// SPDX-License-Identifier: MIT
#include "analysis/Tuner.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace millrace;

namespace tst_tuner {

namespace {

/// Source, two steps and sink in a row, which take so many seconds a batch of one item; the samples of their run are made up of that.
struct Machine
{
    double first = 0.02, second = 0.005;
    int workers[2] = {1, 1};
    int queues[2] = {10, 10};
    double sharedLock =
        0; ///< seconds a batch that the first step's workers hold one lock for, and each more costs as much again
    RunSample sample{};
    double done = 0;
    double latency = 0;  ///< seconds that batches take to the sink, whatever the settings; 0: isn't counted
    double cpuShare = 0; ///< of the time of the two steps

    Machine()
    {
        sample.state = RunState::Running;
        for (const char *id : {"in", "first", "second", "out"}) {
            StepSample step;
            step.id = id;
            step.type = "delay";
            step.workers = 1;
            step.queue.capacity = 10;
            step.queue.peak = 10;
            step.queue.peakBytes = 10'000;
            step.waits = true;
            sample.steps.push_back(step);
        }
        sample.steps.front().isSource = sample.steps.back().isSink = true;
    }
    Pipeline pipeline() const
    {
        Pipeline pipeline;
        for (const StepSample &sampled : sample.steps) {
            PipelineStep step;
            step.id = sampled.id;
            step.type = sampled.type;
            pipeline.steps.push_back(step);
        }
        for (size_t i = 0; i + 1 < sample.steps.size(); ++i)
            pipeline.links.push_back({sample.steps[i].id, "out", sample.steps[i + 1].id, "in", {}});
        return pipeline;
    }
    double rate() const
    {
        double rate = std::min({1000.0, workers[0] / first, workers[1] / second});
        if (sharedLock > 0)
            rate = std::min(rate, 1 / (sharedLock * workers[0]));
        return rate;
    }
    /// What is counted after so many seconds more.
    const RunSample &after(double seconds)
    {
        done += rate() * seconds;
        sample.seconds = sample.activeSeconds += seconds;
        sample.itemsRead = sample.itemsWritten = uint64_t(done);
        const double times[] = {0.001, first, second, 0.0001};
        for (size_t i = 0; i < sample.steps.size(); ++i) {
            StepSample &step = sample.steps[i];
            step.batchesIn = i > 0 ? uint64_t(done) : 0;
            step.batchesOut = step.itemsOut = uint64_t(done);
            step.itemsIn = step.batchesIn;
            step.busy = uint64_t(done * times[i] * 1e9);
            if (i == 3 && latency > 0)
                step.latency[size_t(Histogram::classOf(uint64_t(latency * 1e9)))] = step.batchesIn;
            if (i == 1 || i == 2) {
                step.cpu = uint64_t(double(step.busy) * cpuShare);
                step.waits = cpuShare < 0.5;
                step.workers = workers[i - 1];
                step.queue.capacity = uint32_t(queues[i - 1]);
                step.queue.mean = i == 1 ? queues[0] : 0;
            }
        }
        return sample;
    }
    void make(const TuneMove &move)
    {
        const size_t place = move.step == "first" ? 0 : 1;
        (move.setting == TuneMove::Setting::Workers ? workers : queues)[place] = move.to;
    }
};

Tuner tunerOf(const Machine &machine, TuneGoal goal, TuneBudget budget = {}, int most = 0)
{
    return Tuner(machine.pipeline(), goal, budget, 2, [most](const std::string &) { return most; });
}

/// All moves in half a minute.
std::vector<TuneMove> tuned(Machine &machine, Tuner &tuner)
{
    std::vector<TuneMove> all;
    for (int i = 0; i < 300; ++i)
        if (tuner.add(machine.after(0.1))) {
            for (const TuneMove &move : tuner.think()) {
                machine.make(move);
                all.push_back(move);
            }
            tuner.made();
        }
    return all;
}

} // namespace

class TunerTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatLimitsGetsTheWorkersThatItNeeds()
    {
        Machine machine;
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput);
        const double before = machine.rate();
        const std::vector<TuneMove> moves = tuned(machine, tuner);
        QVERIFY(!moves.empty());
        QVERIFY(tuner.isDone());
        QVERIFY2(machine.rate() > 0.95 * 1000,
                 qPrintable(QString::number(machine.rate()))); // all that the source gives
        QVERIFY(machine.workers[0] >= 19 && machine.workers[0] <= 26);
        QVERIFY(machine.workers[1] >= 5 && machine.workers[1] <= 7);
        QVERIFY(std::abs(tuner.rateBefore() - before) < 0.05 * before);
        QVERIFY(tuner.rateAfter() > 15 * before);
        QVERIFY2(moves.front().why.find("first gets ") == 0, moves.front().why.c_str());
    }
    void itReachesWhatTheBestOfAllSettingsDoes_data()
    {
        QTest::addColumn<double>("first");
        QTest::addColumn<double>("second");
        QTest::addColumn<int>("budget");
        const double times[][2] = {{0.02, 0.005}, {0.01, 0.01},  {0.015, 0.005}, {0.005, 0.02},
                                   {0.03, 0.001}, {0.004, 0.01}, {0.012, 0.007}, {0.0015, 0.0014}};
        for (const auto &[first, second] : times)
            for (const int budget : {3, 6, 13})
                QTest::addRow("%g and %g s, %d workers", first, second, budget) << first << second << budget;
    }
    void itReachesWhatTheBestOfAllSettingsDoes()
    {
        QFETCH(double, first);
        QFETCH(double, second);
        QFETCH(int, budget);
        Machine machine;
        machine.first = first;
        machine.second = second;
        double best = 0;
        for (machine.workers[0] = 1; machine.workers[0] < budget; ++machine.workers[0])
            for (machine.workers[1] = 1; machine.workers[0] + machine.workers[1] <= budget; ++machine.workers[1])
                best = std::max(best, machine.rate());
        machine.workers[0] = machine.workers[1] = 1;
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput, {budget, 0, 0});
        tuned(machine, tuner);
        QVERIFY(machine.workers[0] + machine.workers[1] <= budget);
        QVERIFY2(machine.rate() > 0.95 * best, qPrintable(QStringLiteral("%1 of %2, with %3 and %4 workers")
                                                              .arg(machine.rate())
                                                              .arg(best)
                                                              .arg(machine.workers[0])
                                                              .arg(machine.workers[1])));
    }
    void theBudgetHolds()
    {
        Machine machine;
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput, {6, 0});
        tuned(machine, tuner);
        QCOMPARE(machine.workers[0], 4);
        QCOMPARE(machine.workers[1], 1); // from here on only one more for both would help
    }
    void whatCanHaveOneWorkerTakesNoneOfTheBudget()
    {
        Machine machine;
        Tuner tuner(machine.pipeline(), TuneGoal::Throughput, {4, 0, 0}, 2,
                    [](const std::string &id) { return id == "second" ? 1 : 0; });
        tuned(machine, tuner);
        QCOMPARE(machine.workers[0], 4); // 200 batches a second, which is what the second step gets through
        QCOMPARE(machine.workers[1], 1);
    }
    void aStepHasAtMostWhatItsTypeMayHave()
    {
        Machine machine;
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput, {}, 3);
        tuned(machine, tuner);
        QCOMPARE(machine.workers[0], 3);
        QCOMPARE(machine.workers[1], 1);
    }
    void whatDoesNoGoodIsTakenBack()
    {
        Machine machine;
        machine.sharedLock = 0.0195; // not seen by the simulation: more workers get in each other's way
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput);
        const std::vector<TuneMove> moves = tuned(machine, tuner);
        QVERIFY(moves.size() >= 2);
        QVERIFY(moves.back().why.find("Back to what it was") == 0);
        QCOMPARE(machine.workers[0], 1);
        QCOMPARE(machine.workers[1], 1);
        QVERIFY(tuner.result().empty());
        QVERIFY(tuner.isDone());
    }
    void nothingIsChangedWhereNothingHelps()
    {
        Machine machine;
        machine.first = machine.second = 0.0005; // the source limits
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput);
        QVERIFY(tuned(machine, tuner).empty());
        QVERIFY(tuner.isDone());
    }
    void forLatencyQueuesGetShort()
    {
        Machine machine;
        Tuner tuner = tunerOf(machine, TuneGoal::Latency, {2, 0});
        const std::vector<TuneMove> moves = tuned(machine, tuner);
        QVERIFY(!moves.empty());
        QVERIFY2(machine.queues[0] <= 2, qPrintable(QString::number(machine.queues[0])));
        QVERIFY(std::ranges::all_of(moves,
                                    [](const TuneMove &move) { return move.setting == TuneMove::Setting::QueueSize; }));
        QVERIFY(machine.rate() > 0.98 / 0.02);
    }
    void whatMakesItemsLaterIsTakenBack()
    {
        Machine machine;
        machine.latency = 0.2;
        Tuner tuner = tunerOf(machine, TuneGoal::Latency, {2, 0});
        std::vector<TuneMove> moves;
        while (moves.empty()) {
            QVERIFY(machine.sample.seconds < 10);
            if (tuner.add(machine.after(0.1)))
                moves = tuner.think();
        }
        for (const TuneMove &move : moves)
            machine.make(move);
        tuner.made();
        QVERIFY(tuner.isOnTrial());
        QVERIFY(std::abs(tuner.latencyBefore() - 0.2) < 0.03);
        machine.latency = 0.4; // not what was promised
        moves.clear();
        while (moves.empty()) {
            QVERIFY(machine.sample.seconds < 20);
            if (tuner.add(machine.after(0.1)))
                moves = tuner.think();
        }
        tuner.made();
        QVERIFY2(moves.front().why.find("Back to what it was: an item took ") == 0, moves.front().why.c_str());
        QCOMPARE(moves.front().to, 10);
        QVERIFY(tuner.result().empty());
    }
    void itSaysWhatCameOfItsMoves()
    {
        Machine machine;
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput, {4, 0});
        std::vector<std::string> verdicts;
        for (int i = 0; i < 100; ++i)
            if (tuner.add(machine.after(0.1))) {
                for (const TuneMove &move : tuner.think())
                    machine.make(move);
                if (!tuner.verdict().empty())
                    verdicts.push_back(tuner.verdict());
                tuner.made();
            }
        QCOMPARE(verdicts.size(), size_t(1));
        QVERIFY2(verdicts[0]
                     == "It came to 150 items a second, 50 before: 3.0 times as fast (promised: 3.0 times as fast).",
                 verdicts[0].c_str());
    }
    void coresThatStayFreeAreNotPlannedWith()
    {
        for (const int freeCores : {0, 1}) {
            Machine machine;
            machine.cpuShare = 1;
            machine.second = 0.001;
            Tuner tuner = tunerOf(machine, TuneGoal::Throughput, {64, 0, freeCores}); // of two
            tuned(machine, tuner);
            QCOMPARE(machine.workers[0], 2 - freeCores);
        }
    }
    void memoryIsKeptByShorterQueues()
    {
        Machine machine;
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput, {2, 8'000});
        QVERIFY(!tuned(machine, tuner).empty());
        QVERIFY(machine.queues[0] < 10);
    }
    void whatWasGivenUpIsNotCountedAsMade()
    {
        Machine machine;
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput);
        while (!tuner.add(machine.after(0.1)))
            QVERIFY(machine.sample.seconds < 10);
        QVERIFY(!tuner.think().empty());
        QVERIFY(tuner.result().empty()); // the run has ended before they were made
        tuner.made();
        QVERIFY(!tuner.result().empty());
        Tuner other = tunerOf(machine, TuneGoal::Throughput);
        while (!other.add(machine.after(0.1)))
            QVERIFY(machine.sample.seconds < 20);
        other.giveUp();
        QVERIFY(other.think().empty());
    }
    void aPausedRunIsLeftAlone()
    {
        Machine machine;
        Tuner tuner = tunerOf(machine, TuneGoal::Throughput);
        machine.sample.state = RunState::Paused;
        QVERIFY(tuned(machine, tuner).empty());
        QVERIFY(!tuner.isDone());
    }
};

} // namespace tst_tuner

QTEST_APPLESS_MAIN(tst_tuner::TunerTest)
#include "tst_tuner.moc"
