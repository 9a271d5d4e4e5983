// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "streaming/ParallelQueuedFeatureUnion.h"

#include <ctime>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_pipelines {

class Pipelines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theLastBatchIsKeptDroppedOrPadded_data();
    void theLastBatchIsKeptDroppedOrPadded();
    void idsAndExpectedOutputsStayBesideTheirItems();
    void recordsKeepTheirFields();
    void aUnionJoinsItemsBatchesAndFields();
    void aUnionJoinsWithTheCallersOwnFunction();
    void aJoinerThatThrowsIsAnError();
    void aJoinersResultHasToLineUp();
    void pipelinesNestInOneAnother();
    void aNestedPipelineThatCutsInItsOwnWayGivesWhatItGivesAlone();
    void aNestedUnionMayJoinWithAFunction();
    void wrongSettingsAreSaidAtOnceAndByEveryCall_data();
    void wrongSettingsAreSaidAtOnceAndByEveryCall();
    void listsOfUnequalLengthAreRefused();
    void nothingInIsNothingOut();
    void countsBatches();
    void severalThreadsMayCallOnePipeline();
    void savedAndReadAgainItDoesTheSame();
    void aReportSaysWhatFailedWhere();
    void aReportSaysWhereNothingIsANumber();
    void whatNoMachineCanHoldIsRefused();
    void thousandsOfStepsAreMadeInProportion();
    void minibatchesAreCutAsTheEngineCuts();
};

void Pipelines::theLastBatchIsKeptDroppedOrPadded_data()
{
    QTest::addColumn<int>("incomplete");
    QTest::addColumn<int>("size");
    QTest::newRow("keep") << int(Incomplete::Keep) << 23;
    QTest::newRow("drop") << int(Incomplete::Drop) << 20;
    QTest::newRow("pad") << int(Incomplete::Pad) << 30;
}

void Pipelines::theLastBatchIsKeptDroppedOrPadded()
{
    QFETCH(int, incomplete);
    QFETCH(int, size);
    const SequentialQueuedPipeline pipeline(
        {{"double", 2, multiply(2)}, add(1)},
        {.batchSize = 10, .incomplete = Incomplete(incomplete), .padDataInputs = 100, .padExpectedOutputs = -1});
    const DataContainer data{.dataInputs = upTo(23), .expectedOutputs = upTo(23, 5)};
    const auto out = need(pipeline.transform(data));
    QCOMPARE(out.size(), size_t(size));
    QCOMPARE(out.ids.size(), size_t(size));
    QCOMPARE(out.expectedOutputs.size(), size_t(size));
    for (int64_t row = 0; row < size; ++row) {
        const auto at = size_t(row);
        QCOMPARE(out.ids[at], row < 23 ? Value(row) : Value());
        QCOMPARE(out.dataInputs[at], row < 23 ? Value(2 * row + 1) : Value(201));
        QCOMPARE(out.expectedOutputs[at], row < 23 ? Value(5 * row) : Value(-1));
    }
}

void Pipelines::idsAndExpectedOutputsStayBesideTheirItems()
{
    const DataContainer data{.ids = {"a", "b", "c", "d", "e"},
                             .dataInputs = {1, 2, 3, 4, 5},
                             .expectedOutputs = std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5}};
    const SequentialQueuedPipeline pipeline({step("filter", {{"expression", "value % 2 == 1"}}), {2, multiply(10)}},
                                            {.batchSize = 2});
    const auto out = need(pipeline.transform(data));
    QVERIFY(out.ids == DataList({"a", "c", "e"}));
    QVERIFY(out.dataInputs == DataList({10, 30, 50}));
    QVERIFY(out.expectedOutputs == DataList(std::vector<double>{0.1, 0.3, 0.5}));
}

void Pipelines::recordsKeepTheirFields()
{
    const DataContainer data{
        .dataInputs = {Members{{"price", 2.5}, {"name", "tea"}}, Members{{"price", 4.0}, {"name", "coffee"}}},
        .expectedOutputs = {Members{{"price", 3}}, Members{{"price", 5}}}};
    const SequentialQueuedPipeline pipeline({multiply(2)});
    const auto out = need(pipeline.transform(data));
    QCOMPARE(out.dataInputs[1], Value(Members{{"price", 8.0}, {"name", "coffee"}}));
    QCOMPARE(out.expectedOutputs[1], Value(Members{{"price", 5}}));
    QVERIFY(out.dataInputs.column("name") != nullptr);
}

void Pipelines::aUnionJoinsItemsBatchesAndFields()
{
    const DataContainer data{.dataInputs = upTo(5), .expectedOutputs = upTo(5, 7)};
    const std::vector<QueuedStep> steps{{"a", 2, multiply(2)}, {"b", multiply(3)}};
    const auto items = need(ParallelQueuedFeatureUnion(steps, {.batchSize = 2}).transform(data));
    QVERIFY(items.dataInputs == DataList({0, 2, 4, 6, 8, 0, 3, 6, 9, 12}));
    QVERIFY(items.ids == DataList({0, 1, 2, 3, 4, 0, 1, 2, 3, 4}));
    QVERIFY(items.expectedOutputs == DataList({0, 7, 14, 21, 28, 0, 7, 14, 21, 28}));
    const auto batches =
        need(ParallelQueuedFeatureUnion(steps, {.batchSize = 2, .joiner = Joining::Batches}).transform(data));
    QVERIFY(batches.dataInputs == DataList({0, 2, 0, 3, 4, 6, 6, 9, 8, 12}));
    QVERIFY(batches.ids == DataList({0, 1, 0, 1, 2, 3, 2, 3, 4, 4}));
    const auto fields =
        need(ParallelQueuedFeatureUnion(steps, {.batchSize = 2, .joiner = Joining::Fields}).transform(data));
    QCOMPARE(fields.size(), size_t(5));
    QCOMPARE(fields.dataInputs[4], Value(Members{{"a.value", 8}, {"b.value", 12}}));
    QVERIFY(fields.ids == DataList(upTo(5)));
    QVERIFY(fields.expectedOutputs == DataList(upTo(5, 7)));
}

void Pipelines::aUnionJoinsWithTheCallersOwnFunction()
{
    const auto sum = [](std::vector<DataContainer> branches) -> Result<DataContainer> {
        DataContainer result{.ids = branches[0].ids};
        for (size_t row = 0; row < branches[0].size(); ++row)
            result.dataInputs.append(branches[0].dataInputs[row].toInteger() + branches[1].dataInputs[row].toInteger());
        return result;
    };
    const ParallelQueuedFeatureUnion both({{"a", 2, multiply(2)}, {"b", 3, multiply(3)}},
                                          {.batchSize = 3, .joiner = sum});
    QVERIFY(need(both.transform({.dataInputs = upTo(100)})).dataInputs == DataList(upTo(100, 5)));
}

void Pipelines::aJoinerThatThrowsIsAnError()
{
    const auto fail = [](std::vector<DataContainer>) -> Result<DataContainer> { throw std::length_error("too long"); };
    const auto out =
        ParallelQueuedFeatureUnion({multiply(2), multiply(3)}, {.joiner = fail}).transform({.dataInputs = {1}});
    QVERIFY(!out);
    QCOMPARE(out.error().kind, std::string("std::length_error"));
    QVERIFY(out.error().message.ends_with("too long"));
    const auto odd = [](std::vector<DataContainer>) -> Result<DataContainer> { throw 42; };
    const auto nothing =
        ParallelQueuedFeatureUnion({multiply(2), multiply(3)}, {.joiner = odd}).transform({.dataInputs = {1}});
    QVERIFY(!nothing && nothing.error().message.starts_with("In the data joiner: "));
}

void Pipelines::aJoinersResultHasToLineUp()
{
    const auto uneven = [](std::vector<DataContainer> branches) -> Result<DataContainer> {
        return DataContainer{.ids = branches[0].ids, .dataInputs = {1, 2, 3}};
    };
    const ParallelQueuedFeatureUnion both({{"a", multiply(2)}, {"b", multiply(3)}}, {.joiner = uneven});
    const auto alone = both.transform({.dataInputs = {1, 2}});
    QVERIFY(!alone);
    QCOMPARE(alone.error().message, std::string("In the data joiner: \"ids\" has 2 entries, \"dataInputs\" has 3; they "
                                                "must have the same length."));
    const auto nested = SequentialQueuedPipeline({{"both", both}, add(1)}).transform({.dataInputs = {1, 2}});
    QVERIFY(!nested && nested.error().message.find("In the data joiner: ") != std::string::npos);
    QVERIFY(both.transform({.dataInputs = {1, 2, 3}}));
}

void Pipelines::pipelinesNestInOneAnother()
{
    const SequentialQueuedPipeline inner({{"x", 2, multiply(2)}, add(1)});
    const ParallelQueuedFeatureUnion both({{"plain", identity()}, {"inner", 2, inner}});
    const SequentialQueuedPipeline outer({add(1), {"both", both}, inner}, {.batchSize = 7});
    QCOMPARE(outer.problem().c_str(), "");
    const auto out = need(outer.transform({.dataInputs = upTo(50)}));
    // What each gives by itself, one after the other.
    const auto once = need(both.transform({.dataInputs = upTo(50, 1, 1)}));
    const auto twice = need(inner.transform(once));
    QCOMPARE(out.size(), size_t(100));
    QVERIFY(out.dataInputs == twice.dataInputs);
    QVERIFY(out.ids == twice.ids);
}

void Pipelines::aNestedPipelineThatCutsInItsOwnWayGivesWhatItGivesAlone()
{
    const SequentialQueuedPipeline padding({multiply(2)},
                                           {.batchSize = 4, .incomplete = Incomplete::Pad, .padDataInputs = 50});
    const SequentialQueuedPipeline outer({add(1), padding, {"last", 2, add(1)}}, {.batchSize = 3});
    QCOMPARE(outer.problem().c_str(), "");
    const auto out = need(outer.transform({.dataInputs = upTo(6)}));
    QVERIFY(out.dataInputs == DataList({3, 5, 7, 9, 11, 13, 101, 101}));
    QCOMPARE(out.id(7), Value());
    const ParallelQueuedFeatureUnion both({{"pad", padding}, {"as it is", identity()}}, {.batchSize = 3});
    QVERIFY(need(both.transform({.dataInputs = upTo(3)})).dataInputs == DataList({0, 2, 4, 100, 0, 1, 2}));
}

void Pipelines::aNestedUnionMayJoinWithAFunction()
{
    const auto last = [](std::vector<DataContainer> branches) -> Result<DataContainer> { return branches.back(); };
    const ParallelQueuedFeatureUnion both({multiply(2), multiply(3)}, {.joiner = last});
    const SequentialQueuedPipeline outer({add(1), both, add(1)}, {.batchSize = 10, .incomplete = Incomplete::Drop});
    QVERIFY(need(outer.transform({.dataInputs = upTo(25)})).dataInputs == DataList(upTo(20, 3, 4)));
}

void Pipelines::wrongSettingsAreSaidAtOnceAndByEveryCall_data()
{
    using Maker = std::function<SequentialQueuedPipeline()>;
    QTest::addColumn<std::shared_ptr<Maker>>("make");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, Maker make, const char *expected) {
        QTest::newRow(name) << std::make_shared<Maker>(std::move(make)) << QByteArray(expected);
    };
    using Steps = std::vector<QueuedStep>;
    using S = SequentialQueuedPipeline;
    row(
        "no steps", [] { return S(Steps{}); }, "no steps");
    row(
        "batch size 0", [] { return S({multiply(2)}, {.batchSize = 0}); }, "batch size is 0");
    row(
        "batch size -3", [] { return S({multiply(2)}, {.batchSize = -3}); }, "batch size is -3");
    row(
        "negative workers",
        [] {
            return S({{"m", -1, multiply(2)}});
        },
        "\"m\" can't have -1 workers");
    row(
        "negative workers per step", [] { return S({multiply(2)}, {.workersPerStep = -2}); }, "-2 workers");
    row(
        "negative queue size",
        [] {
            return S({{"m", 1, -4, multiply(2)}});
        },
        "\"m\" can't have a queue of -4");
    row(
        "negative cores", [] { return S({multiply(2)}, {.cores = -1}); }, "-1 cores");
    row(
        "no number of seconds", [] { return S({multiply(2)}, {.timeLimit = std::nan("")}); }, "limit of time");
    row(
        "negative default queue size", [] { return S({multiply(2)}, {.queueSize = -1}); }, "queue size is -1");
    row(
        "equal names",
        [] {
            return S({{"m", multiply(2)}, {"m", add(2)}});
        },
        "name \"m\"");
    row(
        "more arguments than workers",
        [] {
            return S({{"m", 1, {{{"by", 1}}, {{"by", 2}}}, multiply(2)}});
        },
        "2 sets of worker arguments for 1 worker");
    row(
        "arguments that no parameter is for",
        [] {
            return S({{"m", 2, {{{"bi", 1}}}, multiply(2)}});
        },
        "\"by\"");
    row(
        "arguments for a step without parameters",
        [] {
            return S({{"m", 2, {{{"by", 1}}}, mapStep([](double x) { return x; })}});
        },
        "declares no parameters");
    row(
        "unknown type",
        [] {
            return S({step("multipli", {{"by", 1}})});
        },
        "\"multiply\"");
    row(
        "unknown parameter",
        [] {
            return S({step("multiply", {{"by", 1}, {"of", 2}})});
        },
        "no parameter \"of\"");
    row(
        "missing parameter", [] { return S({step("multiply")}); }, "multiply");
    row(
        "wrong expression",
        [] {
            return S({step("formula", {{"expression", "value *"}, {"field", "x"}})});
        },
        "formula");
    row(
        "own code in processes", [] { return S({mapStep([](double x) { return x; })}, {.runIn = RunIn::Processes}); },
        "\"map\"");
    row(
        "a nested one",
        [] {
            return S({{"inner", S(Steps{})}});
        },
        "\"inner\": The pipeline has no steps");
    row(
        "arguments for a nested one",
        [] {
            return S({{"inner", 2, {{{"by", 1}}}, S({multiply(2)})}});
        },
        "\"inner\"");
    row(
        "negative retries", [] { return S({multiply(2)}, {.retries = -1}); }, "-1 retries");
}

void Pipelines::wrongSettingsAreSaidAtOnceAndByEveryCall()
{
    using Maker = std::function<SequentialQueuedPipeline()>;
    QFETCH(std::shared_ptr<Maker>, make);
    QFETCH(QByteArray, expected);
    SequentialQueuedPipeline pipeline = (*make)();
    QVERIFY(!pipeline.isValid());
    QVERIFY2(QByteArray::fromStdString(pipeline.problem()).contains(expected), pipeline.problem().c_str());
    QVERIFY2(pipeline.problem().ends_with('.') || pipeline.problem().ends_with('?'), pipeline.problem().c_str());
    const auto out = pipeline.transform({.dataInputs = {1}});
    QVERIFY(!out);
    QCOMPARE(out.error().message, pipeline.problem());
    QVERIFY(!pipeline.setup());
    QVERIFY(!pipeline.toPipeline());
}

void Pipelines::listsOfUnequalLengthAreRefused()
{
    const SequentialQueuedPipeline pipeline({multiply(2)});
    const auto ids = pipeline.transform({.ids = {1, 2}, .dataInputs = {1}});
    QVERIFY(!ids && ids.error().message.find("\"ids\" has 2 entries") != std::string::npos);
    const auto outputs = pipeline.transform({.dataInputs = {1}, .expectedOutputs = {1, 2, 3}});
    QVERIFY(!outputs && outputs.error().message.find("\"expectedOutputs\" has 3") != std::string::npos);
    Column two(ColumnType::Integer), one(ColumnType::Integer);
    two.resize(2);
    one.resize(1);
    const auto fields = pipeline.transform({.dataInputs = DataList::records({{"a", two}, {"b", one}})});
    QVERIFY(!fields);
}

void Pipelines::nothingInIsNothingOut()
{
    for (const Incomplete incomplete : {Incomplete::Keep, Incomplete::Drop, Incomplete::Pad}) {
        const SequentialQueuedPipeline pipeline(
            {multiply(2), mapStep([](double x) { return x; }), mapStep([](const Value &x) { return x; })},
            {.incomplete = incomplete});
        QCOMPARE(need(pipeline.transform({})).size(), size_t(0));
        QCOMPARE(need(pipeline.transform({.dataInputs = std::vector<double>()})).size(), size_t(0));
        const ParallelQueuedFeatureUnion both({multiply(2), add(3)},
                                              {.joiner = Joining::Fields, .incomplete = incomplete});
        QCOMPARE(need(both.transform({})).size(), size_t(0));
    }
}

void Pipelines::countsBatches()
{
    const auto count = [](Incomplete incomplete, size_t items) {
        return SequentialQueuedPipeline({multiply(2)}, {.batchSize = 10, .incomplete = incomplete}).batchCount(items);
    };
    QCOMPARE(count(Incomplete::Keep, 23), size_t(3));
    QCOMPARE(count(Incomplete::Drop, 23), size_t(2));
    QCOMPARE(count(Incomplete::Pad, 23), size_t(3));
    QCOMPARE(count(Incomplete::Keep, 0), size_t(0));
    QCOMPARE(count(Incomplete::Drop, 20), size_t(2));
    QCOMPARE(ParallelQueuedFeatureUnion({multiply(2), add(1)}, {.batchSize = 10}).batchCount(23), size_t(6));
}

void Pipelines::severalThreadsMayCallOnePipeline()
{
    const SequentialQueuedPipeline pipeline({{"double", 2, 2, multiply(2)}, {"add", 2, 1, add(1)}}, {.batchSize = 5});
    std::atomic<int> right{0};
    {
        std::vector<std::jthread> callers;
        for (int64_t caller = 0; caller < 4; ++caller)
            callers.emplace_back([&, caller] {
                for (int64_t call = 0; call < 5; ++call) {
                    const auto out = pipeline.transform({.dataInputs = upTo(200, 1, caller * 1'000 + call)});
                    right += out && out->dataInputs == DataList(upTo(200, 2, 2 * (caller * 1'000 + call) + 1));
                }
            });
    }
    QCOMPARE(right.load(), 20);
}

void Pipelines::savedAndReadAgainItDoesTheSame()
{
    const SequentialQueuedPipeline inner(
        {{"x", 2, 3, multiply(2)}, {"with arguments", 2, {{{"by", 1}}, {{"by", 1}}}, add(7)}});
    const ParallelQueuedFeatureUnion both(
        {{"inner", inner}, {"b", step("formula", {{"expression", "value + 1"}, {"field", "value"}})}},
        {.joiner = Joining::Batches});
    const SequentialQueuedPipeline outer({{"first", add(1)}, {"both", both}, {"last", 3, multiply(3)}},
                                         {.batchSize = 6, .onError = ErrorPolicy::Skip, .retries = 2});
    const Pipeline drawn = need(outer.toPipeline(step("read.container", {{"path", "in.json"}}),
                                                 step("write.container", {{"path", "out.json"}})));
    QCOMPARE(drawn.steps.size(), size_t(8));
    const auto again = SequentialQueuedPipeline::fromPipeline(drawn);
    QVERIFY2(again, again ? "" : again.error().message.c_str());
    const DataContainer data{.dataInputs = upTo(20)};
    QVERIFY(need(again->transform(data)) == need(outer.transform(data)));
    QCOMPARE(need(again->toPipeline(step("read.container", {{"path", "in.json"}}),
                                    step("write.container", {{"path", "out.json"}})))
                 .links,
             drawn.links);
    // Names are kept that couldn't be ids, those of nested pipelines before those of their steps among them.
    const auto names = [](const Pipeline &pipeline) {
        QStringList list;
        for (const PipelineStep &step : pipeline.steps)
            list << QString::fromStdString(step.id + '=' + step.name);
        return list.join(QLatin1Char(' '));
    };
    const Pipeline inMemory = need(outer.toPipeline()), drawnAgain = need(again->toPipeline());
    QVERIFY(names(inMemory).contains(QStringLiteral("both-inner-with-arguments=both/inner/with arguments")));
    QCOMPARE(names(drawnAgain), names(inMemory));
    const auto unionAgain = ParallelQueuedFeatureUnion::fromPipeline(need(both.toPipeline()));
    QVERIFY2(unionAgain, unionAgain ? "" : unionAgain.error().message.c_str());
    QVERIFY(need(unionAgain->transform(data)) == need(both.transform(data)));
    const auto own = SequentialQueuedPipeline({mapStep([](double x) { return x; })}).toPipeline();
    QVERIFY(!own && own.error().message.find("\"map\"") != std::string::npos);
}

void Pipelines::aReportSaysWhatFailedWhere()
{
    const SequentialQueuedPipeline pipeline({{"all right", add(0)}, {"choosy", 2, Choosy(7)}},
                                            {.batchSize = 5, .onError = ErrorPolicy::Skip});
    PipelineReport report;
    const auto out = need(pipeline.transform({.dataInputs = upTo(12)}, &report));
    QCOMPARE(out.size(), size_t(11));
    QCOMPARE(report.errors.size(), size_t(1));
    QCOMPARE(report.errors[0].step, std::string("choosy"));
    QCOMPARE(report.errors[0].itemId, Value(7));
    QCOMPARE(report.errors[0].kind, std::string("std::out_of_range"));
    QCOMPARE(report.errors[0].message, std::string("no 7"));
    QCOMPARE(report.errors[0].item, Value(Members{{"value", 7}}));
    QCOMPARE(report.sample.itemsRead, uint64_t(12));
    QCOMPARE(report.sample.itemsWritten, uint64_t(11));
}

void Pipelines::aReportSaysWhereNothingIsANumber()
{
    const SequentialQueuedPipeline pipeline({{"double", multiply(2)}});
    PipelineReport report;
    QCOMPARE(need(pipeline.transform({.dataInputs = {true, false}}, &report)).dataInputs, (DataList{true, false}));
    QCOMPARE(report.warnings.size(), size_t(1));
    QCOMPARE(report.warnings[0].step, std::string("double"));
    QVERIFY2(report.warnings[0].message.find("value is the boolean true, for example") != std::string::npos,
             report.warnings[0].message.c_str());
    for (const DataContainer &data : {DataContainer{.dataInputs = {1, true}}, DataContainer{.dataInputs = {2.5}},
                                      DataContainer{.dataInputs = {Value(List{1})}}, DataContainer{}}) {
        PipelineReport other;
        QVERIFY(pipeline.transform(data, &other));
        QCOMPARE(other.warnings.size(), size_t(0));
    }
}

void Pipelines::whatNoMachineCanHoldIsRefused()
{
    const std::pair<SequentialQueuedPipeline, const char *> refused[] = {
        {SequentialQueuedPipeline({{"m", 1'000'000'000, multiply(2)}}), "1000000000 workers"},
        {SequentialQueuedPipeline({multiply(2)}, {.workersPerStep = 1'000'000'000}), "1000000000 workers"},
        {SequentialQueuedPipeline({{"nested", 1'000, SequentialQueuedPipeline({{"m", 1'000, multiply(2)}})}}),
         "1000000 workers"},
        {SequentialQueuedPipeline(
             {{"n", 1'024,
               SequentialQueuedPipeline(
                   {{"n", 1'024,
                     SequentialQueuedPipeline(
                         {{"n", 1'024, SequentialQueuedPipeline({{"m", 1'024, multiply(2)}})}})}})}}),
         "workers"},
        {SequentialQueuedPipeline({multiply(2)}, {.batchSize = 4'000'000'000'000, .incomplete = Incomplete::Pad}),
         "4000000000000 items"},
    };
    for (const auto &[pipeline, words] : refused) {
        QVERIFY2(pipeline.problem().find(words) != std::string::npos, pipeline.problem().c_str());
        QCOMPARE(pipeline.transform({.dataInputs = {1}}).error().kind, std::string("settings"));
    }
    QVERIFY(SequentialQueuedPipeline({{"m", 1'024, multiply(2)}}).isValid());
    QVERIFY(
        need(SequentialQueuedPipeline({multiply(2)}, {.batchSize = 4'000'000'000'000}).transform({.dataInputs = {1}}))
            .size()
        == 1);
    Batching batching;
    batching.size = 4'000'000'000'000;
    batching.incomplete = Incomplete::Pad;
    const DataContainer data{.dataInputs = {1, 2}};
    QCOMPARE(data.minibatches(batching).error().kind, std::string("settings"));
    QCOMPARE(data.completed(batching).error().kind, std::string("settings"));
}

void Pipelines::thousandsOfStepsAreMadeInProportion()
{
    // Quadratic work would cost a hundred times as much for ten times as many.
    const auto secondsFor = [](size_t count, bool areOwn) {
        std::vector<QueuedStep> steps;
        for (size_t i = 0; i < count; ++i)
            steps.emplace_back(areOwn && i % 10 == 0 ? mapStep([](double x) { return x; }) : multiply(1));
        const std::clock_t begin = std::clock();
        const bool isValid = SequentialQueuedPipeline(std::move(steps)).isValid();
        return isValid ? double(std::clock() - begin) / CLOCKS_PER_SEC : -1.0;
    };
    for (const bool areOwn : {false, true}) {
        const double few = secondsFor(500, areOwn), many = secondsFor(5'000, areOwn);
        QVERIFY(few >= 0 && many >= 0);
        QVERIFY2(many < 40 * few + 0.05, qPrintable(QStringLiteral("%1 s, then %2 s").arg(few).arg(many)));
    }
}

void Pipelines::minibatchesAreCutAsTheEngineCuts()
{
    const DataContainer data{.ids = {"x", "y", "z", "u", "v"}, .dataInputs = upTo(5), .expectedOutputs = upTo(5, 2)};
    Batching batching;
    batching.size = 2;
    QCOMPARE(need(data.minibatches(batching)).size(), size_t(3));
    QCOMPARE(need(data.minibatches(batching))[2].ids[0], Value("v"));
    batching.incomplete = Incomplete::Drop;
    QCOMPARE(need(data.minibatches(batching)).size(), size_t(2));
    batching.incomplete = Incomplete::Pad;
    batching.padDataInputs = 9;
    const auto padded = need(data.minibatches(batching));
    QVERIFY(padded[2].dataInputs == DataList({4, 9}));
    QVERIFY(padded[2].ids == DataList({"v", Value()}));
    QVERIFY(padded[2].expectedOutputs == DataList({8, Value()}));
    const SequentialQueuedPipeline engine({identity()},
                                          {.batchSize = 2, .incomplete = Incomplete::Pad, .padDataInputs = 9});
    QVERIFY(need(engine.transform(data)) == need(data.completed(batching)));
    batching.size = 0;
    QVERIFY(!data.minibatches(batching));
}

} // namespace tst_pipelines

QTEST_APPLESS_MAIN(tst_pipelines::Pipelines)
#include "tst_pipelines.moc"
