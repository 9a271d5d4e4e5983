// SPDX-License-Identifier: MIT
#include "Gate.h"
#include "StreamingSteps.h"

#include "streaming/calls/RunningCall.h"
#include "streaming/ParallelQueuedFeatureUnion.h"

#include <random>
#include <thread>

using namespace millrace;
using namespace millrace::test;
using namespace std::chrono_literals;

namespace tst_calls {

namespace {

StepPrototype gated(std::shared_ptr<Gate> gate)
{
    return mapStep([gate = std::move(gate)](Batch &) { gate->pass(); }).named("gated");
}

/// As many items as take longer than any test.
SequentialQueuedPipeline endless()
{
    return SequentialQueuedPipeline{step("delay", {{"milliseconds", 100}})};
}

DataContainer many()
{
    return {.dataInputs = DataList::numbers(0, 100'000)};
}

} // namespace

class Calls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aCallGivesWhatTransformGives();
    void itsGaugesAreSeenMeanwhile();
    void cancelEndsItWithAnError();
    void cancelBetweenNestedRunsEndsIt();
    void aTimeLimitEndsItWithAnError();
    void waitingForAWhileLeavesItRunning();
    void destroyingItCancels();
    void aMovedCallIsTheSame();
    void cancelAfterTheEndKeepsTheResult();
    void callsInAnyOrderFromAnyThread();
};

void Calls::aCallGivesWhatTransformGives()
{
    const SequentialQueuedPipeline pipeline({{2, multiply(2)}, add(1)}, {.batchSize = 10});
    const DataContainer data{.dataInputs = DataList::numbers(0, 1000)};
    const RunningCall call = pipeline.start(data), other = pipeline.start(data);
    QVERIFY(need(call.result()) == need(pipeline.transform(data)));
    QVERIFY(need(other.result()) == need(call.result()));
    QVERIFY(call.isDone());
    QCOMPARE(call.report().outcome.state, RunState::Finished);
    const auto wrong = SequentialQueuedPipeline({step("no such type")}).start(data).result();
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().kind, std::string("settings"));
}

void Calls::itsGaugesAreSeenMeanwhile()
{
    const auto gate = std::make_shared<Gate>();
    const SequentialQueuedPipeline pipeline({gated(gate)}, {.batchSize = 1});
    const RunningCall call = pipeline.start({.dataInputs = {1, 2, 3}});
    gate->waitUntilReached();
    QVERIFY(!call.isDone());
    QCOMPARE(call.sample().state, RunState::Running);
    gate->open();
    QCOMPARE(need(call.result()).size(), size_t(3));
    QCOMPARE(call.sample().state, RunState::Finished);
}

void Calls::cancelEndsItWithAnError()
{
    RunningCall call = endless().start(many());
    call.cancel();
    const auto result = call.result();
    QVERIFY(!result);
    QCOMPARE(result.error().kind, std::string("cancelled"));
}

void Calls::cancelBetweenNestedRunsEndsIt()
{
    const auto gate = std::make_shared<Gate>();
    const auto later = std::make_shared<std::atomic<int>>(0);
    const SequentialQueuedPipeline pipeline({{"first", SequentialQueuedPipeline({gated(gate)}, {.batchSize = 3})},
                                             mapStep([later](Batch &) { ++*later; })});
    RunningCall call = pipeline.start({.dataInputs = {1, 2, 3}});
    gate->waitUntilReached();
    call.cancel();
    gate->open();
    QVERIFY(!call.result());
    QCOMPARE(later->load(), 0);
}

void Calls::aTimeLimitEndsItWithAnError()
{
    const RunningCall call = endless().start(many(), 30ms);
    const auto result = call.result();
    QVERIFY(!result);
    QCOMPARE(result.error().kind, std::string("time"));
    QVERIFY2(result.error().message.find("0.03 seconds") != std::string::npos, result.error().message.c_str());
    QCOMPARE(need(SequentialQueuedPipeline{add(1)}.start({.dataInputs = {1}}, 60s).result()).dataInputs[0], Value(2));
}

void Calls::waitingForAWhileLeavesItRunning()
{
    const auto gate = std::make_shared<Gate>();
    const RunningCall call = SequentialQueuedPipeline{gated(gate)}.start({.dataInputs = {1}});
    QVERIFY(!call.wait(1ms));
    gate->open();
    call.wait();
    QVERIFY(call.wait(0ms));
    QVERIFY(call.result());
}

void Calls::destroyingItCancels()
{
    const auto worked = std::make_shared<std::atomic<int>>(0);
    {
        const auto gate = std::make_shared<Gate>();
        const SequentialQueuedPipeline pipeline({gated(gate), mapStep([worked](Batch &) { ++*worked; })},
                                                {.batchSize = 1});
        const RunningCall call = pipeline.start(many());
        gate->waitUntilReached();
        gate->open();
    }
    const int count = *worked;
    QVERIFY(count < 100'000);
    QCOMPARE(worked.use_count(), long(1)); // no thread or step is left
}

void Calls::aMovedCallIsTheSame()
{
    RunningCall call = SequentialQueuedPipeline{add(1)}.start({.dataInputs = {1}});
    RunningCall moved = std::move(call);
    QCOMPARE(need(moved.result()).dataInputs[0], Value(2));
    moved = endless().start(many());
    moved = SequentialQueuedPipeline{add(2)}.start({.dataInputs = {1}}); // ends the endless one
    QCOMPARE(need(moved.result()).dataInputs[0], Value(3));
}

void Calls::cancelAfterTheEndKeepsTheResult()
{
    RunningCall call = SequentialQueuedPipeline{add(1)}.start({.dataInputs = {1}});
    call.wait();
    call.cancel();
    QCOMPARE(need(call.result()).dataInputs[0], Value(2));
}

void Calls::callsInAnyOrderFromAnyThread()
{
    const SequentialQueuedPipeline pipeline({{2, multiply(2)}, SequentialQueuedPipeline({add(1)}, {.batchSize = 7})},
                                            {.batchSize = 5});
    const DataContainer data{.dataInputs = DataList::numbers(0, 200)};
    const DataContainer expected = need(pipeline.transform(data));
    std::atomic<int> odd = 0;
    for (unsigned seed = 0; seed < 60; ++seed) {
        RunningCall call = pipeline.start(data);
        std::vector<std::thread> threads;
        for (unsigned number = 0; number < 3; ++number)
            threads.emplace_back([&call, &expected, &odd, random = std::mt19937(seed * 3 + number)]() mutable {
                for (int i = 0; i < 8; ++i)
                    switch (random() % 6) {
                    case 0: (void)call.sample(); break;
                    case 1: (void)call.isDone(); break;
                    case 2: (void)call.wait(std::chrono::milliseconds(random() % 2)); break;
                    case 3:
                        if (random() % 4 == 0)
                            call.cancel();
                        break;
                    case 4:
                        if (const auto result = call.result();
                            result ? !(*result == expected) : result.error().kind != "cancelled")
                            ++odd;
                        break;
                    default: (void)call.report();
                    }
            });
        for (std::thread &thread : threads)
            thread.join();
    }
    QCOMPARE(odd.load(), 0);
}

} // namespace tst_calls

QTEST_GUILESS_MAIN(tst_calls::Calls)
#include "tst_calls.moc"
