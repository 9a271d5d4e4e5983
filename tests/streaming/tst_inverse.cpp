// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "steps/InvertibleStep.h"
#include "streaming/ParallelQueuedFeatureUnion.h"

#include <cmath>

using namespace millrace;
using namespace millrace::test;

namespace tst_inverse {

namespace {

/// A step of one's own that can be taken back.
class Negative final : public Step, public InvertibleStep
{
public:
    Result<> process(Batch &batch) override
    {
        for (double &value : batch.columnToChange(0).realsToChange())
            value = -value;
        return {};
    }
    Result<> invert(Batch &batch) override { return process(batch); }
};

DataContainer reals(std::vector<double> numbers)
{
    return {.dataInputs = std::move(numbers)};
}

} // namespace

class Inverse : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scalersGiveBackTheNumbers();
    void encodersGiveBackTheCategories();
    void stepsAreTakenBackFromTheLastOn();
    void idsNullsAndExpectedOutputsStay();
    void whatIsNoCategoryFailsItsItem();
    void whatCannotBeTakenBackIsSaid();
};

void Inverse::scalersGiveBackTheNumbers()
{
    for (const char *type : {"scale.standard", "scale.minmax"}) {
        SequentialQueuedPipeline pipeline{step(type)};
        const DataContainer data = reals({3, 5, 10, -2});
        const DataContainer scaled = need(pipeline.fitTransform(data));
        QVERIFY(!(scaled == data));
        const DataContainer back = need(pipeline.inverseTransform(scaled));
        for (size_t row = 0; row < data.size(); ++row)
            QVERIFY(std::abs(back.dataInputs[row].toReal() - data.dataInputs[row].toReal()) < 1e-12);
        const double middle = need(pipeline.inverseTransform(reals({0}))).dataInputs[0].toReal();
        QVERIFY(std::abs(middle - (std::string(type) == "scale.standard" ? 4 : -2)) < 1e-12);
    }
}

void Inverse::encodersGiveBackTheCategories()
{
    const DataContainer data{.dataInputs = {{{"city", "Bern"}, {"size", 2}}, {{"city", "Aarau"}, {"size", 3}}}};
    for (const char *type : {"encode.ordinal", "encode.onehot"}) {
        SequentialQueuedPipeline pipeline{step(type, {{"fields", List{"city"}}})};
        const DataContainer encoded = need(pipeline.fitTransform(data));
        QVERIFY(!(encoded == data));
        const DataContainer back = need(pipeline.inverseTransform(encoded));
        for (size_t row = 0; row < data.size(); ++row) {
            QCOMPARE(back.dataInputs.column("city")->value(row), data.dataInputs.column("city")->value(row));
            QCOMPARE(back.dataInputs.column("size")->value(row), data.dataInputs.column("size")->value(row));
        }
        QCOMPARE(back.dataInputs.columns().size(), size_t(2));
    }
}

void Inverse::stepsAreTakenBackFromTheLastOn()
{
    SequentialQueuedPipeline pipeline(
        {{"inner", SequentialQueuedPipeline({step("scale.minmax", {{"maximum", 10}})}, {.batchSize = 2})},
         identity(),
         {"turned", 2, Negative()},
         step("scale.minmax", {{"minimum", 5}, {"maximum", 6}})});
    const DataContainer data = reals({1, 2, 3, 4, 5});
    const DataContainer there = need(pipeline.fitTransform(data));
    QVERIFY(std::abs(there.dataInputs[0].toReal() - 6) < 1e-12);
    const DataContainer back = need(pipeline.inverseTransform(there));
    for (size_t row = 0; row < data.size(); ++row)
        QVERIFY(std::abs(back.dataInputs[row].toReal() - data.dataInputs[row].toReal()) < 1e-12);
}

void Inverse::idsNullsAndExpectedOutputsStay()
{
    SequentialQueuedPipeline pipeline{step("scale.minmax")};
    const DataContainer data{.ids = {"a", "b", "c"}, .dataInputs = {0.0, nullptr, 4.0}, .expectedOutputs = {7, 8, 9}};
    const DataContainer back = need(pipeline.inverseTransform(need(pipeline.fitTransform(data))));
    QCOMPARE(back.ids, data.ids);
    QCOMPARE(back.expectedOutputs, data.expectedOutputs);
    QCOMPARE(back.dataInputs, (DataList{0.0, nullptr, 4.0}));
}

void Inverse::whatIsNoCategoryFailsItsItem()
{
    SequentialQueuedPipeline pipeline({step("encode.ordinal")}, {.onError = ErrorPolicy::Skip});
    QVERIFY(pipeline.fit({.dataInputs = {"a", "b"}}));
    PipelineReport report;
    const DataContainer back = need(pipeline.inverseTransform({.dataInputs = {1, 2, 0}}, &report));
    QCOMPARE(back.dataInputs, (DataList{"b", "a"}));
    QCOMPARE(report.errors.size(), size_t(1));
}

void Inverse::whatCannotBeTakenBackIsSaid()
{
    const auto errorOf = [](const BaseQueuedPipeline &pipeline) {
        const auto back = pipeline.inverseTransform({.dataInputs = {1.0}});
        return back ? std::string() : back.error().kind + ": " + back.error().message;
    };
    QVERIFY(errorOf(SequentialQueuedPipeline({{"m", mapStep([](double x) { return x; })}}))
                .starts_with("settings: The step \"m\""));
    QCOMPARE(errorOf(SequentialQueuedPipeline({{"s", step("scale.minmax")}})),
             std::string("unfitted: The step \"s\" hasn't learnt anything yet; fit the pipeline first."));
    QVERIFY(errorOf(ParallelQueuedFeatureUnion({identity()})).find("branches") != std::string::npos);
    QVERIFY(errorOf(SequentialQueuedPipeline({step("no such type")})).starts_with("settings: "));
}

} // namespace tst_inverse

QTEST_GUILESS_MAIN(tst_inverse::Inverse)
#include "tst_inverse.moc"
