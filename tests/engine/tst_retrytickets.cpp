// SPDX-License-Identifier: MIT
// What waits for another try, and how items that went well at it find their places again.
#include "engine/stages/RetryTickets.h"
#include "engine/workers/Failures.h"
#include "engine/workers/RetryPause.h"

#include "data/Batch.h"
#include "metrics/Clock.h"

#include <QTest>

#include <initializer_list>
#include <set>
#include <utility>

using namespace millrace;

namespace tst_retrytickets {

namespace {

constexpr uint64_t Millisecond = 1'000'000; ///< nanoseconds

const SchemaPtr &numberSchema()
{
    static const auto schema =
        std::make_shared<const Schema>(std::vector<Field>{{"n", ValueType::Integer, Role::DataInput}});
    return schema;
}

/// The pool of a run, and what a pump has of it.
struct Paper
{
    BatchPool pool;
    Pump pump{pool};

    Batch *batch(const std::vector<int64_t> &numbers)
    {
        Batch *batch = pump.cache.take();
        batch->reset(numberSchema());
        batch->columnToChange(0).resize(numbers.size());
        std::copy(numbers.begin(), numbers.end(), batch->columnToChange(0).integersToChange().begin());
        batch->setSize(numbers.size());
        return batch;
    }
    void giveBack(std::initializer_list<Batch *> batches)
    {
        for (Batch *batch : batches)
            pump.cache.give(batch);
    }
    Failures failures(int attempts)
    {
        Failures failures;
        failures.rows = batch({1});
        failures.attempts = attempts;
        return failures;
    }
};

std::vector<int64_t> numbersOf(const Batch &batch)
{
    std::vector<int64_t> numbers;
    for (size_t row = 0; row < batch.size(); ++row)
        numbers.push_back(batch.column(0).value(row).toInteger());
    return numbers;
}

/// Fails what the function refuses.
auto refusing(const std::function<bool(int64_t)> &isRefused)
{
    return [isRefused](Batch &one) -> Result<> {
        return isRefused(numbersOf(one).at(0)) ? Result<>(failure("odd", "It is odd.")) : Result<>();
    };
}

} // namespace

class tst_retrytickets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTicketIsHandedOutWhenItsPauseIsOver()
    {
        Paper paper;
        RetryTickets tickets;
        QVERIFY(tickets.isEmpty());
        const uint64_t begin = steadyNanoseconds();
        const uint64_t due = tickets.add(paper.batch({}), paper.failures(3));
        QVERIFY(due >= begin + 40 * Millisecond); // 10, 20, 40: the pause doubles
        QVERIFY(!tickets.isEmpty());
        QTRY_VERIFY(tickets.isDue());
        QVERIFY(steadyNanoseconds() >= due);
        const auto ticket = tickets.take();
        QVERIFY(ticket);
        QCOMPARE(ticket->failures.attempts, 3);
        QVERIFY(!tickets.take());
        QVERIFY(!tickets.isEmpty()); // it is at its next try
        tickets.settle(*ticket);
        QVERIFY(tickets.isEmpty());
        paper.pump.cache.give(ticket->good);
        paper.pump.cache.give(ticket->failures.rows);
    }

    void pausesGrowUpToABoundAndAreNeverAllAlike()
    {
        using AttemptsAndLeast = std::pair<int, uint64_t>;
        for (const auto &[attempts, least] :
             {AttemptsAndLeast(1, 10), {2, 20}, {6, 320}, {10, 5'000}, {1'000, 5'000}}) {
            std::set<uint64_t> pauses;
            for (int i = 0; i < 100; ++i)
                pauses.insert(retryPause(attempts));
            QVERIFY(*pauses.begin() >= least * Millisecond);
            QVERIFY(*pauses.rbegin() <= least * Millisecond * 3 / 2);
            QVERIFY(pauses.size() > 50);
        }
    }

    void whoseTurnIsEarlierComesFirst()
    {
        Paper paper;
        RetryTickets tickets;
        tickets.add(paper.batch({}), paper.failures(9));
        tickets.add(paper.batch({}), paper.failures(1));
        QTRY_VERIFY(tickets.isDue());
        const auto first = tickets.take();
        QCOMPARE(first->failures.attempts, 1);
        paper.pump.cache.give(first->good);
        paper.pump.cache.give(first->failures.rows);
        tickets.drop(paper.pump.cache);
        QVERIFY(!tickets.isDue());
    }

    void whereVeryMuchWaitsNoMoreIsTaken()
    {
        Paper paper;
        RetryTickets tickets;
        std::vector<int64_t> many(3 << 20); // 24 MiB
        QVERIFY(tickets.mayTakeMore());
        tickets.add(paper.batch(many), paper.failures(1));
        QVERIFY(!tickets.mayTakeMore());
        QTRY_VERIFY(tickets.isDue());
        const auto ticket = tickets.take();
        QVERIFY(!tickets.mayTakeMore());
        tickets.settle(*ticket);
        QVERIFY(tickets.mayTakeMore());
        paper.pump.cache.give(ticket->good);
        paper.pump.cache.give(ticket->failures.rows);
    }

    void itemsThatWentWellAtLastStandWhereTheyStood()
    {
        Paper paper;
        Batch *batch = paper.batch({10, 11, 12, 13, 14});
        Batch *original = paper.batch({10, 11, 12, 13, 14});
        const FailurePolicy policy(ErrorPolicy::Skip, 3);
        Failures failed = tryOneByOne(paper.pump, *batch, *original, {"whole", "It failed."}, policy,
                                      refusing([](int64_t number) { return number % 2 == 1; }));
        QCOMPARE(numbersOf(*batch), (std::vector<int64_t>{10, 12, 14}));
        QCOMPARE(numbersOf(*failed.rows), (std::vector<int64_t>{11, 13}));
        QCOMPARE(failed.positions, (std::vector<uint32_t>{1, 3}));
        QCOMPARE(failed.goodPositions, (std::vector<uint32_t>{0, 2, 4}));
        QCOMPARE(failed.errors.at(1).kind, std::string("odd"));

        Batch *retried = failed.rows;
        Batch *asTheyWere = paper.batch({11, 13});
        const Failures again = tryOneByOne(paper.pump, *retried, *asTheyWere, {"whole", "It failed."}, policy,
                                           refusing([](int64_t number) { return number == 11; }));
        joinRetried(*batch, *retried, failed, again);
        QCOMPARE(numbersOf(*batch), (std::vector<int64_t>{10, 12, 13, 14}));
        QCOMPARE(failed.goodPositions, (std::vector<uint32_t>{0, 2, 3, 4}));
        QCOMPARE(numbersOf(*again.rows), (std::vector<int64_t>{11}));
        paper.giveBack({batch, original, retried, asTheyWere, again.rows});
    }

    void whereTheFirstFailureEndsTheRunNothingBehindItIsTried()
    {
        Paper paper;
        Batch *batch = paper.batch({10, 11, 12, 13});
        Batch *original = paper.batch({10, 11, 12, 13});
        int tried = 0;
        const Failures failed = tryOneByOne(paper.pump, *batch, *original, {"whole", "It failed."},
                                            FailurePolicy(ErrorPolicy::Stop, 0), [&](Batch &one) -> Result<> {
                                                ++tried;
                                                return refusing([](int64_t number) { return number == 11; })(one);
                                            });
        QCOMPARE(tried, 2);
        QCOMPARE(numbersOf(*batch), std::vector<int64_t>{10});
        QCOMPARE(failed.errors.size(), size_t(1));
        paper.giveBack({batch, original, failed.rows});
    }
};

} // namespace tst_retrytickets

QTEST_GUILESS_MAIN(tst_retrytickets::tst_retrytickets)
#include "tst_retrytickets.moc"
