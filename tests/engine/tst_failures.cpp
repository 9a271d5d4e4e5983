// SPDX-License-Identifier: MIT
// What a failure does to the rest of its batch, and a stop to items that are to be tried again.
#include "TestPlan.h"

#include "engine/flow/Domain.h"
#include "pipeline/Retries.h"

#include <atomic>
#include <map>
#include <mutex>
#include <new>
#include <set>

using namespace millrace;
using namespace millrace::test;

namespace tst_failures {

namespace {

/// Makes a line of each item's number, and writes the lines. Memory runs out at the first try of each batch.
class LineSink final : public Sink
{
public:
    explicit LineSink(std::shared_ptr<std::string> written) : m_written(std::move(written)) {}
    bool isTwoPhase() const override { return true; }
    Result<> encode(Batch &batch) override
    {
        if (m_tried.insert(batch.origin.sequence).second)
            throw std::bad_alloc();
        std::string &text = batch.encodedToChange();
        text.clear();
        for (size_t row = 0; row < batch.size(); ++row)
            text += std::to_string(batch.column(0).integers()[row]) + '\n';
        return {};
    }
    Result<> write(Batch &batch) override
    {
        *m_written += batch.encoded();
        return {};
    }

private:
    std::shared_ptr<std::string> m_written;
    std::set<uint64_t> m_tried;
};

} // namespace

class tst_failures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whereTheFirstFailureEndsTheRunTheRestOfItsBatchIsNotTried()
    {
        std::atomic<int> tried{0};
        Plan plan = planOf([&](Batch &batch) -> Result<> {
            ++tried;
            if (batch.size() > 1 || batch.column(0).integers()[0] == 3)
                return failure("test", "this one"); // as a whole, and then the fourth
            return {};
        });
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Failed);
        QCOMPARE(tried.load(), 1 + 4);
        QCOMPARE(firstNumbers(*collected), upTo(3));
        QCOMPARE(run->sample().steps[1].errors, uint64_t(1));
    }

    /// Their text was made item by item, or at another try, and stayed behind: they were counted, and written as nothing.
    void itemsOfABatchThatCouldNotBeEncodedAtFirstAreWritten_data()
    {
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("retries");
        QTest::addRow("one by one") << 5 << 0;
        QTest::addRow("tried again") << 1 << 1;
        QTest::addRow("one by one, where others are tried again") << 5 << 1;
    }
    void itemsOfABatchThatCouldNotBeEncodedAtFirstAreWritten()
    {
        QFETCH(const int, batch);
        QFETCH(const int, retries);
        const auto written = std::make_shared<std::string>();
        Plan plan;
        plan.source(20, batch);
        plan.add("lines", StepKind::Sink, [written](int) { return new LineSink(written); }).retries = retries;
        plan.chain();
        const auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        std::string all;
        for (int i = 0; i < 20; ++i)
            all += std::to_string(i) + '\n';
        QCOMPARE(*written, all);
    }

    void aSinkThatCannotBeMadeForWantOfMemoryIsNoOtherSink()
    {
        Plan plan;
        plan.source(20, 5);
        plan.add("lines", StepKind::Sink, [](int) -> Sink * { throw std::bad_alloc(); });
        plan.chain();
        const auto run = Run::create(plan.plan, {});
        QVERIFY(!run);
        QCOMPARE(run.error().kind, std::string("memory"));
    }

    void whereItIsSkippedAllAreTried()
    {
        std::atomic<int> tried{0};
        Plan plan = planOf([&](Batch &batch) -> Result<> {
            ++tried;
            return batch.size() > 1 || batch.column(0).integers()[0] == 3 ? Result<>(failure("test", "this one"))
                                                                          : Result<>();
        });
        plan.plan.steps[1].onError = ErrorPolicy::Skip;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(tried.load(), 1 + Count);
        QCOMPARE(collected->items.size(), size_t(Count - 1));
    }

    void aStopWaitsForItemsThatAreToBeTriedAgain()
    {
        std::atomic<int> tried{0};
        Plan plan = planOf([&](Batch &batch) -> Result<> {
            if (++tried < 7) // some 0.6 s in all
                batch.fail(0, "test", "not yet");
            return {};
        });
        plan.plan.steps[1].retries = 10;
        plan.plan.steps[1].keepsItemsOnError = true;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QTRY_VERIFY_WITH_TIMEOUT(tried >= 2, Patience);
        run->stop();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Stopped);
        QCOMPARE(firstNumbers(*collected), upTo(Count));
    }

    void aCancelDoesNotWaitForThem()
    {
        std::atomic<int> tried{0};
        Plan plan = planOf([&](Batch &batch) -> Result<> {
            ++tried;
            batch.fail(0, "test", "never");
            return {};
        });
        plan.plan.steps[1].retries = MostRetries; // minutes
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QTRY_VERIFY_WITH_TIMEOUT(tried >= 2, Patience);
        run->cancel();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Stopped);
    }

    void itemsThatWaitForTheirNextTryHoldUpNoOthers()
    {
        // Each hundredth item fails until all of these have failed, so they must wait beside one another while others go on.
        constexpr int Items = 5'000;
        std::mutex mutex;
        std::set<int64_t> failed;
        Plan plan;
        plan.source(Items, 1);
        PlannedStep &step = plan.add("step", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &batch) -> Result<> {
                const int64_t number = batch.column(0).integers()[0];
                const std::lock_guard lock(mutex);
                if (number % 100 == 0 && failed.insert(number).first != failed.end() && failed.size() < Items / 100)
                    batch.fail(0, "test", "not all of them have failed yet");
                return {};
            });
        });
        step.keepsItemsOnError = true;
        step.retries = 7; // in 1.3 s
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QVERIFY2(run->outcome().state == RunState::Finished, run->outcome().error.message.c_str());
        QCOMPARE(firstNumbers(*collected), upTo(Items));
    }

    void whatWaitsForItsNextTryIsBounded()
    {
        // Every item fails five times, and no more than a window's worth is let in before the first one succeeds.
        constexpr int64_t Items = 2 * int64_t(Domain::PauseBatches);
        std::atomic<int64_t> triedAtFirst{0};
        Plan plan;
        plan.source(Items, 1);
        PlannedStep &step = plan.add("step", StepKind::Transform, [&](int) {
            return new FunctionStep([&, tries = std::map<int64_t, int>()](Batch &batch) mutable -> Result<> {
                if (tries[batch.column(0).integers()[0]]++ < 5)
                    batch.fail(0, "test", "not yet");
                else if (triedAtFirst == 0)
                    triedAtFirst = int64_t(tries.size());
                return {};
            });
        });
        step.keepsItemsOnError = true;
        step.retries = 5;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QVERIFY2(run->outcome().state == RunState::Finished, run->outcome().error.message.c_str());
        QCOMPARE(firstNumbers(*collected), upTo(Items));
        QVERIFY(triedAtFirst <= int64_t(Domain::PauseBatches) + 200);
    }

private:
    static constexpr int Count = 10; ///< in one batch

    template <class Function>
    static Plan planOf(Function function)
    {
        Plan plan;
        plan.source(Count, Count);
        plan.add("step", StepKind::Transform, [=](int) { return new FunctionStep(function); });
        return plan;
    }
};

} // namespace tst_failures

QTEST_GUILESS_MAIN(tst_failures::tst_failures)
#include "tst_failures.moc"
