// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "streaming/ParallelQueuedFeatureUnion.h"

using namespace millrace;
using namespace millrace::test;

Q_DECLARE_METATYPE(std::shared_ptr<millrace::SequentialQueuedPipeline>)

namespace tst_step_forms {

namespace {

/// Adds its worker's number times a thousand.
class Stamp final : public Step
{
public:
    static void describe(StepBuilder<Stamp> &step)
    {
        step.id("stamp").title("Stamp").help("Adds a number.");
        step.param("number", &Stamp::number).help("What is added.");
    }
    Result<> process(Batch &batch) override
    {
        for (int64_t &value : batch.columnToChange(0).integersToChange())
            value += number;
        return {};
    }
    int64_t number = 0;
};

/// Keeps the last worker's number that it was opened with.
class Which final : public Step
{
public:
    explicit Which(std::shared_ptr<std::atomic<int>> made) : m_made(std::move(made)) {}
    Result<> open(const StepContext &) override
    {
        m_made->fetch_add(1);
        return {};
    }

private:
    std::shared_ptr<std::atomic<int>> m_made;
};

Value doubled(const Value &item)
{
    return Value(item.toInteger() * 2);
}

} // namespace

class StepForms : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFormGivesTheSame_data();
    void everyFormGivesTheSame();
    void namesAreTheStepsOwnAndNumberedWhereTheyRepeat();
    void aStepOfOnesOwnNeedsNoRegistration();
    void functionsAreSteps();
    void anyRegisteredTypeIsAStep();
    void eachWorkerHasItsArgumentsOverItsOwnParameters();
    void workerArgumentsReachRegisteredSteps();
    void eachWorkerHasAStepOfItsOwn();
    void settingsByNameAreThoseOfTheForms();
    void settingsByNameReachTheRun();
    void equalNamesAreNumberedOnRequest();
};

void StepForms::everyFormGivesTheSame_data()
{
    QTest::addColumn<std::shared_ptr<SequentialQueuedPipeline>>("pipeline");
    const auto row = [](const char *name, std::vector<QueuedStep> steps) {
        QTest::newRow(name) << std::make_shared<SequentialQueuedPipeline>(std::move(steps),
                                                                          QueuedPipelineOptions{.batchSize = 10});
    };
    const WorkerArguments arguments{{{"by", 2}}, {{"by", 2}}};
    row("step", {multiply(2), add(1)});
    row("name, step", {{"double", multiply(2)}, {"add", add(1)}});
    row("workers, step", {{2, multiply(2)}, {3, add(1)}});
    row("name, workers, step", {{"double", 2, multiply(2)}, {"add", 3, add(1)}});
    row("name, workers, queue size, step", {{"double", 2, 10, multiply(2)}, {"add", 1, 1, add(1)}});
    row("name, workers, arguments, step", {{"double", 2, arguments, multiply(7)}, {"add", add(1)}});
    row("name, workers, arguments, queue size, step",
        {{"double", 2, {{{"by", 2}}, {{"by", 2}}}, 5, multiply(7)}, {"add", add(1)}});
    row("all forms at once", {multiply(2), {"a", 2, 10, add(3)}, {2, add(-1)}, {"b", add(-1)}});
}

void StepForms::everyFormGivesTheSame()
{
    QFETCH(std::shared_ptr<SequentialQueuedPipeline>, pipeline);
    QCOMPARE(pipeline->problem().c_str(), "");
    const auto out = need(pipeline->transform({.dataInputs = upTo(101)}));
    QVERIFY(out.dataInputs == DataList(upTo(101, 2, 1)));
    QVERIFY(out.ids == DataList(upTo(101)));
}

void StepForms::namesAreTheStepsOwnAndNumberedWhereTheyRepeat()
{
    const SequentialQueuedPipeline pipeline(
        {multiply(2), multiply(3), {"add", add(1)}, add(2), identity().named("x y")});
    QCOMPARE(pipeline.stepNames(), (std::vector<std::string>{"multiply", "multiply-2", "add", "add-2", "x-y"}));
    const SequentialQueuedPipeline own({Stamp(), Which(nullptr), mapStep([](double x) { return x; })});
    QCOMPARE(own.stepNames(), (std::vector<std::string>{"stamp", "Which", "map"}));
}

void StepForms::aStepOfOnesOwnNeedsNoRegistration()
{
    Stamp stamp;
    stamp.number = 100;
    const SequentialQueuedPipeline pipeline({stamp, {"again", 2, stamp}});
    QVERIFY(need(pipeline.transform({.dataInputs = upTo(5)})).dataInputs == DataList(upTo(5, 1, 200)));
}

void StepForms::functionsAreSteps()
{
    const DataContainer data{.dataInputs = upTo(7)};
    const SequentialQueuedPipeline numbers({mapStep([](double x) { return x / 2; })});
    QVERIFY(need(numbers.transform(data)).dataInputs == DataList(std::vector<double>{0, 0.5, 1, 1.5, 2, 2.5, 3}));
    const SequentialQueuedPipeline generic({mapStep([](auto x) { return x + 0.5; })});
    QCOMPARE(need(generic.transform(data)).dataInputs[6], Value(6.5));
    const SequentialQueuedPipeline values({mapStep(doubled)});
    QVERIFY(need(values.transform(data)).dataInputs == DataList(upTo(7, 2)));
    const SequentialQueuedPipeline batches({mapStep([](Batch &batch) {
        for (int64_t &value : batch.columnToChange(0).integersToChange())
            value += 1;
    })});
    QVERIFY(need(batches.transform(data)).dataInputs == DataList(upTo(7, 1, 1)));
    const SequentialQueuedPipeline records(
        {mapStep([](const Value &item) -> Result<Value> {
            if (item == Value(3))
                return failure("three", "three is too many");
            return Value(Members{{"n", item}, {"name", "item " + std::to_string(item.toInteger())}});
        })},
        {.onError = ErrorPolicy::Skip});
    const auto named = need(records.transform(data));
    QCOMPARE(named.size(), size_t(6));
    QCOMPARE(named.dataInputs[3], Value(Members{{"n", 4}, {"name", "item 4"}}));
    QCOMPARE(named.id(3), Value(4));
}

void StepForms::anyRegisteredTypeIsAStep()
{
    const SequentialQueuedPipeline pipeline({step("formula", {{"expression", "value * value"}, {"field", "value"}}),
                                             step("filter", {{"expression", "value % 2 == 0"}})});
    QCOMPARE(pipeline.problem().c_str(), "");
    const auto out = need(pipeline.transform({.dataInputs = upTo(6)}));
    QCOMPARE(out.size(), size_t(3));
    QVERIFY(isSameNumber(out.dataInputs[2], Value(16)));
    QCOMPARE(out.id(2), Value(4));
}

void StepForms::eachWorkerHasItsArgumentsOverItsOwnParameters()
{
    Stamp stamp;
    stamp.number = 7'000;
    // Two workers have arguments, the third keeps what its own copy has. Every item must have gone through one of them.
    const SequentialQueuedPipeline pipeline({{"stamp", 3, {{{"number", 1'000}}, {{"number", 2'000}}}, stamp}},
                                            {.batchSize = 1});
    QCOMPARE(pipeline.problem().c_str(), "");
    const auto out = need(pipeline.transform({.dataInputs = upTo(500)}));
    for (size_t row = 0; row < 500; ++row) {
        const int64_t added = out.dataInputs[row].toInteger() - int64_t(row);
        QVERIFY(added == 1'000 || added == 2'000 || added == 7'000);
    }
    const SequentialQueuedPipeline first({{"stamp", 1, {{{"number", 1'000}}}, stamp}});
    QVERIFY(need(first.transform({.dataInputs = upTo(3)})).dataInputs == DataList(upTo(3, 1, 1'000)));
}

void StepForms::workerArgumentsReachRegisteredSteps()
{
    const SequentialQueuedPipeline pipeline({{"m", 1, {{{"by", 5}}}, multiply(2)}});
    QVERIFY(need(pipeline.transform({.dataInputs = upTo(4)})).dataInputs == DataList(upTo(4, 5)));
}

void StepForms::eachWorkerHasAStepOfItsOwn()
{
    auto made = std::make_shared<std::atomic<int>>(0);
    SequentialQueuedPipeline pipeline({{"which", 5, Which(made)}});
    QVERIFY(pipeline.setup());
    QCOMPARE(made->load(), 5);
    QVERIFY(pipeline.isSetUp());
    pipeline.teardown();
    QVERIFY(!pipeline.isSetUp());
}

void StepForms::settingsByNameAreThoseOfTheForms()
{
    const QueuedStep step = QueuedStepBuilder(multiply(3))
                                .named("x")
                                .workers(2)
                                .queue(10)
                                .arguments({{{"by", 4}}})
                                .runIn(RunIn::Processes)
                                .onError(ErrorPolicy::Skip)
                                .retries(1)
                                .timeLimit(1.5)
                                .memoryLimit(64);
    QCOMPARE(step.name, std::string("x"));
    QCOMPARE(step.workers, std::optional(2));
    QCOMPARE(step.queueSize, std::optional(10));
    QCOMPARE(step.arguments, (WorkerArguments{{{"by", 4}}}));
    QVERIFY(step.runIn == RunIn::Processes && step.onError == ErrorPolicy::Skip);
    QCOMPARE(step.retries, std::optional(1));
    QCOMPARE(step.timeLimit, std::optional(1.5));
    QCOMPARE(step.memoryLimit, std::optional(int64_t(64)));
    QCOMPARE(QueuedStep(multiply(3).workers(4).named("y")).name, std::string("y"));
}

void StepForms::settingsByNameReachTheRun()
{
    const SequentialQueuedPipeline pipeline(
        {multiply(3).named("x").workers(2).queue(4).arguments({{{"by", 5}}, {{"by", 5}}}),
         {"y", add(1)},
         QueuedStepBuilder(Stamp()).workers(1).arguments({{{"number", 100}}})});
    QCOMPARE(pipeline.problem(), std::string());
    QCOMPARE(pipeline.stepNames(), (std::vector<std::string>{"x", "y", "stamp"}));
    QCOMPARE(need(pipeline.transform({.dataInputs = {7}})).dataInputs[0], Value(136));
    const auto drawn = need(SequentialQueuedPipeline{multiply(3).workers(2).queue(4)}.toPipeline());
    QCOMPARE(drawn.steps[0].workers, std::optional(2));
    QCOMPARE(drawn.steps[0].queueSize, std::optional(4));
}

void StepForms::equalNamesAreNumberedOnRequest()
{
    const std::vector<QueuedStep> steps{{"a", add(1)}, {"a", add(2)}, {"a-2", add(3)}, {"a", add(4)}, add(5)};
    QVERIFY(!SequentialQueuedPipeline(steps).isValid());
    const SequentialQueuedPipeline pipeline(steps, {.numberEqualNames = true});
    QCOMPARE(pipeline.problem(), std::string());
    QCOMPARE(pipeline.stepNames(), (std::vector<std::string>{"a", "a-3", "a-2", "a-4", "add"}));
    QCOMPARE(need(pipeline.transform({.dataInputs = {0}})).dataInputs[0], Value(15));
}

} // namespace tst_step_forms

QTEST_APPLESS_MAIN(tst_step_forms::StepForms)
#include "tst_step_forms.moc"
