// SPDX-License-Identifier: MIT
// Items that fail in a run: tried again, given up, sent by the error port.
#include "TestPlan.h"

#include <QTest>

#include <map>
#include <mutex>

using namespace millrace;
using namespace millrace::test;

namespace tst_run_errors {

class TestRunErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void failedItemsAreTriedAgainWhileOthersGoOn()
    {
        std::mutex mutex;
        std::map<int64_t, int> tries;
        Plan plan;
        plan.source(60, 4);
        PlannedStep &step = plan.add("flaky", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &batch) -> Result<> {
                std::lock_guard lock(mutex);
                for (size_t row = 0; row < batch.size(); ++row) {
                    const int64_t number = batch.column(0).integers()[row];
                    if (number % 7 == 0 && ++tries[number] <= 2)
                        batch.fail(row, "flaky", "not yet");
                }
                return {};
            });
        });
        step.keepsItemsOnError = true;
        step.retries = 3;
        step.workers = 2;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(firstNumbers(*collected), upTo(60));
        QCOMPARE(run->sample().steps[1].counted[countedGauge("retries")], uint64_t(18));
        QCOMPARE(run->sample().steps[1].counted[countedGauge("rescued")], uint64_t(9));
        QCOMPARE(run->sample().steps[1].errors, uint64_t(0));
    }

    void anItemThatFailsToTheLastIsGivenUpAlone()
    {
        Plan plan;
        plan.source(20, 5);
        PlannedStep &step =
            plan.add("fail", StepKind::Transform, [](int) { return new FailStep("fail", 10, 3, FailHow::Throw, {}); });
        step.retries = 2;
        step.onError = ErrorPolicy::Skip;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(collected->items.size(), size_t(18));
        const StepSample sample = run->sample().steps[1];
        QCOMPARE(sample.errors, uint64_t(2));
        QCOMPARE(sample.counted[countedGauge("retries")], uint64_t(4));
        QCOMPARE(sample.counted[countedGauge("rescued")], uint64_t(0));
        const auto groups = run->log().errorGroups();
        QCOMPARE(groups.size(), size_t(1));
        QCOMPARE(groups[0].count, uint64_t(2));
        QCOMPARE(groups[0].attempts, 3);
    }

    void routedItemsCarryWhatWentWrong()
    {
        std::mutex mutex;
        std::vector<Value> routed;
        Plan plan;
        plan.source(10, 4);
        plan.add("fail", StepKind::Transform, [](int) { return new FailStep("fail", 5, 2, FailHow::Item, {}); })
            .onError = ErrorPolicy::Route;
        plan.add("look", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &batch) -> Result<> {
                std::lock_guard lock(mutex);
                for (size_t row = 0; row < batch.size(); ++row)
                    routed.push_back(batch.item(row));
                return {};
            });
        });
        auto collected = plan.sink();
        plan.link(0, 1);
        plan.link(1, 3);
        plan.link(1, 2, PlannedLink::ErrorPort);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(routed.size(), size_t(2));
        QCOMPARE(collected->items.size(), size_t(8));
        const Value *step = routed[0].member("error.step"), *message = routed[0].member("error.message");
        QVERIFY(step && message && routed[0].member("error.kind") && routed[0].member("error.attempts"));
        QCOMPARE(std::string(step->toText()), std::string("fail"));
        QCOMPARE(std::string(message->toText()), failMessage("fail", 2));
        QCOMPARE(routed[0].member("n")->toInteger(), 2);
        const auto &members = routed[0].toObject();
        QCOMPARE(members[members.size() - 2].first, std::string("error.origin"));
        QCOMPARE(members.back().first, std::string("error.line"));
    }

    void aPortMayBeLinkedWithoutOut_data()
    {
        QTest::addColumn<int>("port");
        QTest::addColumn<size_t>("items");
        QTest::newRow("second port") << 1 << size_t(5);
        QTest::newRow("error port") << PlannedLink::ErrorPort << size_t(0);
    }
    void aPortMayBeLinkedWithoutOut()
    {
        QFETCH(int, port);
        QFETCH(size_t, items);
        Plan plan;
        plan.source(10, 4);
        plan.add("split", StepKind::Transform,
                 [](int) {
                     return new FunctionStep([](Batch &batch) -> Result<> {
                         for (size_t row = 0; row < batch.size(); ++row)
                             batch.sendTo(row, batch.item(row).member("n")->toInteger() % 2 ? 1 : 0);
                         return {};
                     });
                 })
            .outputPorts = {"out", "odd"};
        auto collected = plan.sink();
        plan.link(0, 1);
        plan.link(1, 2, port);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(collected->items.size(), items);
    }
    void aSourceSendsNothingByItsErrorPort()
    {
        Plan plan;
        plan.source(10, 4);
        auto collected = plan.sink("all"), errors = plan.sink("errors");
        plan.link(0, 1);
        plan.link(0, 2, PlannedLink::ErrorPort);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(collected->items.size(), size_t(10));
        QCOMPARE(errors->items.size(), size_t(0));
    }
};

} // namespace tst_run_errors

QTEST_GUILESS_MAIN(tst_run_errors::TestRunErrors)

#include "tst_run_errors.moc"
