// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "savers/StateText.h"
#include "streaming/ParallelQueuedFeatureUnion.h"

#include <cmath>

using namespace millrace;
using namespace millrace::test;

namespace {

/// Mean and standard deviation of the numbers, by their definition.
std::pair<double, double> momentsOf(const DataList &list)
{
    double sum = 0, squares = 0;
    for (size_t row = 0; row < list.size(); ++row)
        sum += list[row].toReal();
    const double mean = sum / double(list.size());
    for (size_t row = 0; row < list.size(); ++row)
        squares += (list[row].toReal() - mean) * (list[row].toReal() - mean);
    return {mean, std::sqrt(squares / double(list.size()))};
}

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

} // namespace

class Fitting : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsFittedTransformsAsOftenAsOneLikes();
    void transformingUnfittedIsAnErrorThatSaysWhatToDo();
    void fitTransformEqualsFitThenTransform();
    void stepsLearnFromWhatThoseBeforeThemMake();
    void aFitThatFailsKeepsWhatWasLearnt();
    void whatWasLearntCanBeSavedAndPutBack();
    void nestedPipelinesLearnToo();
    void nothingToLearnFromIsSaid();
};

void Fitting::whatIsFittedTransformsAsOftenAsOneLikes()
{
    SequentialQueuedPipeline pipeline({{"double", 2, 1, multiply(2)}, {"scale", 3, 1, step("scale.standard")}, add(10)},
                                      {.batchSize = 7});
    QCOMPARE(pipeline.problem().c_str(), "");
    QVERIFY(pipeline.fit({.dataInputs = upTo(100)}));
    for (int round = 0; round < 10; ++round) {
        const auto [mean, deviation] = momentsOf(need(pipeline.transform({.dataInputs = upTo(100)})).dataInputs);
        QVERIFY(isNear(mean, 10) && isNear(deviation, 1));
    }
    // Other data, by what was learnt from the first: 49.5 was the mean.
    const auto other = need(pipeline.transform({.dataInputs = std::vector<double>{49.5}}));
    QVERIFY(isNear(other.dataInputs[0].toReal(), 10));
    QVERIFY(pipeline.setup());
}

void Fitting::transformingUnfittedIsAnErrorThatSaysWhatToDo()
{
    SequentialQueuedPipeline pipeline({{"scale", step("scale.standard")}});
    const auto out = pipeline.transform({.dataInputs = upTo(10)});
    QVERIFY(!out);
    QVERIFY2(out.error().message.find("\"scale\"") != std::string::npos, out.error().message.c_str());
    QVERIFY2(out.error().message.find("fit the pipeline") != std::string::npos, out.error().message.c_str());
}

void Fitting::fitTransformEqualsFitThenTransform()
{
    const DataContainer data{.ids = upTo(50, 2), .dataInputs = upTo(50, 3, 1), .expectedOutputs = upTo(50)};
    SequentialQueuedPipeline one({step("scale.standard"), multiply(3)}, {.batchSize = 8}), two = one;
    const auto atOnce = need(one.fitTransform(data));
    QVERIFY(two.fit(data));
    QVERIFY(need(two.transform(data)) == atOnce);
    QVERIFY(need(one.transform(data)) == atOnce);
    QCOMPARE(atOnce.ids, data.ids);
    QCOMPARE(atOnce.expectedOutputs, data.expectedOutputs);
}

void Fitting::stepsLearnFromWhatThoseBeforeThemMake()
{
    SequentialQueuedPipeline pipeline(
        {{"first", step("scale.standard")}, multiply(5), {"second", step("scale.standard")}}, {.batchSize = 9});
    const auto [mean, deviation] = momentsOf(need(pipeline.fitTransform({.dataInputs = upTo(60)})).dataInputs);
    QVERIFY(isNear(mean, 0) && isNear(deviation, 1));
    QCOMPARE(pipeline.fitted().size(), size_t(2));
    QVERIFY(pipeline.fitted().contains("first") && pipeline.fitted().contains("second"));
}

void Fitting::aFitThatFailsKeepsWhatWasLearnt()
{
    SequentialQueuedPipeline pipeline({{"choosy", Choosy(7)}, {"scale", step("scale.standard")}}, {.batchSize = 1});
    QVERIFY(pipeline.fit({.dataInputs = upTo(5)}));
    const FittedStates before = pipeline.fitted();
    const auto failed = pipeline.fit({.dataInputs = upTo(20)});
    QVERIFY(!failed);
    QCOMPARE(failed.error().kind, std::string("std::out_of_range"));
    QVERIFY2(failed.error().message.find("\"choosy\", item 7") != std::string::npos, failed.error().message.c_str());
    QVERIFY(pipeline.fitted() == before);
    QVERIFY(pipeline.transform({.dataInputs = upTo(5)}));
}

void Fitting::whatWasLearntCanBeSavedAndPutBack()
{
    const DataContainer data{.dataInputs = upTo(40, 7)};
    const SequentialQueuedPipeline unfitted({{"scale", step("scale.standard")}, add(1)}, {.batchSize = 6});
    SequentialQueuedPipeline fitted = unfitted, loaded = unfitted;
    const auto expected = need(fitted.fitTransform(data));
    FittedStates states;
    for (const auto &[name, state] : fitted.fitted())
        states.emplace(name, need(parseStateText(toStateText(state))));
    loaded.setFitted(states);
    QVERIFY(need(loaded.transform(data)) == expected);
    QVERIFY(!unfitted.transform(data));
}

void Fitting::nestedPipelinesLearnToo()
{
    const SequentialQueuedPipeline drawn({{"inner scale", step("scale.standard")}});
    const SequentialQueuedPipeline byItself({{"inner scale", step("scale.standard")}},
                                            {.batchSize = 4, .incomplete = Incomplete::Drop});
    for (const SequentialQueuedPipeline &inner : {drawn, byItself}) {
        SequentialQueuedPipeline outer({multiply(2), inner, add(3)}, {.batchSize = 5});
        QCOMPARE(outer.problem().c_str(), "");
        const auto first = need(outer.fitTransform({.dataInputs = upTo(40)}));
        const auto [mean, deviation] = momentsOf(first.dataInputs);
        QVERIFY(isNear(mean, 3) && isNear(deviation, 1));
        QVERIFY(need(outer.transform({.dataInputs = upTo(40)})) == first);
    }
    ParallelQueuedFeatureUnion both({{"scaled", step("scale.standard")}, {"plain", identity()}}, {.batchSize = 5});
    const auto out = need(both.fitTransform({.dataInputs = upTo(20)}));
    QCOMPARE(out.size(), size_t(40));
    QVERIFY(isNear(momentsOf(out.dataInputs.slice(0, 20)).second, 1));
    QVERIFY(need(both.transform({.dataInputs = upTo(20)})) == out);
}

void Fitting::nothingToLearnFromIsSaid()
{
    SequentialQueuedPipeline pipeline({{"scale", step("scale.standard")}});
    const auto fitted = pipeline.fit({});
    QVERIFY(!fitted);
    QVERIFY2(fitted.error().message.find("nothing to learn from") != std::string::npos, fitted.error().message.c_str());
    // Without a step that learns a fit is only a run.
    SequentialQueuedPipeline plain({multiply(2)});
    QVERIFY(plain.fit({.dataInputs = upTo(3)}));
    QVERIFY(plain.fitted().empty());
}

QTEST_APPLESS_MAIN(Fitting)
#include "tst_fitting.moc"
