// SPDX-License-Identifier: MIT
// What becomes of items that a source's decoders fail: retries, error policies, and batches that fail as a whole.
#include "TestPlan.h"

#include <atomic>
#include <map>
#include <mutex>

using namespace millrace;
using namespace millrace::test;

namespace {

constexpr int64_t Count = 1000, BatchSize = 7;

/// How often each number was decoded, by all decoders together, and what then fails.
struct Decoding
{
    std::function<bool(int64_t number, int attempt)> fails = [](int64_t, int) { return false; };
    std::function<bool(int64_t first, int attempt)> throws = [](int64_t, int) { return false; };
    std::mutex mutex; ///< guards attempts
    std::map<int64_t, int> attempts;
};

/// The numbers from 0 to Count, taken apart by decoders.
class DecodedNumbers final : public Source
{
public:
    explicit DecodedNumbers(std::shared_ptr<Decoding> decoding) : m_decoding(std::move(decoding)) {}
    bool isTwoPhase() const override { return true; }
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        const int64_t count = std::min(int64_t(items), Count - m_next);
        batch.clearItems();
        if (count == 0)
            return false;
        batch.setRaw({nullptr, 0, 0, uint64_t(count)});
        batch.origin.firstRow = m_next;
        batch.setFirstId(m_next);
        m_next += count;
        return true;
    }
    Result<> decode(Batch &batch) override
    {
        const auto count = size_t(batch.raw().rows);
        const int64_t first = batch.origin.firstRow;
        batch.reset(numberSchema());
        batch.setSize(count);
        for (size_t row = 0; row < count; ++row) {
            const int64_t number = first + int64_t(row);
            const int attempt = attemptOf(number);
            if (row == 0 && m_decoding->throws(first, attempt))
                throw std::runtime_error("can't decode");
            batch.columnToChange(0).appendInteger(number);
            if (m_decoding->fails(number, attempt))
                batch.fail(row, "bad", "not this one");
        }
        return {};
    }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    int attemptOf(int64_t number)
    {
        const std::lock_guard lock(m_decoding->mutex);
        return ++m_decoding->attempts[number];
    }

    std::shared_ptr<Decoding> m_decoding;
    int64_t m_next = 0;
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
        decoding->throws = [](int64_t first, int attempt) { return first == 2 * BatchSize || (first == 0 && attempt == 1); };
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
        PlannedStep &source =
            plan.add("source", StepKind::Source, [=](int) { return new DecodedNumbers(decoding); });
        source.batching.size = BatchSize;
        source.workers = 2;
        return plan;
    }
};

QTEST_GUILESS_MAIN(tst_decoding)
#include "tst_decoding.moc"
