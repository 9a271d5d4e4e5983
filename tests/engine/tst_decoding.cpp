// SPDX-License-Identifier: MIT
// What becomes of items that a source's decoders fail: retries, error policies, and batches that fail as a whole.
#include "TestPlan.h"

#include <map>
#include <mutex>

using namespace millrace;
using namespace millrace::test;

namespace tst_decoding {

namespace {

constexpr int64_t Count = 1000, BatchSize = 7;

/// How often each number was decoded, by all decoders together, and what then fails.
struct Decoding
{
    std::function<bool(int64_t number, int attempt)> fails = [](int64_t, int) { return false; };
    std::function<bool(int64_t number, int attempt)> throws = [](int64_t, int) { return false; };
    std::mutex mutex; ///< guards attempts
    std::map<int64_t, int> attempts;

    Result<> operator()(int64_t number)
    {
        const std::lock_guard lock(mutex);
        const int attempt = ++attempts[number];
        if (throws(number, attempt))
            throw std::runtime_error("can't decode");
        return fails(number, attempt) ? Result<>(failure("bad", "not this one")) : Result<>();
    }
};

bool isEleventh(int64_t number)
{
    return number % 11 == 3;
}

} // namespace

class tst_decoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anItemThatIsDecodedAtTheSecondTryIsInItsPlace()
    {
        auto decoding = std::make_shared<Decoding>();
        decoding->fails = [](int64_t number, int attempt) { return isEleventh(number) && attempt == 1; };
        Plan plan = planOf(decoding);
        plan.plan.steps[0].retries = 2;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(firstNumbers(*collected), upTo(Count));
        QCOMPARE(run->sample().steps[0].errors, uint64_t(0));
    }

    void anItemThatCannotBeDecodedIsCountedAfterItsRetries_data()
    {
        QTest::addColumn<int>("retries");
        QTest::addRow("at once") << 0;
        QTest::addRow("after one more try") << 1;
        QTest::addRow("after three more tries") << 3;
    }
    void anItemThatCannotBeDecodedIsCountedAfterItsRetries()
    {
        QFETCH(int, retries);
        auto decoding = std::make_shared<Decoding>();
        // Beside those that always fail, some are decoded by the last try.
        decoding->fails = [retries](int64_t number, int attempt) {
            return isEleventh(number) || (number % 11 == 5 && attempt <= retries);
        };
        Plan plan = planOf(decoding);
        plan.plan.steps[0].retries = retries;
        plan.plan.steps[0].onError = ErrorPolicy::Skip;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        std::vector<int64_t> expected = upTo(Count);
        const auto failed = uint64_t(std::erase_if(expected, isEleventh));
        QCOMPARE(firstNumbers(*collected), expected);
        QCOMPARE(run->sample().steps[0].errors, failed);
        QCOMPARE(decoding->attempts[3], retries + 1);
    }

    void withoutAPolicyTheRunEndsWithTheFirstItemAlsoAfterRetries()
    {
        auto decoding = std::make_shared<Decoding>();
        decoding->fails = [](int64_t number, int) { return isEleventh(number); };
        Plan plan = planOf(decoding);
        plan.plan.steps[0].retries = 1;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Failed);
        QCOMPARE(run->outcome().step, std::string("source"));
        QCOMPARE(run->outcome().error.message, std::string("not this one"));
    }

    void allItemsOfABatchFailThatCannotBeDecodedAsAWhole()
    {
        auto decoding = std::make_shared<Decoding>();
        decoding->throws = [](int64_t number, int attempt) {
            return number == 2 * BatchSize + 1 || (number == 0 && attempt == 1);
        };
        Plan plan = planOf(decoding);
        plan.plan.steps[0].retries = 1;
        plan.plan.steps[0].onError = ErrorPolicy::Skip;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        std::vector<int64_t> expected = upTo(Count);
        expected.erase(expected.begin() + 2 * BatchSize, expected.begin() + 3 * BatchSize);
        QCOMPARE(firstNumbers(*collected), expected);
        QCOMPARE(run->sample().steps[0].errors, uint64_t(BatchSize));
    }

private:
    static Plan planOf(const std::shared_ptr<Decoding> &decoding)
    {
        Plan plan;
        PlannedStep &source = plan.add("source", StepKind::Source, [=](int) {
            return new DecodedSource(0, Count, [decoding](int64_t number) { return (*decoding)(number); });
        });
        source.batching.size = BatchSize;
        source.workers = 2;
        return plan;
    }
};

} // namespace tst_decoding

QTEST_GUILESS_MAIN(tst_decoding::tst_decoding)
#include "tst_decoding.moc"
