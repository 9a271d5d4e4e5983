// SPDX-License-Identifier: MIT
// One test for each fault that the streaming module after which this one is named was known for.
#include "StreamingSteps.h"

#include "engine/flow/Joiner.h"
#include "remote/WorkerProcess.h"
#include "streaming/ParallelQueuedFeatureUnion.h"

#include <malloc.h>
#include <sys/resource.h>

#include <QCoreApplication>

#include <chrono>
#include <condition_variable>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <random>
#include <set>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_faults {

namespace {

/// Takes a different time for each batch, so that those of several workers overtake each other.
class Uneven final : public Step
{
public:
    Result<> process(Batch &batch) override
    {
        std::minstd_rand random(unsigned(batch.origin.sequence * 7919 + 1));
        for (auto spins = random() % 20'000; spins > 0; --spins)
            asm volatile("");
        if (batch.origin.sequence % 5 == 0)
            std::this_thread::yield();
        return {};
    }
};

/// Which steps there were, and whether any of them was in two hands at once.
struct Watched
{
    std::mutex mutex; ///< guards steps
    std::condition_variable cameAnother;
    std::set<const void *> steps;
    std::atomic<bool> wasShared{false};
};

class SelfWatching final : public Step
{
public:
    SelfWatching(std::shared_ptr<Watched> watched, int workers) : m_watched(std::move(watched)), m_workers(workers) {}
    SelfWatching(const SelfWatching &other) : Step(other), m_watched(other.m_watched), m_workers(other.m_workers) {}
    Result<> process(Batch &) override
    {
        if (m_isBusy.exchange(true))
            m_watched->wasShared = true;
        // The first batches wait for each other, so that all workers must be at work at once.
        std::unique_lock lock(m_watched->mutex);
        m_watched->steps.insert(this);
        m_watched->cameAnother.notify_all();
        m_watched->cameAnother.wait(lock, [this] { return m_watched->steps.size() >= size_t(m_workers); });
        m_isBusy = false;
        return {};
    }

private:
    std::shared_ptr<Watched> m_watched;
    int m_workers;
    std::atomic<bool> m_isBusy{false};
};

size_t threadsOfThisProcess()
{
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return size_t(std::distance(begin(tasks), end(tasks)));
}

double cpuSecondsOf(int who)
{
    rusage usage{};
    getrusage(who, &usage);
    return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + 1e-6 * double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

DataContainer numbered(int64_t count)
{
    return {.dataInputs = upTo(count), .expectedOutputs = upTo(count, 3)};
}

} // namespace

class Faults : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultSettingsTakeAnyCountOfItems();
    void anErrorBehindTheShortestQueuesEndsTheCall();
    void aFitEndsAndWhatFollowsItToo();
    void anErrorLeavesNoRowsForTheNextCall();
    void theOrderIsTheSourcesHoweverOftenItIsUsed();
    void equalIdsDontChangeTheOrder();
    void idsAndExpectedOutputsLineUpWithTheItems();
    void aWorkerThatDiesDoesntHangTheCall();
    void whatIsNoExceptionDoesntHangTheCallEither();
    void noThreadIsLeftBehind();
    void noMemoryIsLeftBehind();
    void joiningTakesTimeInProportion();
    void theJoinerParksNoMoreThanItsWindow();
    void eachWorkerHasAStepOfItsOwn();
    void emptyInputIsNoError();
    void wrongSettingsAreSaidBeforeAnythingRuns();
    void anErrorKeepsItsTypeItsMessageAndItsPlace();
    void whoWaitsUsesNoProcessor();
};

void Faults::defaultSettingsTakeAnyCountOfItems()
{
    const SequentialQueuedPipeline steps({multiply(2), add(1)});
    const ParallelQueuedFeatureUnion both({multiply(2), multiply(3)});
    for (const int64_t count : {1, 2, 99, 100, 101, 199, 257}) {
        QCOMPARE(need(steps.transform(numbered(count))).dataInputs, DataList(upTo(count, 2, 1)));
        QCOMPARE(need(both.transform(numbered(count))).size(), size_t(2 * count));
    }
}

void Faults::anErrorBehindTheShortestQueuesEndsTheCall()
{
    for (const int64_t refused : {0, 1, 100, 499}) {
        const SequentialQueuedPipeline steps(
            {{"a", 3, 1, Uneven()}, {"choosy", 2, 1, Choosy(refused)}, {"b", 3, 1, Uneven()}}, {.batchSize = 1});
        const auto out = steps.transform(numbered(500));
        QVERIFY(!out);
        QCOMPARE(out.error().kind, std::string("std::out_of_range"));
        const ParallelQueuedFeatureUnion both({{"a", 2, 1, Uneven()}, {"choosy", 2, 1, Choosy(refused)}},
                                              {.batchSize = 1, .joiner = Joining::Fields});
        QVERIFY(!both.transform(numbered(500)));
    }
}

void Faults::aFitEndsAndWhatFollowsItToo()
{
    // The last item fails before the second step that learns, in the second pass.
    const auto refuseOne = mapStep([](double number) -> Result<double> {
        return number < 1 ? Result<double>(number) : failure("refused", "no 1");
    });
    SequentialQueuedPipeline steps({{"a", 3, 1, Uneven()},
                                    {"scale", 2, 1, step("scale.minmax")},
                                    {"choosy", 2, 1, refuseOne},
                                    {"again", 2, 1, step("scale.minmax")},
                                    {"b", 3, 1, Uneven()}},
                                   {.batchSize = 1});
    for (int round = 0; round < 5; ++round) {
        QVERIFY(!steps.fit(numbered(101)));
        QVERIFY(!steps.fitTransform(numbered(101)));
    }
    SequentialQueuedPipeline learning(
        {{"a", 3, 1, Uneven()}, {"scale", 2, 1, step("scale.minmax")}, {"b", 2, 1, Uneven()}}, {.batchSize = 1});
    for (const int64_t count : {2, 101, 300}) {
        QVERIFY(learning.fit(numbered(count)));
        QVERIFY(learning.fit(numbered(count)));
        QCOMPARE(need(learning.transform(numbered(count))).dataInputs[size_t(count - 1)].toReal(), 1.0);
        QCOMPARE(need(learning.fitTransform(numbered(count))).size(), size_t(count));
    }
}

void Faults::anErrorLeavesNoRowsForTheNextCall()
{
    const SequentialQueuedPipeline steps(
        {{"a", 2, 2, Uneven()}, {"choosy", 2, 2, Choosy(77)}, {"b", 2, 2, multiply(2)}}, {.batchSize = 3});
    for (int round = 0; round < 20; ++round) {
        QVERIFY(!steps.transform(numbered(200)));
        const auto out = need(steps.transform(numbered(77)));
        QCOMPARE(out.dataInputs, DataList(upTo(77, 2)));
        QCOMPARE(out.ids, DataList(upTo(77)));
    }
}

void Faults::theOrderIsTheSourcesHoweverOftenItIsUsed()
{
    const SequentialQueuedPipeline steps({{4, Uneven()}, {3, multiply(2)}, {4, Uneven()}}, {.batchSize = 2});
    for (int64_t round = 0; round < 30; ++round)
        QCOMPARE(need(steps.transform(numbered(100 + round))).dataInputs, DataList(upTo(100 + round, 2)));
}

void Faults::equalIdsDontChangeTheOrder()
{
    DataContainer data = numbered(300);
    data.ids = std::vector<int64_t>(300, 7);
    const SequentialQueuedPipeline steps({{4, Uneven()}, {3, Uneven()}}, {.batchSize = 1});
    const auto out = need(steps.transform(data));
    QCOMPARE(out.dataInputs, data.dataInputs);
    QCOMPARE(out.ids, data.ids);
}

void Faults::idsAndExpectedOutputsLineUpWithTheItems()
{
    DataContainer data = numbered(500);
    data.ids = upTo(500, 1, 1'000);
    const SequentialQueuedPipeline steps(
        {{3, Uneven()}, step("filter", {{"expression", "value % 3 != 0"}}), {"choosy", 2, Choosy(10)}, {3, Uneven()}},
        {.batchSize = 7, .onError = ErrorPolicy::Skip});
    const auto out = need(steps.transform(data));
    QCOMPARE(out.size(), size_t(332)); // 500 without 167 multiples of 3, without 10
    for (size_t row = 0; row < out.size(); ++row) {
        const int64_t number = out.dataInputs[row].toInteger();
        QCOMPARE(out.ids[row], Value(number + 1'000));
        QCOMPARE(out.expectedOutputs[row], Value(number * 3));
    }
}

void Faults::aWorkerThatDiesDoesntHangTheCall()
{
    const auto with = [](ErrorPolicy policy) {
        return SequentialQueuedPipeline(
            {{"deadly", 2, 1, step("deadly", {{"number", 20}})}},
            {.batchSize = 4, .runIn = RunIn::Processes, .onError = policy, .registry = &registryWithDeadly()});
    };
    const SequentialQueuedPipeline stopping = with(ErrorPolicy::Stop), skipping = with(ErrorPolicy::Skip);
    QCOMPARE(stopping.problem().c_str(), "");
    const auto failed = stopping.transform(numbered(40));
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.find("\"deadly\", item 20") != std::string::npos, failed.error().message.c_str());
    const auto rest = need(skipping.transform(numbered(40)));
    QCOMPARE(rest.size(), size_t(39));
}

void Faults::whatIsNoExceptionDoesntHangTheCallEither()
{
    const SequentialQueuedPipeline steps({{"odd", 2, 1, mapStep([](Batch &batch) {
                                               if (batch.origin.sequence == 5)
                                                   throw 42;
                                           })}},
                                         {.batchSize = 2});
    const auto out = steps.transform(numbered(100));
    QVERIFY(!out);
    QVERIFY2(out.error().message.find("\"odd\"") != std::string::npos, out.error().message.c_str());
}

void Faults::noThreadIsLeftBehind()
{
    const SequentialQueuedPipeline steps({{"uneven", 4, 2, Uneven()}, {"choosy", 4, 2, Choosy(50)}}, {.batchSize = 1});
    QVERIFY(steps.transform(numbered(50)));
    const size_t before = threadsOfThisProcess();
    for (int round = 0; round < 200; ++round) {
        QVERIFY(steps.transform(numbered(20)));
        QVERIFY(!steps.transform(numbered(60)));
    }
    QTRY_VERIFY(threadsOfThisProcess() <= before);
}

void Faults::noMemoryIsLeftBehind()
{
    const SequentialQueuedPipeline steps({{"uneven", 2, 2, Uneven()}, {"choosy", 2, 2, Choosy(50)}}, {.batchSize = 1});
    const auto runMany = [&](int rounds) {
        for (int round = 0; round < rounds; ++round)
            if (!steps.transform(numbered(20)) || steps.transform(numbered(60)))
                return size_t(0);
        return size_t(mallinfo2().uordblks);
    };
    const size_t before = runMany(100), after = runMany(300);
    // Each run that left one batch would leave more than a hundred bytes.
    QVERIFY2(after <= before + 30'000, qPrintable(QString::number(after - before)));
}

void Faults::joiningTakesTimeInProportion()
{
    // Batches that come in the most awkward order within a window of 64. Quadratic joining would cost a hundred times as much for
    // ten times as many.
    const auto secondsFor = [](uint64_t count) {
        std::vector<Batch> batches(64);
        Joiner joiner;
        uint64_t joined = 0;
        const std::clock_t begin = std::clock();
        for (uint64_t first = 0; first < count; first += batches.size()) {
            for (size_t i = batches.size(); i-- > 0;) {
                batches[i].sequence = first + i;
                joiner.put(&batches[i]);
            }
            while (const Batch *batch = joiner.take())
                if (batch->sequence == joined)
                    ++joined;
        }
        return joined >= count ? double(std::clock() - begin) / CLOCKS_PER_SEC : -1.0;
    };
    const double few = secondsFor(100'000), many = secondsFor(1'000'000);
    QVERIFY(few >= 0 && many >= 0);
    QVERIFY2(many < 40 * few + 0.05, qPrintable(QStringLiteral("%1 s, then %2 s").arg(few).arg(many)));
    // And whole calls, an item a batch.
    const SequentialQueuedPipeline steps({{2, identity()}}, {.batchSize = 1});
    const auto cpuFor = [&](int64_t count) {
        const double begin = cpuSecondsOf(RUSAGE_SELF);
        const auto out = need(steps.transform({.dataInputs = upTo(count)}));
        return out.dataInputs == DataList(upTo(count)) ? cpuSecondsOf(RUSAGE_SELF) - begin : -1.0;
    };
    const double small = cpuFor(20'000), large = cpuFor(200'000);
    QVERIFY(small >= 0 && large >= 0);
    QVERIFY2(large < 40 * small + 0.1, qPrintable(QStringLiteral("%1 s, then %2 s").arg(small).arg(large)));
}

void Faults::theJoinerParksNoMoreThanItsWindow()
{
    // The first batch is held back until no other one has come through for a while: only as many may have passed it as may be
    // under way at once.
    struct Passing
    {
        std::atomic<int> passed{0}, parked{-1};
    };
    auto passing = std::make_shared<Passing>();
    const SequentialQueuedPipeline steps({{"some wait", 4, 2, mapStep([passing](Batch &batch) {
                                               if (batch.origin.sequence > 0) {
                                                   passing->passed.fetch_add(1);
                                                   return;
                                               }
                                               int seen = -1;
                                               for (int quiet = 0; quiet < 30;) {
                                                   std::this_thread::sleep_for(std::chrono::milliseconds(10));
                                                   const int now = passing->passed.load();
                                                   quiet = now == seen ? quiet + 1 : 0;
                                                   seen = now;
                                               }
                                               passing->parked = seen;
                                           })}},
                                         {.batchSize = 1});
    const auto out = need(steps.transform(numbered(20'000)));
    QCOMPARE(out.dataInputs, DataList(upTo(20'000)));
    QVERIFY2(passing->parked >= 0 && passing->parked < 2'000, qPrintable(QString::number(passing->parked)));
}

void Faults::eachWorkerHasAStepOfItsOwn()
{
    auto watched = std::make_shared<Watched>();
    const SequentialQueuedPipeline steps({{"watching", 3, SelfWatching(watched, 3)}}, {.batchSize = 1});
    QCOMPARE(need(steps.transform(numbered(200))).size(), size_t(200));
    QVERIFY(!watched->wasShared);
    QCOMPARE(watched->steps.size(), size_t(3));
}

void Faults::emptyInputIsNoError()
{
    const SequentialQueuedPipeline steps({{3, multiply(2)}, {2, Uneven()}, mapStep([](const Value &x) { return x; })},
                                         {.batchSize = 1});
    QCOMPARE(need(steps.transform({})).size(), size_t(0));
    QCOMPARE(
        need(steps.transform({.dataInputs = std::vector<int64_t>(), .expectedOutputs = std::vector<double>()})).size(),
        size_t(0));
    for (const Joining joining : {Joining::Items, Joining::Batches, Joining::Fields})
        QCOMPARE(need(ParallelQueuedFeatureUnion({multiply(2), add(1)}, {.joiner = joining}).transform({})).size(),
                 size_t(0));
}

void Faults::wrongSettingsAreSaidBeforeAnythingRuns()
{
    const std::vector<SequentialQueuedPipeline> wrong{
        SequentialQueuedPipeline({multiply(2)}, {.batchSize = 0}),
        SequentialQueuedPipeline({multiply(2)}, {.workersPerStep = -1}),
        SequentialQueuedPipeline({multiply(2)}, {.queueSize = -1}),
        SequentialQueuedPipeline({{"m", 1, {{{"by", 1}}, {{"by", 2}}}, multiply(2)}}),
        SequentialQueuedPipeline({{"m", multiply(2)}, {"m", multiply(3)}}),
        SequentialQueuedPipeline(std::vector<QueuedStep>()),
    };
    for (const SequentialQueuedPipeline &pipeline : wrong) {
        QVERIFY(!pipeline.isValid());
        QVERIFY2(pipeline.problem().size() > 20 && pipeline.problem().ends_with('.'), pipeline.problem().c_str());
        const auto out = pipeline.transform(numbered(3));
        QVERIFY(!out && out.error().kind == "settings");
    }
}

void Faults::anErrorKeepsItsTypeItsMessageAndItsPlace()
{
    DataContainer data = numbered(300);
    data.ids = upTo(300, 1, 5'000);
    // Two items fail; the first one by order of the source is told, however the workers run.
    const auto refusing = mapStep([](const Value &value) -> Result<Value> {
        if (value == Value(250) || value == Value(120))
            throw std::domain_error("won't take " + std::to_string(value.toInteger()));
        return value;
    });
    const SequentialQueuedPipeline steps({{3, Uneven()}, {"refusing", 4, refusing}, {2, Uneven()}}, {.batchSize = 10});
    for (int round = 0; round < 20; ++round) {
        PipelineReport report;
        const auto out = steps.transform(data, &report);
        QVERIFY(!out);
        QCOMPARE(out.error().kind, std::string("std::domain_error"));
        QCOMPARE(out.error().message, std::string("In the step \"refusing\", item 5120: won't take 120"));
        QCOMPARE(report.errors.front().batch, int64_t(12));
    }
}

void Faults::whoWaitsUsesNoProcessor()
{
    // One worker waits for 300 ms, and all others wait for it. A thread that polls would be seen on the processor's clock.
    auto used = std::make_shared<std::atomic<double>>(-1.0);
    const SequentialQueuedPipeline steps({{"first", 3, identity()},
                                          {"waits", 1, 1, mapStep([used](Batch &batch) {
                                               if (batch.origin.sequence != 1)
                                                   return;
                                               std::this_thread::sleep_for(std::chrono::milliseconds(100));
                                               const double begin = cpuSecondsOf(RUSAGE_SELF);
                                               std::this_thread::sleep_for(std::chrono::milliseconds(300));
                                               used->store(cpuSecondsOf(RUSAGE_SELF) - begin);
                                           })},
                                          {"last", 3, identity()}},
                                         {.batchSize = 1, .queueSize = 2});
    QCOMPARE(need(steps.transform(numbered(100))).size(), size_t(100));
    QVERIFY2(used->load() >= 0 && used->load() < 0.1, qPrintable(QString::number(used->load())));
}

} // namespace tst_faults

int main(int argc, char *argv[])
{
    if (const auto status = runWorkerIfAsked(argc, argv, registryWithDeadly()))
        return *status;
    const QCoreApplication application(argc, argv);
    tst_faults::Faults test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_faults.moc"
