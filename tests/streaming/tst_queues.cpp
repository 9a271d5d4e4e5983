// SPDX-License-Identifier: MIT
// Queues, and joiners of what workers put into them.
#include "TaskOf.h"

#include "streaming/QueueJoiner.h"
#include "streaming/QueueWorker.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_queues {

class Queues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aQueueNotifiesThoseThatSubscribed();
    void aFullQueueLetsWhoPutsWait();
    void aClosedQueueGivesOutWhatItHasAndTakesNoMore();
    void aSubscriberMayBeDestroyedFirst();
    void severalThreadsPutAndTakeWithoutLoss();
    void aWorkerWorksAndItsJoinerPutsInOrder();
    void workersInARowPassResultsOn();
    void twoWorkersOfOneQueueAreJoinedInTheOrderOfTheirSubscription();
    void theFirstErrorByOrderIsTheJoinersAndTheWorkerGoesOn();
    void aJoinThatCanNeverBeCompleteSaysSo();
    void severalThreadsPutWhileOneJoins();
    void aBoundedJoinerLetsWorkersWait();
};

void Queues::aQueueNotifiesThoseThatSubscribed()
{
    ObservableQueue numbers("numbers"), first("first"), second("second");
    numbers.subscribe(first);
    numbers.subscribe(second);
    numbers.subscribe(second);
    numbers.subscribe(numbers);
    QCOMPARE(numbers.subscriberCount(), size_t(2));
    QCOMPARE(numbers.notify(taskOf(0, 3)), size_t(2));
    numbers.unsubscribe(first);
    QCOMPARE(numbers.notify(taskOf(3, 3)), size_t(1));
    QCOMPARE(first.size(), size_t(1));
    QCOMPARE(second.size(), size_t(2));
    QCOMPARE(numbers.size(), size_t(0));
    QCOMPARE(first.take()->data.dataInputs, DataList(upTo(3)));
    QCOMPARE(second.take()->sequence, int64_t(0));
    const auto task = second.take();
    QCOMPARE(task->sequence, int64_t(1));
    QCOMPARE(task->data.ids, DataList(upTo(3, 1, 3)));
}

void Queues::aFullQueueLetsWhoPutsWait()
{
    ObservableQueue queue("short", 2);
    QCOMPARE(queue.capacity(), size_t(2));
    QVERIFY(queue.put(taskOf(0, 1)));
    QVERIFY(queue.put(taskOf(1, 1)));
    std::atomic<bool> wasPut{false};
    std::jthread putting([&] { wasPut = queue.put(taskOf(2, 1)); });
    for (int i = 0; i < 1'000; ++i) {
        std::this_thread::yield();
        QVERIFY(queue.size() <= 2);
    }
    QCOMPARE(queue.take()->sequence, int64_t(0));
    putting.join();
    QVERIFY(wasPut);
    QCOMPARE(queue.size(), size_t(2));
}

void Queues::aClosedQueueGivesOutWhatItHasAndTakesNoMore()
{
    ObservableQueue queue("closed", 1);
    QVERIFY(queue.put(taskOf(0, 1)));
    std::jthread putting([&] { QVERIFY(!queue.put(taskOf(1, 1))); });
    queue.close();
    putting.join();
    QVERIFY(queue.isClosed());
    QVERIFY(queue.take());
    QVERIFY(!queue.take());
    QVERIFY(!queue.put(taskOf(2, 1)));
    ObservableQueue empty("empty");
    std::jthread taking([&] { QVERIFY(!empty.take()); });
    empty.close();
}

void Queues::aSubscriberMayBeDestroyedFirst()
{
    ObservableQueue numbers("numbers");
    {
        ObservableQueue gone("gone", 1);
        numbers.subscribe(gone);
        QCOMPARE(numbers.notify(taskOf(0, 1)), size_t(1));
    }
    QCOMPARE(numbers.notify(taskOf(1, 1)), size_t(0));
}

void Queues::severalThreadsPutAndTakeWithoutLoss()
{
    ObservableQueue queue("shared", 3);
    std::mutex mutex;
    std::multiset<int64_t> seen;
    std::vector<std::jthread> takers, putters;
    for (int i = 0; i < 3; ++i)
        takers.emplace_back([&] {
            while (const auto task = queue.take()) {
                const std::lock_guard lock(mutex);
                seen.insert(task->data.dataInputs[0].toInteger());
            }
        });
    for (int64_t i = 0; i < 4; ++i)
        putters.emplace_back([&, i] {
            for (int64_t n = 0; n < 500; ++n)
                queue.put(taskOf(i * 500 + n, 1));
        });
    putters.clear();
    queue.close();
    takers.clear();
    QCOMPARE(seen.size(), size_t(2'000));
    QCOMPARE(std::set<int64_t>(seen.begin(), seen.end()).size(), size_t(2'000));
}

void Queues::aWorkerWorksAndItsJoinerPutsInOrder()
{
    QueueWorker worker(multiply(2), {.workers = 4, .queueSize = 8});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY2(worker.start(), worker.problem().c_str());
    QVERIFY(worker.isRunning());
    for (int64_t batch = 0; batch < 100; ++batch)
        QVERIFY(worker.put(taskOf(batch * 5, 5)));
    const auto joined = need(joiner.join(100));
    QCOMPARE(joined.dataInputs, DataList(upTo(500, 2)));
    QCOMPARE(joined.ids, DataList(upTo(500)));
    worker.stop();
    QVERIFY(!worker.isRunning());
    QVERIFY(!worker.put(taskOf(0, 1)));
}

void Queues::workersInARowPassResultsOn()
{
    QueueJoiner joiner;
    QueueWorker first(multiply(2), {.workers = 3, .queueSize = 2}), second(add(1), {.workers = 2, .queueSize = 1});
    first.subscribe(second);
    second.subscribe(joiner);
    QVERIFY(first.start() && second.start());
    for (int64_t batch = 0; batch < 60; ++batch)
        QVERIFY(first.put(taskOf(batch, 1)));
    first.stop();
    second.stop();
    QCOMPARE(need(joiner.join(60)).dataInputs, DataList(upTo(60, 2, 1)));
}

void Queues::twoWorkersOfOneQueueAreJoinedInTheOrderOfTheirSubscription()
{
    ObservableQueue source("source");
    QueueWorker doubles(multiply(2), {.workers = 2}), triples(multiply(3), {.workers = 2});
    QueueJoiner joiner;
    source.subscribe(triples);
    source.subscribe(doubles);
    doubles.subscribe(joiner);
    triples.subscribe(joiner);
    QVERIFY(doubles.start() && triples.start());
    for (int64_t batch = 0; batch < 10; ++batch)
        QCOMPARE(source.notify(taskOf(batch, 1)), size_t(2));
    std::vector<int64_t> expected = upTo(10, 2);
    for (const int64_t number : upTo(10, 3))
        expected.push_back(number);
    QCOMPARE(need(joiner.join(20)).dataInputs, DataList(expected));
}

void Queues::theFirstErrorByOrderIsTheJoinersAndTheWorkerGoesOn()
{
    const auto choosy = mapStep([](const Value &value) -> Result<Value> {
                            if (value.toInteger() % 10 == 7)
                                throw std::out_of_range("no " + toJson(value));
                            return value;
                        }).named("choosy");
    QueueWorker worker(choosy, {.workers = 4}), after(add(1), {.workers = 2});
    QueueJoiner joiner;
    worker.subscribe(after);
    after.subscribe(joiner);
    QVERIFY(worker.start() && after.start());
    for (int round = 0; round < 10; ++round) {
        for (int64_t batch = 0; batch < 20; ++batch)
            worker.put(taskOf(batch * 3, 3));
        const auto failed = joiner.join(20);
        QVERIFY(!failed);
        QCOMPARE(failed.error().kind, std::string("std::out_of_range"));
        QCOMPARE(failed.error().message, std::string("In the step \"choosy\", item 7: no 7"));
        // Nothing of it is left.
        worker.put(taskOf(0, 3));
        QCOMPARE(need(joiner.join(1)).dataInputs, DataList(upTo(3, 1, 1)));
    }
    worker.put(taskOf(7, 1));
    worker.put(taskOf(8, 1));
    const auto tasks = need(joiner.joinTasks(2));
    QVERIFY(tasks[0].hasFailed());
    QCOMPARE(tasks[0].data.dataInputs, DataList({7}));
    QVERIFY(!tasks[1].hasFailed());
}

void Queues::aJoinThatCanNeverBeCompleteSaysSo()
{
    QueueWorker worker(multiply(2));
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    worker.put(taskOf(0, 1));
    std::jthread stopping([&] { worker.stop(); });
    const auto joined = joiner.join(2);
    QVERIFY(!joined);
    QCOMPARE(joined.error().kind, std::string("stopped"));
    QVERIFY2(joined.error().message.starts_with("Only 1 of 2 results"), joined.error().message.c_str());
}

void Queues::severalThreadsPutWhileOneJoins()
{
    QueueWorker worker(multiply(2), {.workers = 3, .queueSize = 2});
    QueueJoiner joiner(4);
    worker.subscribe(joiner);
    QVERIFY(worker.start());
    std::vector<std::jthread> putters;
    for (int64_t i = 0; i < 4; ++i)
        putters.emplace_back([&, i] {
            for (int64_t n = 0; n < 100; ++n)
                worker.put(taskOf(i * 100 + n, 1));
        });
    const auto joined = need(joiner.join(400));
    std::vector<int64_t> numbers(joined.dataInputs.integers().begin(), joined.dataInputs.integers().end());
    std::sort(numbers.begin(), numbers.end());
    QCOMPARE(numbers, upTo(400, 2));
    for (size_t row = 0; row < 400; ++row)
        QCOMPARE(joined.dataInputs[row].toInteger(), 2 * joined.ids[row].toInteger());
}

void Queues::aBoundedJoinerLetsWorkersWait()
{
    QueueJoiner joiner(3);
    {
        QueueWorker worker(identity(), {.workers = 2, .queueSize = 1});
        worker.subscribe(joiner);
        QVERIFY(worker.start());
        std::jthread putting([&] {
            for (int64_t batch = 0; batch < 1'000; ++batch)
                if (!worker.put(taskOf(batch, 1)))
                    break;
        });
        while (joiner.size() < 3)
            std::this_thread::yield();
        for (int i = 0; i < 1'000; ++i) {
            std::this_thread::yield();
            QVERIFY(joiner.size() <= 3);
        }
        // Destroyed while its threads wait for room: that must not hang.
        worker.cancel();
    }
    QCOMPARE(joiner.size(), size_t(3));
}

} // namespace tst_queues

QTEST_GUILESS_MAIN(tst_queues::Queues)
#include "tst_queues.moc"
