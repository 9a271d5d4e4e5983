// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "streaming/ParallelQueuedFeatureUnion.h"

#include <QTemporaryDir>

using namespace millrace;
using namespace millrace::test;

namespace tst_saving {

namespace {

using Sequence = SequentialQueuedPipeline;
using Union = ParallelQueuedFeatureUnion;

std::string messageOf(const Result<> &result)
{
    return result ? "It was no error." : result.error().message;
}

/// A nested pipeline that cuts batches of its own and drops what is left, in which there is another one; each learns.
Sequence severalRuns()
{
    const Sequence innermost({step("scale.standard"), add(1)}, {.batchSize = 2});
    const Sequence inner({{"scale", step("scale.minmax")}, {"deep", innermost}},
                         {.batchSize = 4, .workersPerStep = 2, .queueSize = 3, .incomplete = Incomplete::Drop});
    return Sequence(
        {{"scale", step("scale.minmax", {{"maximum", 10}})}, {"inner", inner}, {"times", 3, 7, multiply(2)}},
        {.batchSize = 5});
}

Union branchesOfSeveralRuns()
{
    const Sequence cutting({{"scale", step("scale.standard")}}, {.batchSize = 2, .incomplete = Incomplete::Drop});
    return Union({{"a", cutting}, {"b", step("scale.minmax")}}, {.batchSize = 5, .joiner = Joining::Fields});
}

} // namespace

class Saving : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pipelinesOfSeveralRunsAreKept();
    void branchesOfSeveralRunsAreKept();
    void settingsOfNestedPipelinesAreKept();
    void whatHasNotLearntIsRefused();
    void functionsThatJoinAreRefused();
    void anotherPipelineIsRefused();

private:
    std::string folder() const { return m_folder.filePath(QStringLiteral("kept")).toStdString(); }
    QTemporaryDir m_folder;
};

void Saving::pipelinesOfSeveralRunsAreKept()
{
    Sequence pipeline = severalRuns();
    const DataContainer data{.dataInputs = DataList::numbers(0, 23)};
    const DataContainer expected = need(pipeline.fitTransform(data));
    QCOMPARE(expected.size(), size_t(20)); // the inner one has dropped three
    const Result<> saved = pipeline.save(folder());
    QVERIFY2(saved, messageOf(saved).c_str());
    Sequence loaded = severalRuns();
    QCOMPARE(need(loaded.load(folder())).size(), size_t(0));
    QVERIFY(need(loaded.transform(data)) == expected);
    QVERIFY(loaded.fitted() == pipeline.fitted());
    const Sequence made = need(Sequence::fromFolder(folder()));
    QVERIFY(need(made.transform(data)) == expected);
    QCOMPARE(made.stepNames(), pipeline.stepNames());
    QVERIFY(!Union::fromFolder(folder()));
}

void Saving::branchesOfSeveralRunsAreKept()
{
    Union pipeline = branchesOfSeveralRuns();
    const DataContainer data{.dataInputs = DataList::numbers(0, 20)};
    const DataContainer expected = need(pipeline.fitTransform(data));
    const Result<> saved = pipeline.save(folder());
    QVERIFY2(saved, messageOf(saved).c_str());
    Union loaded = branchesOfSeveralRuns();
    QVERIFY(loaded.load(folder()));
    QVERIFY(need(loaded.transform(data)) == expected);
    QVERIFY(need(need(Union::fromFolder(folder())).transform(data)) == expected);
    QVERIFY(need(need(Sequence::fromFolder(folder())).transform(data)) == expected);
}

void Saving::settingsOfNestedPipelinesAreKept()
{
    Sequence pipeline = severalRuns();
    QVERIFY(pipeline.fit({.dataInputs = DataList::numbers(0, 23)}));
    QVERIFY(pipeline.save(folder()));
    const Sequence made = need(Sequence::fromFolder(folder()));
    const QueuedStep times = need(made["times"].step());
    QCOMPARE(times.workers, std::optional(3));
    QCOMPARE(times.queueSize, std::optional(7));
    QCOMPARE(made.options().batchSize, std::optional(int64_t(5)));
    QVERIFY(made["inner"]["deep"]["add"].isValid());
    const auto deep = need(made["inner"].step());
    const Sequence again({deep}, {.batchSize = 5}); // its options are those that it had
    QCOMPARE(need(made.parameter("inner.deep.add.by")), Value(1));
    QVERIFY(again.isValid());
}

void Saving::whatHasNotLearntIsRefused()
{
    const Result<> saved = severalRuns().save(folder() + "-not");
    QVERIFY(!saved);
    QCOMPARE(saved.error().kind, std::string("unfitted"));
    QVERIFY(Sequence({Sequence({add(1)}, {.batchSize = 3}), add(2)}, {.batchSize = 2}).save(folder()));
}

void Saving::functionsThatJoinAreRefused()
{
    const auto first = [](std::vector<DataContainer> branches) { return branches.front(); };
    const Sequence pipeline({Sequence({add(1)}, {.batchSize = 3}), Union({add(1), add(2)}, {.joiner = first})});
    QVERIFY(messageOf(pipeline.save(folder() + "-not")).starts_with("A data joiner that is a function"));
}

void Saving::anotherPipelineIsRefused()
{
    Sequence pipeline = severalRuns();
    QVERIFY(pipeline.fit({.dataInputs = DataList::numbers(0, 23)}));
    QVERIFY(pipeline.save(folder()));
    Sequence other({{"other", step("scale.minmax")}, Sequence({add(1)}, {.batchSize = 3})}, {.batchSize = 2});
    QVERIFY(!other.load(folder()));
    QVERIFY(other.fitted().empty());
    QVERIFY(pipeline.set("inner.scale.maximum", 2));
    QCOMPARE(need(pipeline.load(folder())).size(), size_t(2)); // what was changed, and what learns behind it
}

} // namespace tst_saving

QTEST_GUILESS_MAIN(tst_saving::Saving)
#include "tst_saving.moc"
