// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "data/json/StateText.h"
#include "remote/WorkerProcess.h"
#include "streaming/ParallelQueuedFeatureUnion.h"

#include <QCoreApplication>
#include <QDir>
#include <QTemporaryDir>

#include <cmath>
#include <filesystem>

using namespace millrace;
using namespace millrace::test;

namespace tst_fitting {

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

/// Learns the largest number, and takes it from all: a program's own step that learns.
class BelowTheLargest final : public Step
{
public:
    static void describe(StepBuilder<BelowTheLargest> &step) { step.fittable(); }
    Result<> beginFit(const StepContext &) override
    {
        m_largest = {};
        return {};
    }
    Result<> fit(const Batch &batch) override
    {
        for (const int64_t number : batch.column(0).integers())
            m_largest = m_largest.isNull() ? number : std::max(m_largest.toInteger(), number);
        return {};
    }
    Value state() const override { return m_largest; }
    Result<> setState(const Value &state) override
    {
        m_largest = state;
        return {};
    }
    Result<> process(Batch &batch) override
    {
        for (int64_t &number : batch.columnToChange(0).integersToChange())
            number -= m_largest.toInteger();
        return {};
    }

private:
    Value m_largest;
};

/// Adds the sum of what it has seen: 0 before it has seen anything.
class PlusSum final : public Step
{
public:
    static void describe(StepBuilder<PlusSum> &step) { step.fittable(); }
    Result<> beginFit(const StepContext &) override
    {
        m_sum = 0;
        return {};
    }
    Result<> fit(const Batch &batch) override
    {
        for (const int64_t number : batch.column(0).integers())
            m_sum += number;
        return {};
    }
    Value state() const override { return m_sum; }
    Result<> setState(const Value &state) override
    {
        m_sum = state.toInteger();
        return {};
    }
    Result<> process(Batch &batch) override
    {
        for (int64_t &number : batch.columnToChange(0).integersToChange())
            number += m_sum;
        return {};
    }

private:
    int64_t m_sum = 0;
};

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
    void aFolderIsSavedAndLoadedInAnyOrderAnyNumberOfTimes();
    void aFolderOfAUnionAndOfNestedStepsIsReadBack();
    void whatLearntBeforeItWasChangedIsSaidWhenItIsLoaded();
    void aProgramsOwnStepIsSavedAndLoadedToo();
    void aStepThatIsOfUseBeforeItHasLearntLearnsToo();
    void aDamagedFolderIsRefusedAndWhatWasLearntStays();
    void whatCantBeSavedOrDoesntFitIsRefused();
    void workerProcessesGetWhatWasLearnt();
    void nestedPipelinesLearnToo();
    void nothingToLearnFromIsSaid();
    void aPipelineThatLearnsNothingIsSavedToo();
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

void Fitting::aFolderIsSavedAndLoadedInAnyOrderAnyNumberOfTimes()
{
    const QTemporaryDir temporary;
    const std::string first = temporary.filePath(QStringLiteral("first")).toStdString();
    const std::string second = temporary.filePath(QStringLiteral("second")).toStdString();
    const DataContainer few{.dataInputs = upTo(40, 7)}, others{.dataInputs = upTo(90, 3, 11)};
    const SequentialQueuedPipeline unfitted(
        {{"data", step("scale.standard")}, {"by two", 2, multiply(2)}, {"low", 2, step("scale.minmax")}},
        {.batchSize = 6});
    SequentialQueuedPipeline pipeline = unfitted;
    const auto ofFew = need(pipeline.fitTransform(few));
    for (int round = 0; round < 3; ++round) {
        QVERIFY(pipeline.save(first));
        SequentialQueuedPipeline loaded = unfitted;
        QVERIFY(loaded.load(first));
        QVERIFY(loaded.fitted() == pipeline.fitted());
        QVERIFY(need(loaded.transform(few)) == ofFew);
        QVERIFY(need(need(SequentialQueuedPipeline::fromFolder(first)).transform(few)) == ofFew);
        // Fitted anew on other data, transforming in between, and back to what was kept.
        const auto ofOthers = need(loaded.fitTransform(others));
        QVERIFY(need(loaded.transform(others)) == ofOthers);
        QVERIFY(loaded.save(second));
        QVERIFY(loaded.load(first));
        QVERIFY(need(loaded.transform(few)) == ofFew);
        QVERIFY(loaded.load(second));
        QVERIFY(need(loaded.transform(others)) == ofOthers);
        QVERIFY(!(need(loaded.transform(few)) == ofFew));
        QVERIFY(pipeline.load(second) && pipeline.load(first)); // and saved again in the next round
    }
}

void Fitting::aFolderOfAUnionAndOfNestedStepsIsReadBack()
{
    const QTemporaryDir temporary;
    const std::string folder = temporary.filePath(QStringLiteral("fitted")).toStdString();
    const SequentialQueuedPipeline inner({{"scale", step("scale.standard")}, multiply(3)});
    const ParallelQueuedFeatureUnion unfitted({{"inner", inner}, {"low", step("scale.minmax")}}, {.batchSize = 5});
    ParallelQueuedFeatureUnion fitted = unfitted, loaded = unfitted;
    const DataContainer data{.dataInputs = upTo(23, 5)};
    const auto expected = need(fitted.fitTransform(data));
    QVERIFY(fitted.save(folder));
    QVERIFY(loaded.load(folder));
    QVERIFY(need(loaded.transform(data)) == expected);
    QVERIFY(need(need(ParallelQueuedFeatureUnion::fromFolder(folder)).transform(data)) == expected);
}

void Fitting::whatLearntBeforeItWasChangedIsSaidWhenItIsLoaded()
{
    const QTemporaryDir temporary;
    const std::string folder = temporary.filePath(QStringLiteral("fitted")).toStdString();
    const auto with = [](double factor, int workers, int batchSize) {
        return SequentialQueuedPipeline(
            {{"times", workers, multiply(factor)}, {"scale", workers, step("scale.minmax")}, {"more", add(factor)}},
            {.batchSize = batchSize});
    };
    SequentialQueuedPipeline fitted = with(2, 1, 5), same = with(2, 3, 7), changed = with(4, 1, 5);
    QVERIFY(fitted.fit({.dataInputs = upTo(9)}));
    QVERIFY(fitted.save(folder));
    QVERIFY(need(same.load(folder)).empty());
    const Problems stale = need(changed.load(folder));
    QCOMPARE(stale.size(), size_t(1));
    QCOMPARE(stale[0].step, std::string("scale"));
    QVERIFY2(stale[0].text.find("\"times\" was changed (by)") != std::string::npos, stale[0].text.c_str());
    QVERIFY(changed.fitted() == fitted.fitted()); // loaded all the same
}

void Fitting::aProgramsOwnStepIsSavedAndLoadedToo()
{
    const QTemporaryDir temporary;
    const std::string folder = temporary.filePath(QStringLiteral("fitted")).toStdString();
    const SequentialQueuedPipeline unfitted({{"below", BelowTheLargest()}, multiply(2)}, {.batchSize = 4});
    SequentialQueuedPipeline fitted = unfitted, loaded = unfitted;
    QVERIFY(fitted.fit({.dataInputs = upTo(11)}));
    const auto saved = fitted.save(folder);
    QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
    QVERIFY(loaded.load(folder));
    QCOMPARE(need(loaded.transform({.dataInputs = upTo(11)})).dataInputs, DataList(upTo(11, 2, -20)));
    // Only a program that has the class knows what to do with it.
    const auto read = SequentialQueuedPipeline::fromFolder(folder);
    QVERIFY(!read);
    QVERIFY2(read.error().message.find("BelowTheLargest") != std::string::npos, read.error().message.c_str());
}

void Fitting::aStepThatIsOfUseBeforeItHasLearntLearnsToo()
{
    SequentialQueuedPipeline pipeline({{"sum", PlusSum()}, multiply(1)}, {.batchSize = 2});
    const DataContainer data{.dataInputs = upTo(4)};
    QCOMPARE(need(pipeline.transform(data)).dataInputs, DataList(upTo(4)));
    QVERIFY(pipeline.fit(data));
    QCOMPARE(pipeline.fitted().size(), size_t(1));
    QCOMPARE(need(pipeline.transform(data)).dataInputs, DataList(upTo(4, 1, 6)));
}

void Fitting::aDamagedFolderIsRefusedAndWhatWasLearntStays()
{
    const QTemporaryDir temporary;
    const auto folder = std::filesystem::path(temporary.path().toStdString()) / "fitted";
    SequentialQueuedPipeline pipeline({{"scale", step("scale.standard")}, {"low", step("scale.minmax")}});
    QVERIFY(pipeline.fit({.dataInputs = upTo(9)}));
    QVERIFY(pipeline.save(folder.string()));
    QVERIFY(pipeline.fit({.dataInputs = upTo(77)}));
    const FittedStates before = pipeline.fitted();
    for (const char *name : {"manifest.json", "pipeline.millrace", "steps/scale.json", "steps/low.json"}) {
        std::filesystem::rename(folder / name, folder / "hidden");
        const auto loaded = pipeline.load(folder.string());
        QVERIFY(!loaded);
        QVERIFY2(loaded.error().message.find(name) != std::string::npos, loaded.error().message.c_str());
        QVERIFY(!SequentialQueuedPipeline::fromFolder(folder.string()));
        QVERIFY(pipeline.fitted() == before);
        std::filesystem::rename(folder / "hidden", folder / name);
    }
    std::filesystem::resize_file(folder / "steps/low.json", 40);
    QVERIFY(!pipeline.load(folder.string()));
    QVERIFY(pipeline.fitted() == before);
    const auto missing = pipeline.load((folder / "nowhere").string());
    QVERIFY(!missing);
    QVERIFY2(missing.error().message.find("nowhere") != std::string::npos, missing.error().message.c_str());
}

void Fitting::whatCantBeSavedOrDoesntFitIsRefused()
{
    const QTemporaryDir temporary;
    const std::string folder = temporary.filePath(QStringLiteral("fitted")).toStdString();
    const auto refusal = [](const auto &result) { return result ? std::string() : result.error().message; };
    const auto says = [](const std::string &text, const char *words) {
        const bool found = text.find(words) != std::string::npos;
        if (!found)
            qWarning("\"%s\" doesn't say \"%s\"", text.c_str(), words);
        return found;
    };
    SequentialQueuedPipeline pipeline({{"scale", step("scale.standard")}});
    QVERIFY(says(refusal(pipeline.save(folder)), "\"scale\" hasn't learnt anything yet"));
    QVERIFY(says(refusal(SequentialQueuedPipeline({{"scale", step("none")}}).save(folder)), "none"));
    const SequentialQueuedPipeline dropping({{"scale", step("scale.standard")}}, {.incomplete = Incomplete::Drop});
    SequentialQueuedPipeline outer({multiply(2), dropping});
    QVERIFY(says(refusal(outer.save(folder, step("read.container"), step("write.container"))), "drops or pads"));
    QVERIFY(!std::filesystem::exists(folder));

    QVERIFY(pipeline.fit({.dataInputs = upTo(9)}));
    QVERIFY(says(refusal(pipeline.save(folder + "/not/there")), "doesn't exist"));
    QVERIFY(pipeline.save(folder));
    SequentialQueuedPipeline renamed({{"other", step("scale.standard")}});
    QVERIFY(says(refusal(renamed.load(folder)), "other: "));
    SequentialQueuedPipeline retyped({{"scale", step("scale.minmax")}});
    QVERIFY(says(refusal(retyped.load(folder)), "scale.minmax"));
    SequentialQueuedPipeline ofOtherFields({{"scale", step("scale.standard", {{"fields", List{"price"}}})}});
    QVERIFY(says(refusal(ofOtherFields.load(folder)), "\"price\""));
    QVERIFY(ofOtherFields.fitted().empty());
}

void Fitting::workerProcessesGetWhatWasLearnt()
{
    const QTemporaryDir temporary;
    const std::string folder = temporary.filePath(QStringLiteral("fitted")).toStdString();
    const DataContainer data{.dataInputs = upTo(60, 7)};
    const auto with = [](RunIn runIn, bool useSavers = true) {
        return SequentialQueuedPipeline({{"scale", 2, step("scale.standard")}, {"low", 2, step("scale.minmax")}},
                                        {.batchSize = 5, .runIn = runIn, .useSavers = useSavers});
    };
    SequentialQueuedPipeline threads = with(RunIn::Threads), processes = with(RunIn::Processes);
    QCOMPARE(processes.problem().c_str(), "");
    const auto expected = need(threads.fitTransform(data));
    QVERIFY(need(processes.fitTransform(data)) == expected);
    QVERIFY(need(processes.transform(data)) == expected);
    QVERIFY(threads.save(folder));
    SequentialQueuedPipeline loaded = with(RunIn::Processes);
    QVERIFY(loaded.load(folder));
    QVERIFY(need(loaded.transform(data)) == expected);
    QVERIFY(loaded.save(folder));
    QVERIFY(need(need(SequentialQueuedPipeline::fromFolder(folder)).transform(data)) == expected);
    const std::string problem = with(RunIn::Processes, false).problem();
    QVERIFY2(problem.find("\"scale\"") != std::string::npos && problem.find("savers") != std::string::npos,
             problem.c_str());
    QCOMPARE(with(RunIn::Threads, false).problem().c_str(), "");
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

void Fitting::aPipelineThatLearnsNothingIsSavedToo()
{
    const QTemporaryDir temporary;
    const std::string folder = temporary.filePath(QStringLiteral("plain")).toStdString();
    SequentialQueuedPipeline pipeline({{"double", 2, multiply(2)}, {"add", add(1)}});
    const auto saved = pipeline.save(folder);
    QVERIFY2(saved, saved ? "" : saved.error().message.c_str());
    QVERIFY(need(pipeline.load(folder)).empty());
    const auto again = need(SequentialQueuedPipeline::fromFolder(folder));
    QCOMPARE(again.stepNames(), pipeline.stepNames());
    QCOMPARE(need(again.transform({.dataInputs = upTo(5)})).dataInputs, DataList(upTo(5, 2, 1)));
}

} // namespace tst_fitting

int main(int argc, char *argv[])
{
    if (const auto status = runWorkerIfAsked(argc, argv, builtInSteps()))
        return *status;
    const QCoreApplication application(argc, argv);
    tst_fitting::Fitting test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_fitting.moc"
