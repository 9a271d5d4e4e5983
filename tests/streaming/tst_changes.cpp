// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "streaming/ParallelQueuedFeatureUnion.h"

using namespace millrace;
using namespace millrace::test;

namespace tst_changes {

namespace {

/// A step of one's own with a parameter.
class Adds final : public Step
{
public:
    static void describe(StepBuilder<Adds> &step)
    {
        step.id("adds").title("Adds").help("Adds a number.");
        step.param("number", &Adds::number).help("What is added.");
    }
    Result<> process(Batch &batch) override
    {
        for (int64_t &value : batch.columnToChange(0).integersToChange())
            value += number;
        return {};
    }
    int64_t number = 0;
};

Value resultOf(const BaseQueuedPipeline &pipeline, int64_t item)
{
    return need(pipeline.transform({.dataInputs = {item}})).dataInputs[0];
}

std::string messageOf(const Result<> &result)
{
    return result ? "It was no error." : result.error().kind + ": " + result.error().message;
}

} // namespace

class Changes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parametersAreSetBetweenCalls();
    void parametersOfNestedStepsAreSet();
    void stepsOfOnesOwnAreSetToo();
    void stepsAreReplaced();
    void whatIsUnknownIsAnErrorThatListsWhatThereIs();
    void aFailedChangeChangesNothing();
    void copiesKeepWhatTheyHad();
    void whatWasLearntStays();
};

void Changes::parametersAreSetBetweenCalls()
{
    SequentialQueuedPipeline pipeline({{"a", multiply(2)}, {"b.c", add(1)}});
    QCOMPARE(resultOf(pipeline, 10), Value(21));
    QVERIFY(pipeline["a"].setParameter("by", 3));
    QVERIFY(pipeline.set("b.c.by", size_t(5)));
    QCOMPARE(resultOf(pipeline, 10), Value(35));
    QCOMPARE(need(pipeline["a"].parameter("by")), Value(3));
    QCOMPARE(need(pipeline.parameter("b.c.by")), Value(5));
    QCOMPARE(need(pipeline.parameter("a.fields")), Value(List())); // the default
    QCOMPARE(need(pipeline["a"].step()).name, std::string("a"));
}

void Changes::parametersOfNestedStepsAreSet()
{
    SequentialQueuedPipeline pipeline(
        {{"outer", SequentialQueuedPipeline({{"inner", multiply(2)}, add(1)})},
         {"both",
          ParallelQueuedFeatureUnion({{"left", identity()}, {"right", multiply(1)}}, {.joiner = Joining::Items})}});
    QVERIFY(pipeline.set("outer.inner.by", 10));
    QVERIFY(pipeline["both"]["right"].setParameter("by", 2));
    QCOMPARE(need(pipeline.transform({.dataInputs = {4}})).dataInputs, (DataList{41, 82}));
    QCOMPARE(need(pipeline["outer"]["inner"].parameter("by")), Value(10));
    QVERIFY(pipeline.setStep("outer.add", multiply(-1)));
    QCOMPARE(need(pipeline.transform({.dataInputs = {4}})).dataInputs, (DataList{-40, -80}));
}

void Changes::stepsOfOnesOwnAreSetToo()
{
    Adds adds;
    adds.number = 1;
    SequentialQueuedPipeline pipeline({{"own", adds}});
    QCOMPARE(resultOf(pipeline, 1), Value(2));
    QVERIFY(!pipeline["own"].parameter("number")); // only the object knows
    QVERIFY(pipeline["own"].setParameter("number", 41));
    QCOMPARE(resultOf(pipeline, 1), Value(42));
    QCOMPARE(need(pipeline["own"].parameter("number")), Value(41));
}

void Changes::stepsAreReplaced()
{
    SequentialQueuedPipeline pipeline({{"a", 3, 7, multiply(2)}, add(1)});
    QVERIFY(pipeline.setStep("a", mapStep([](double x) { return x / 2; })));
    QCOMPARE(resultOf(pipeline, 3), Value(2.5));
    QueuedStep step = need(pipeline["a"].step());
    QCOMPARE(step.workers, std::optional(3));
    QCOMPARE(step.queueSize, std::optional(7));
    QVERIFY(pipeline["a"].setStep({"half", 2, multiply(5)}));
    QCOMPARE(pipeline.stepNames(), (std::vector<std::string>{"half", "add"}));
    step = need(pipeline["half"].step());
    QCOMPARE(step.workers, std::optional(2));
    QCOMPARE(step.queueSize, std::optional(7));
}

void Changes::whatIsUnknownIsAnErrorThatListsWhatThereIs()
{
    SequentialQueuedPipeline pipeline({{"a", multiply(2)}, {"deep", SequentialQueuedPipeline({add(1)})}});
    QVERIFY(!pipeline["c"].isValid());
    QVERIFY(pipeline["a"].isValid());
    QCOMPARE(messageOf(pipeline.set("c.by", 3)),
             std::string("settings: There is no step \"c\"; there are: \"a\", \"deep\"."));
    QCOMPARE(messageOf(pipeline.set("a.bi", 3)),
             std::string("settings: The step \"a\" has no parameter \"bi\"; it has: \"by\", \"fields\"."));
    QCOMPARE(messageOf(pipeline["a"]["b"].setParameter("by", 3)),
             std::string("settings: The step \"a\" is no pipeline, so it has no step \"b\"."));
    QCOMPARE(messageOf(pipeline.set("deep.minus.by", 3)),
             std::string("settings: There is no step \"minus\"; there are: \"add\"."));
    QCOMPARE(messageOf(pipeline.set("a", 3)),
             std::string("settings: Which parameter of the step \"a\"? Write it as \"a.by\"."));
    QCOMPARE(
        messageOf(pipeline["deep"].setParameter("by", 3)),
        std::string("settings: The step \"deep\" is a pipeline and has no parameter \"by\"; set those of its steps."));
    QCOMPARE(messageOf(pipeline.setStep("b", add(1))),
             std::string("settings: There is no step \"b\"; there are: \"a\", \"deep\"."));
}

void Changes::aFailedChangeChangesNothing()
{
    SequentialQueuedPipeline pipeline({{"a", multiply(2)}});
    const Result<> wrong = pipeline.set("a.by", "much");
    QVERIFY(!wrong);
    QVERIFY2(wrong.error().message.find("\"a\"") != std::string::npos, wrong.error().message.c_str());
    QVERIFY(!pipeline.setStep("a", step("no such type")));
    QVERIFY(pipeline.isValid());
    QCOMPARE(resultOf(pipeline, 4), Value(8));
    const SequentialQueuedPipeline &constant = pipeline;
    QCOMPARE(need(constant["a"].parameter("by")), Value(2));
    StepReference reference = constant["a"];
    QCOMPARE(messageOf(reference.setParameter("by", 3)),
             std::string("settings: The pipeline is const; change a copy of it."));
}

void Changes::copiesKeepWhatTheyHad()
{
    SequentialQueuedPipeline pipeline({{"a", multiply(2)}});
    const SequentialQueuedPipeline copy = pipeline, around({{"within", pipeline}});
    QVERIFY(pipeline.set("a.by", 3));
    QCOMPARE(resultOf(pipeline, 1), Value(3));
    QCOMPARE(resultOf(copy, 1), Value(2));
    QCOMPARE(resultOf(around, 1), Value(2));
}

void Changes::whatWasLearntStays()
{
    SequentialQueuedPipeline pipeline({{"scale", step("scale.minmax")}, {"a", multiply(2)}});
    QVERIFY(pipeline.fit({.dataInputs = {0, 10}}));
    QVERIFY(pipeline.set("a.by", 3));
    QCOMPARE(resultOf(pipeline, 10), Value(3.0));
}

} // namespace tst_changes

QTEST_GUILESS_MAIN(tst_changes::Changes)
#include "tst_changes.moc"
