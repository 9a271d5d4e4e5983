// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "streaming/calls/PipelineFeed.h"
#include "streaming/ParallelQueuedFeatureUnion.h"

#include <latch>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_flows {

namespace {

/// Containers of `size` numbers, `count` of them; counts how many were asked for.
DataGenerator numbers(int64_t count, int64_t size, std::shared_ptr<std::atomic<int64_t>> given = nullptr)
{
    if (!given)
        given = std::make_shared<std::atomic<int64_t>>(0);
    return [count, size, given]() -> Result<std::optional<DataContainer>> {
        const int64_t number = (*given)++;
        if (number >= count)
            return std::optional<DataContainer>();
        return std::optional<DataContainer>({.dataInputs = DataList::numbers(number * size, size_t(size))});
    };
}

std::string errorOf(const Result<> &result)
{
    return result ? std::string() : result.error().kind + ": " + result.error().message;
}

} // namespace

class Flows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void generatedDataComesOutInOrder();
    void noMoreIsAskedForThanThereIsRoomFor();
    void fieldsMayChangeOnTheWay();
    void errorsOfGeneratorAndConsumerEndTheCall();
    void sentBatchesComeOutInOrder();
    void resultsComeWhileMoreIsSent();
    void sendingEndsWithTheCall();
    void aFeedIsCancelled();
    void pipelinesOfSeveralRunsAreRefused();
    void hooksAreCalledAroundCallsAndBatches();
    void whatAHookThrowsEndsTheCall();
};

void Flows::generatedDataComesOutInOrder()
{
    const SequentialQueuedPipeline pipeline({{3, multiply(2)}, add(1)}, {.batchSize = 4});
    std::vector<DataContainer> batches;
    QVERIFY(pipeline.stream(numbers(50, 10), [&batches](DataContainer batch) { batches.push_back(std::move(batch)); }));
    QCOMPARE(batches.size(), size_t(150)); // each container of 10 as 4, 4 and 2
    QCOMPARE(batches[2].size(), size_t(2));
    const DataContainer all = need(DataContainer::join(batches));
    QVERIFY(all == need(pipeline.transform({.dataInputs = DataList::numbers(0, 500)})));
}

void Flows::noMoreIsAskedForThanThereIsRoomFor()
{
    const auto given = std::make_shared<std::atomic<int64_t>>(0);
    const SequentialQueuedPipeline pipeline({{"a", 1, 1, add(1)}}, {.batchSize = 10});
    int64_t most = 0, taken = 0;
    QVERIFY(pipeline
                .stream(numbers(100'000, 10, given),
                        [&](const DataContainer &batch) -> Result<> {
                            taken += int64_t(batch.size());
                            most = std::max(most, *given * 10 - taken);
                            return taken < 50'000 ? Result<>() : Result<>(failure("enough", "That's enough."));
                        })
                .error()
                .kind
            == "enough");
    QVERIFY2(most < 100'000, std::to_string(most).c_str());
}

void Flows::fieldsMayChangeOnTheWay()
{
    int step = 0;
    const DataGenerator mixed = [&step]() -> Result<std::optional<DataContainer>> {
        switch (step++) {
        case 0: return std::optional<DataContainer>({.ids = {"a"}, .dataInputs = {1}, .expectedOutputs = {2}});
        case 1: return std::optional<DataContainer>(DataContainer());
        case 2: return std::optional<DataContainer>({.ids = {"b"}, .dataInputs = {{{"price", 5}}}});
        default: return std::optional<DataContainer>();
        }
    };
    std::vector<DataContainer> batches;
    QVERIFY(SequentialQueuedPipeline{multiply(3)}.stream(
        mixed, [&batches](DataContainer batch) { batches.push_back(std::move(batch)); }));
    QCOMPARE(batches.size(), size_t(2));
    QVERIFY((batches[0].row(0) == DataRow{"a", 3, 2}));
    QVERIFY((batches[1].row(0) == DataRow{"b", Members{{"price", 15}}, nullptr}));
}

void Flows::errorsOfGeneratorAndConsumerEndTheCall()
{
    const SequentialQueuedPipeline pipeline{add(1)};
    const auto ignore = [](const DataContainer &) {};
    const DataGenerator failing = []() -> Result<std::optional<DataContainer>> {
        return failure("paper", "No paper.");
    };
    QVERIFY(errorOf(pipeline.stream(failing, ignore)).starts_with("paper: "));
    const DataGenerator throwing = []() -> Result<std::optional<DataContainer>> { throw std::out_of_range("no ink"); };
    QVERIFY(errorOf(pipeline.stream(throwing, ignore)).starts_with("std::out_of_range: "));
    QVERIFY(errorOf(pipeline.stream(numbers(3, 3), [](const DataContainer &) { throw 42; })).starts_with("int: "));
    QVERIFY(!pipeline.stream({}, ignore));
    const DataGenerator uneven = []() -> Result<std::optional<DataContainer>> {
        return std::optional<DataContainer>({.ids = {1, 2}, .dataInputs = {1}});
    };
    QVERIFY(errorOf(pipeline.stream(uneven, ignore)).starts_with("data: "));
}

void Flows::sentBatchesComeOutInOrder()
{
    const SequentialQueuedPipeline pipeline({{2, multiply(2)}}, {.batchSize = 100});
    PipelineFeed feed = pipeline.connect();
    for (int64_t i = 0; i < 200; ++i)
        QVERIFY(feed.sendBatch({.dataInputs = DataList::numbers(i * 3, 3)}));
    const DataContainer out = need(feed.finish());
    QCOMPARE(out.dataInputs, DataList(upTo(600, 2)));
    QCOMPARE(out.id(599), Value(599));
    QVERIFY(!feed.sendBatch({.dataInputs = {1}}));
    QCOMPARE(feed.report().outcome.state, RunState::Finished);
}

void Flows::resultsComeWhileMoreIsSent()
{
    for (const int cores : {1, 2}) {
        const SequentialQueuedPipeline pipeline({add(1), multiply(2)}, {.cores = cores});
        std::latch hasCome(1);
        PipelineFeed feed = pipeline.connect([&hasCome](const DataContainer &) { hasCome.count_down(); });
        QVERIFY(feed.sendBatch({.dataInputs = {1}}));
        hasCome.wait(); // before anything else is sent
        QCOMPARE(need(feed.finish()).size(), size_t(0));
    }
}

void Flows::sendingEndsWithTheCall()
{
    const SequentialQueuedPipeline pipeline({mapStep([](double x) -> Result<double> {
        if (x == 5)
            return failure("five", "Five is too much.");
        return x;
    })});
    PipelineFeed feed = pipeline.connect();
    int64_t sent = 0;
    while (feed.sendBatch({.dataInputs = {sent}}))
        ++sent;
    QVERIFY(sent > 5);
    const auto result = feed.finish();
    QVERIFY(!result);
    QCOMPARE(result.error().kind, std::string("five"));
    PipelineFeed broken = SequentialQueuedPipeline({step("no such type")}).connect();
    while (broken.sendBatch({.dataInputs = {1}})) {
    }
    QCOMPARE(broken.finish().error().kind, std::string("settings"));
}

void Flows::aFeedIsCancelled()
{
    const SequentialQueuedPipeline pipeline{add(1)};
    PipelineFeed feed = pipeline.connect();
    QVERIFY(feed.sendBatch({.dataInputs = {1}}));
    feed.cancel();
    QVERIFY(!feed.sendBatch({.dataInputs = {1}}));
    QCOMPARE(feed.finish().error().kind, std::string("cancelled"));
    feed = pipeline.connect();
    QVERIFY(feed.sendBatch({.dataInputs = {2}}));
    QCOMPARE(need(feed.finish()).dataInputs[0], Value(3));
    const PipelineFeed dropped = pipeline.connect(); // its destructor ends it
}

void Flows::pipelinesOfSeveralRunsAreRefused()
{
    const SequentialQueuedPipeline nested({add(1), SequentialQueuedPipeline({add(1)}, {.batchSize = 7})},
                                          {.batchSize = 5});
    QVERIFY(errorOf(nested.stream(numbers(1, 1), [](const DataContainer &) {})).starts_with("settings: "));
    const ParallelQueuedFeatureUnion both({multiply(2), multiply(3)}, {.joiner = Joining::Batches});
    PipelineFeed feed = both.connect();
    QVERIFY(feed.sendBatch({.dataInputs = {1, 2}}));
    QCOMPARE(need(feed.finish()).dataInputs, (DataList{2, 4, 3, 6}));
}

void Flows::hooksAreCalledAroundCallsAndBatches()
{
    std::vector<std::string> calls;
    std::mutex mutex; // two threads of a run may be in hooks at once
    const auto note = [&](std::string text) {
        const std::lock_guard lock(mutex);
        calls.push_back(std::move(text));
    };
    SequentialQueuedPipeline pipeline(
        {step("scale.minmax"), multiply(2)},
        {.batchSize = 10,
         .hooks = {
             .beforeCall = [&](const DataContainer &data) { note("call of " + std::to_string(data.size())); },
             .afterCall = [&](const Result<DataContainer> &result) { note(result ? "result" : result.error().kind); },
             .beforeBatch = [&](const DataContainer &batch) { note("in " + toJson(batch.dataInputs[0])); },
             .afterBatch = [&](const DataContainer &batch) { note("out " + toJson(batch.dataInputs[0])); }}});
    QVERIFY(!pipeline.transform({.dataInputs = {1}}));
    QCOMPARE(calls.front(), std::string("call of 1"));
    QCOMPARE(calls.back(), std::string("unfitted"));
    calls.clear();
    QVERIFY(pipeline.fit({.dataInputs = {0, 4}}));
    QCOMPARE(calls, (std::vector<std::string>{"call of 2", "in 0", "out 0", "result"}));
    calls.clear();
    const auto called = [&](int64_t first) {
        QVERIFY(need(pipeline.start({.dataInputs = {first}}).result()).size() == 1);
    };
    called(4);
    QCOMPARE(calls, (std::vector<std::string>{"call of 1", "in 4", "out 2", "result"}));
    calls.clear();
    QVERIFY(pipeline.stream(numbers(1, 2), [&](const DataContainer &) { note("taken"); }));
    QCOMPARE(calls, (std::vector<std::string>{"call of 0", "in 0", "out 0", "taken", "result"}));
}

void Flows::whatAHookThrowsEndsTheCall()
{
    const auto refuse = [](const DataContainer &) { throw std::out_of_range("no"); };
    const DataContainer data{.dataInputs = {1}};
    for (const PipelineHooks &hooks :
         {PipelineHooks{.beforeCall = refuse},
          PipelineHooks{.afterCall = [](const Result<DataContainer> &) { throw std::out_of_range("no"); }},
          PipelineHooks{.beforeBatch = refuse}, PipelineHooks{.afterBatch = refuse}}) {
        const auto result = SequentialQueuedPipeline({add(1)}, {.hooks = hooks}).transform(data);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, std::string("std::out_of_range"));
    }
}

} // namespace tst_flows

QTEST_GUILESS_MAIN(tst_flows::Flows)
#include "tst_flows.moc"
