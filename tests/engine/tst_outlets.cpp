// SPDX-License-Identifier: MIT
// The outlets of a stage, alone: they lead to stages on paper that nobody runs.
#include "engine/stages/Outlets.h"
#include "engine/stages/Stage.h"

#include <QTest>

#include <array>
#include <set>

using namespace millrace;

namespace tst_outlets {

namespace {

/// Remembers which stages were scheduled.
class PaperHost final : public StageHost
{
public:
    PaperHost() : StageHost(RunOptions()) {}

    void schedule(Stage &stage) override { scheduled.insert(&stage); }
    void scheduleAt(uint64_t, Stage &) override {}
    bool hasReady() const override { return false; }
    bool isReady(const Stage &) const override { return false; }
    void stageFinished() override {}
    void fail(const ErrorPlace &, Error, const std::string &) override {}
    void cancel() override {}
    void wakeAnother() override {}
    void beginWaiting(Pump &) override {}
    void endWaiting(Pump &) override {}
    std::string originOf(const Batch &, size_t) const override { return {}; }
    ItemPlaces placesOf(const Batch &) const override { return {}; }
    uint64_t pausedNanoseconds() const override { return 0; }
    Result<> checkFailed(uint64_t) const override { return {}; }

    std::set<const Stage *> scheduled;
};

PlannedStep withQueue(int batches)
{
    PlannedStep step;
    step.queueSize = batches;
    return step;
}

/// Where outlets lead to; its queue takes three batches.
class PaperStage final : public Stage
{
public:
    explicit PaperStage(PaperHost &host) : Stage(host, planned(), 0) {}
    bool begin(Pump &) override { return false; }
    Stage *perform(Pump &) override { return nullptr; }
    bool carryIn(Pump &pump) override { return carries && Stage::carryIn(pump); }
    /// Takes what is queued to the pool again.
    std::vector<Batch *> takeAll() { return queue().drain(); }

    bool carries = true;

private:
    static const PlannedStep &planned()
    {
        static const PlannedStep step = withQueue(3);
        return step;
    }
};

struct Paper
{
    PaperHost host;
    PaperStage from{host}, first{host}, second{host};
    Outlets outlets{from.meter()};
    Pump pump{host.pool()};

    void link(PaperStage &to, int port = 0) { outlets.add({&to, port, to.addInput(&from)}); }
    Batch *batch(uint64_t sequence)
    {
        Batch *batch = pump.cache.take();
        batch->sequence = sequence;
        return batch;
    }
    void drain()
    {
        for (PaperStage *stage : {&first, &second})
            for (Batch *batch : stage->takeAll())
                pump.cache.give(batch);
    }
};

} // namespace

class tst_outlets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roomIsReservedInAllOutputsOrGivenBack()
    {
        Paper paper;
        paper.link(paper.first);
        paper.link(paper.second, 1);
        QCOMPARE(paper.second.queue().reserve(2), 2u); // by somebody else
        QCOMPARE(paper.outlets.reserve(3), 1u);
        QCOMPARE(paper.first.queue().state().reserved, 1u);
        QCOMPARE(paper.second.queue().state().reserved, 3u);
        QVERIFY(!paper.from.meter().isBlocked());

        QCOMPARE(paper.outlets.reserve(1), 0u);
        QCOMPARE(paper.first.queue().state().reserved, 1u);
        QVERIFY(paper.from.meter().isBlocked());

        paper.outlets.giveBack(1);
        QCOMPARE(paper.first.queue().state().reserved, 0u);
        QCOMPARE(paper.second.queue().state().reserved, 2u);
        QVERIFY(paper.host.scheduled.contains(&paper.from)); // which waited for room
        QCOMPARE(paper.outlets.reserve(1), 1u);
        QVERIFY(!paper.from.meter().isBlocked());
    }

    void twoLinksToAStageTakeRoomForBoth()
    {
        Paper paper;
        paper.link(paper.first);
        paper.link(paper.first, 1);
        QCOMPARE(paper.outlets.reserve(3), 1u);
        QCOMPARE(paper.first.queue().state().reserved, 2u);
        paper.outlets.giveBack(1);
        QCOMPARE(paper.first.queue().state().reserved, 0u);
    }

    void roomGivenBackToAStageWhoseInputHasEndedMakesItLook()
    {
        Paper paper;
        paper.link(paper.first);
        QCOMPARE(paper.outlets.reserve(1), 1u);
        paper.outlets.end();
        QVERIFY(!paper.first.hasOpenInput());
        paper.host.scheduled.clear();
        paper.outlets.giveBack(1);
        QVERIFY(paper.host.scheduled.contains(&paper.first)); // it may be done now
    }

    void withoutOutputsBatchesGoBackToThePool()
    {
        Paper paper;
        QVERIFY(paper.outlets.isSimple());
        paper.pump.work.batches = {paper.batch(1)};
        QVERIFY(!paper.outlets.handOn(paper.pump, true));
        QVERIFY(paper.pump.work.batches.empty());
    }

    void theSamePumpGoesOnInAStageThatIsIdle()
    {
        Paper paper;
        paper.link(paper.first);
        QVERIFY(paper.outlets.isPlain());
        QCOMPARE(paper.outlets.reserve(1), 1u);
        paper.pump.work.batches = {paper.batch(1)};
        QCOMPARE(paper.outlets.handOn(paper.pump, true), static_cast<Stage *>(&paper.first));
        QCOMPARE(paper.pump.work.batches.size(), size_t(1));
        QCOMPARE(paper.first.queue().state().active, 1u);
        QCOMPARE(paper.first.queue().state().reserved, 0u);
        paper.pump.cache.give(paper.pump.work.batches[0]);
    }

    void elseBatchesAreQueuedThere_data()
    {
        QTest::addColumn<bool>("mayCarry");
        QTest::addColumn<bool>("mustLeave");
        QTest::addColumn<bool>("waits");
        QTest::newRow("nothing may be carried") << false << false << false;
        QTest::newRow("the pump must leave") << true << true << false;
        QTest::newRow("both stages wait") << true << false << true;
        QTest::newRow("the stage takes none") << true << false << false;
    }

    void elseBatchesAreQueuedThere()
    {
        QFETCH(bool, mayCarry);
        QFETCH(bool, mustLeave);
        QFETCH(bool, waits);
        Paper paper;
        paper.link(paper.first);
        paper.first.meter().setWaits();
        if (waits)
            paper.from.meter().setWaits();
        paper.first.carries = waits || mustLeave || !mayCarry;
        paper.pump.mustLeave = mustLeave;
        QCOMPARE(paper.outlets.reserve(2), 2u);
        paper.pump.work.batches = {paper.batch(1), paper.batch(2)};
        QVERIFY(!paper.outlets.handOn(paper.pump, mayCarry));
        QCOMPARE(paper.first.queue().state().queued, 2u);
        QCOMPARE(paper.first.queue().state().reserved, 0u);
        QVERIFY(paper.host.scheduled.contains(&paper.first));
        paper.drain();
    }

    void eachOutputGetsItsShareAndThePortsOthersAnEmptyBatch()
    {
        Paper paper;
        paper.link(paper.second);
        paper.link(paper.second);
        paper.link(paper.first, PlannedLink::ErrorPort);
        QVERIFY(!paper.outlets.isSimple());
        QCOMPARE(paper.outlets.reserve(1), 1u);
        paper.outlets.clearLists(paper.pump);
        Batch *batch = paper.batch(7);
        batch->reset(std::make_shared<const Schema>(std::vector<Field>{{"n", ValueType::Integer, Role::DataInput}}));
        batch->columnToChange(0).resize(2);
        batch->setSize(2);
        paper.outlets.shareOut(paper.pump, batch);
        QCOMPARE(paper.pump.lists[1].at(0), batch); // the last link of `out` has the batch itself
        paper.first.carries = false;
        QVERIFY(!paper.outlets.handOn(paper.pump, true));

        const std::vector<Batch *> shared = paper.second.takeAll(), errors = paper.first.takeAll();
        QCOMPARE(shared.size(), size_t(2));
        QCOMPARE(errors.size(), size_t(1));
        for (size_t i = 0; i < shared.size(); ++i) {
            QCOMPARE(shared[i]->size(), size_t(2));
            QCOMPARE(shared[i]->sequence, uint64_t(7));
            QCOMPARE(int(shared[i]->input), int(i)); // as the stage has two inputs
        }
        QCOMPARE(errors[0]->size(), size_t(0));
        QCOMPARE(errors[0]->sequence, uint64_t(7));
        for (const auto &batches : {shared, errors})
            for (Batch *each : batches)
                paper.pump.cache.give(each);
    }
};

} // namespace tst_outlets

QTEST_GUILESS_MAIN(tst_outlets::tst_outlets)
#include "tst_outlets.moc"
