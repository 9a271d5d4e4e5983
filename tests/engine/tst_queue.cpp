// SPDX-License-Identifier: MIT
#include "engine/flow/BatchPool.h"
#include "engine/flow/Domain.h"
#include "engine/flow/HeldBatches.h"
#include "engine/flow/Queue.h"

#include "data/BatchCodec.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <csignal>
#include <sys/resource.h>
#include <thread>

using namespace millrace;

namespace tst_queue {

namespace {

const SchemaPtr &textSchema()
{
    static const auto schema =
        std::make_shared<const Schema>(std::vector<Field>{{"t", ValueType::Text, Role::DataInput}});
    return schema;
}

/// One item of 2000 letters.
Batch &filled(Batch &batch, int64_t number)
{
    batch.reset(textSchema());
    batch.columnToChange(0).appendText(std::string(2000, char('a' + number)));
    batch.setSize(1);
    batch.sequence = uint64_t(number);
    return batch;
}

} // namespace

class tst_queue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roomIsReservedBeforeAnythingIsPushed()
    {
        Queue queue(3);
        QCOMPARE(queue.reserve(2), 2u);
        QCOMPARE(queue.reserve(5), 1u);
        QCOMPARE(queue.reserve(1), 0u);
        QVERIFY(queue.state().isAwaited);
        QVERIFY(queue.giveBack(1));
        QVERIFY(!queue.state().isAwaited);
        QCOMPARE(queue.reserve(4), 1u);
    }

    void aProducerWithTwoLinksGetsRoomForBothOrNone()
    {
        Queue queue(3);
        QCOMPARE(queue.reserve(5, 2), 1u);
        QCOMPARE(queue.state().reserved, 2u);
        QCOMPARE(queue.reserve(1, 2), 0u);
        QCOMPARE(queue.state().reserved, 2u);
    }

    void eachWorkerBeforeAShortQueueMayHoldAResult()
    {
        Queue queue(1);
        queue.setLeast(3);
        Batch batches[3];
        Batch *pointers[3] = {&batches[0], &batches[1], &batches[2]};
        QCOMPARE(queue.reserve(5), 3u);
        queue.push(pointers, 3);
        QCOMPARE(queue.reserve(1), 0u);
        QCOMPARE(queue.peak(), 1u);
    }

    void takingFreesRoomAndSaysWhoWaits()
    {
        Queue queue(1);
        Batch batch;
        Batch *pointer = &batch, *taken = nullptr;
        QCOMPARE(queue.reserve(1), 1u);
        queue.push(&pointer, 1);
        QCOMPARE(queue.reserve(1), 0u);
        bool wakeProducers = false;
        QCOMPARE(queue.take(&taken, 5, 1, wakeProducers), 1u);
        QVERIFY(wakeProducers);
        QCOMPARE(taken, pointer);
        QCOMPARE(queue.state().active, 1u);
        QCOMPARE(queue.take(&taken, 5, 1, wakeProducers), 0u);
        QCOMPARE(queue.leave().active, 0u);
    }

    void aSmallerBoundIsReachedAsTheQueueDrains()
    {
        Queue queue(4);
        Batch batches[4];
        Batch *pointers[4] = {&batches[0], &batches[1], &batches[2], &batches[3]}, *taken[4];
        QCOMPARE(queue.reserve(4), 4u);
        queue.push(pointers, 4);
        queue.setCapacity(2);
        bool wakeProducers = false;
        QCOMPARE(queue.take(taken, 2, 1, wakeProducers), 2u);
        QCOMPARE(queue.reserve(1), 0u);
        QCOMPARE(queue.takeMore(taken, 1, wakeProducers), 1u);
        QCOMPARE(queue.reserve(4), 1u);
    }

    void manyThreadsLoseAndDoubleNothing()
    {
        constexpr int Producers = 3, Each = 20'000;
        Queue queue(7);
        std::vector<std::unique_ptr<Batch>> batches;
        for (int i = 0; i < Producers * Each; ++i) {
            batches.push_back(std::make_unique<Batch>());
            batches.back()->sequence = uint64_t(i);
        }
        std::vector<std::atomic<int>> seen(size_t(Producers) * Each);
        std::atomic<int> left{Producers * Each};
        std::vector<std::thread> threads;
        for (int p = 0; p < Producers; ++p)
            threads.emplace_back([&, p] {
                for (int i = p * Each; i < (p + 1) * Each;) {
                    Batch *batch = batches[size_t(i)].get();
                    if (queue.reserve(1) == 0) {
                        std::this_thread::yield();
                        continue;
                    }
                    queue.push(&batch, 1);
                    ++i;
                }
            });
        for (int c = 0; c < 2; ++c)
            threads.emplace_back([&] {
                Batch *taken[4];
                bool wakeProducers = false;
                while (left > 0) {
                    const uint32_t count = queue.take(taken, 4, 2, wakeProducers);
                    for (uint32_t i = 0; i < count; ++i)
                        ++seen[size_t(taken[i]->sequence)];
                    left -= int(count);
                    if (count > 0)
                        queue.leave();
                    else
                        std::this_thread::yield();
                }
            });
        for (std::thread &thread : threads)
            thread.join();
        for (const auto &count : seen)
            QCOMPARE(count.load(), 1);
        QVERIFY(queue.peak() <= 7);
    }

    void theJoinerRestoresTheOrder()
    {
        Joiner joiner;
        std::vector<std::unique_ptr<Batch>> batches;
        for (const uint64_t sequence : {3, 0, 2, 200, 1}) {
            batches.push_back(std::make_unique<Batch>());
            batches.back()->sequence = sequence;
            joiner.put(batches.back().get());
        }
        for (uint64_t expected = 0; expected < 4; ++expected)
            QCOMPARE(joiner.take()->sequence, expected);
        QVERIFY(!joiner.take());
        QCOMPARE(joiner.held(), 1u);
        QCOMPARE(joiner.next(), uint64_t(4));
    }

    void theWindowAdmitsNoMoreThanItsWidth()
    {
        Joiner joiner;
        Domain domain(nullptr);
        domain.addJoiner(&joiner);
        domain.setWindow(3);
        QCOMPARE(domain.room(0, 10), 3u);
        QCOMPARE(domain.room(3, 10), 0u);
        Batch batch;
        joiner.put(&batch);
        joiner.take();
        joiner.publish();
        QVERIFY(domain.hasWaitingHead());
        QCOMPARE(domain.room(3, 10), 1u);
    }

    void largeBatchesNarrowTheWindowButNotBelowWhatIsNeeded()
    {
        Joiner joiner;
        Domain domain(nullptr, 1000);
        domain.addJoiner(&joiner);
        domain.enlarge(50, 6);
        QCOMPARE(domain.room(0, 100), 50u);
        domain.noteBytes(20); // 50 of them are 1000 bytes
        QCOMPARE(domain.room(0, 100), 50u);
        domain.noteBytes(100);
        QCOMPARE(domain.room(0, 100), 10u);
        domain.noteBytes(5000);
        QCOMPARE(domain.room(0, 100), 6u);
        QCOMPARE(domain.room(6, 100), 0u);
        domain.widen(); // as where everything stands still
        QCOMPARE(domain.room(6, 100), 6u);
        for (int i = 0; i < 200; ++i)
            domain.noteBytes(20); // the large ones are long ago
        QCOMPARE(domain.room(0, 100), 50u);
        domain.enlarge(Domain::Open, 6);
        domain.noteBytes(5000);
        QCOMPARE(domain.room(0, 100), 100u);
    }

    void batchesBeyondTheLimitWaitInAFile()
    {
        const auto schema = std::make_shared<const Schema>(std::vector<Field>{
            {"n", ValueType::Integer, {}}, {"t", ValueType::Text, {}}, {"any", ValueType::Null, Role::ExpectedOutput}});
        QTemporaryDir folder;
        HeldBatches store(1, folder.path().toStdString());
        store.addRows(2);
        for (int64_t i = 0; i < 50; ++i) {
            Batch batch;
            batch.reset(schema);
            batch.columnToChange(0).appendInteger(i);
            batch.columnToChange(0).appendNull();
            batch.columnToChange(1).appendText("text " + std::to_string(i));
            batch.columnToChange(1).appendNull();
            batch.columnToChange(2).append(Value(List{Value(i), Value("x"), Value()}));
            batch.columnToChange(2).append(Value(0.5));
            batch.setSize(2);
            batch.setFirstId(i * 2);
            batch.sequence = uint64_t(i);
            Batch *spare = nullptr;
            QVERIFY(store.push(1, &batch, spare).has_value());
            QCOMPARE(spare, &batch);
        }
        QVERIFY(store.spilledBytes() > 50 * 100 && store.heldBytes() == 0);
        QVERIFY(QDir(folder.path()).isEmpty());
        QVERIFY(store.isEmpty(0) && !store.isEmpty(1));
        for (int64_t i = 0; i < 50; ++i) {
            Batch batch;
            bool usedSpare = false;
            const auto popped = store.pop(1, &batch, usedSpare);
            QVERIFY(popped && usedSpare);
            QCOMPARE(batch.sequence, uint64_t(i));
            QVERIFY(batch.id(1) == Value(i * 2 + 1));
            QCOMPARE(toJson(batch.item(0)), "{\"n\":" + std::to_string(i) + ",\"t\":\"text " + std::to_string(i)
                                                + "\",\"any\":[" + std::to_string(i) + ",\"x\",null]}");
            QVERIFY(batch.column(0).isNull(1) && batch.column(1).isNull(1));
        }
        QVERIFY(store.isEmpty(1));
    }

    void whatIsHeldBackBeyondTheLimitIsTheSameWhenItIsBroughtBack()
    {
        QTemporaryDir folder;
        std::vector<Batch> batches(20);
        HeldBatches held(3 * filled(batches[0], 0).byteSize(), folder.path().toStdString());
        for (size_t i = 0; i < batches.size(); ++i) {
            filled(batches[i], int64_t(i)).encodedToChange() = "line " + std::to_string(i);
            QVERIFY(held.keep(batches[i]).has_value());
        }
        QVERIFY(held.heldBytes() > 0 && held.spilledBytes() > 0);
        QVERIFY(batches[0].size() == 1 && batches[19].byteSize() < 1000);
        for (size_t i = batches.size(); i-- > 0;) { // in any order
            QVERIFY(held.bringBack(batches[i]).has_value());
            QCOMPARE(batches[i].encoded(), "line " + std::to_string(i));
            QCOMPARE(batches[i].sequence, uint64_t(i));
            QCOMPARE(toJson(batches[i].item(0)), "{\"t\":\"" + std::string(2000, char('a' + i)) + "\"}");
        }
        QCOMPARE(held.heldBytes(), uint64_t(0));
    }

    void aQueueFullOfBytesTakesNoMoreUntilItIsEmptier()
    {
        Queue queue(10);
        Batch batches[3];
        const uint64_t bytes = filled(batches[0], 0).byteSize();
        filled(batches[1], 1);
        queue.setCapacityBytes(bytes + 1);
        Batch *pointers[3] = {&batches[0], &batches[1], &batches[2]};
        QCOMPARE(queue.reserve(2), 2u); // nobody knows yet how large they are
        queue.push(pointers, 1);
        QCOMPARE(queue.bytes(), bytes);
        QCOMPARE(queue.reserve(1), 0u); // for what is reserved may be as large
        queue.push(pointers + 1, 1);
        QCOMPARE(queue.bytes(), 2 * bytes);
        QVERIFY(queue.isFullOfBytes());
        QCOMPARE(queue.reserve(1), 0u);
        bool wakeProducers = false;
        Batch *taken = nullptr;
        QCOMPARE(queue.take(&taken, 1, 1, wakeProducers), 1u);
        QVERIFY(wakeProducers);
        QCOMPARE(queue.bytes(), bytes);
        wakeProducers = false;
        QCOMPARE(queue.takeMore(&taken, 1, wakeProducers), 1u);
        QCOMPARE(queue.bytes(), uint64_t(0));
        QCOMPARE(queue.peakBytes(), 2 * bytes);
        QCOMPARE(queue.reserve(5), 1u); // one always, however large
    }

    void aQueueWithALargerBoundInBytesTakesMoreAtOnce()
    {
        Queue queue(10);
        Batch batch;
        Batch *pointer = &filled(batch, 0);
        queue.setCapacityBytes(1);
        QCOMPARE(queue.reserve(1), 1u);
        queue.push(&pointer, 1);
        QCOMPARE(queue.reserve(1), 0u);
        queue.setCapacityBytes(4 * batch.byteSize());
        QCOMPARE(queue.reserve(9), 3u);
    }

    void aSpareBatchGivesBackWhatIsLarge()
    {
        BatchPool pool;
        BatchPool::Cache cache(pool);
        std::vector<Batch *> taken;
        for (int i = 0; i < 40; ++i) {
            Batch *batch = cache.take();
            batch->reset(textSchema());
            batch->columnToChange(0).appendText(std::string(i % 2 ? 200'000 : 2'000'000, 't'));
            batch->setSize(1);
            taken.push_back(batch);
        }
        for (Batch *batch : taken)
            cache.give(batch);
        QVERIFY(pool.heldBytes() > 1'000'000); // so that it is warm
        uint64_t kept = 0;
        for (Batch *&batch : taken) {
            batch = cache.take();
            kept += batch->byteSize();
        }
        QVERIFY2(kept < 6'000'000, std::to_string(kept).c_str());
        for (Batch *batch : taken)
            cache.give(batch);
    }

    void aFullFolderForTemporaryFilesIsSaidWhenABatchIsPutThere()
    {
        QTemporaryDir folder;
        const QByteArray before = qgetenv("TMPDIR");
        const auto pushError = [](const QString &temporary) {
            qputenv("TMPDIR", temporary.toUtf8());
            HeldBatches store(1, "/proc/no such folder");
            store.addRows(1);
            Batch batch, *spare = nullptr;
            batch.reset(std::make_shared<const Schema>(std::vector<Field>{{"t", ValueType::Text, {}}}));
            batch.columnToChange(0).appendText(std::string(200, 't'));
            batch.setSize(1);
            const auto pushed = store.push(0, &batch, spare);
            return pushed ? QByteArray() : QByteArray::fromStdString(pushed.error().message);
        };
        const QByteArray roomy = pushError(folder.path());
        const QByteArray missing = pushError(folder.filePath(QStringLiteral("none")));
        // What the system says of a disk that is full, it says of a file that may not grow.
        rlimit usual{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &usual), 0);
        const rlimit small{100, usual.rlim_max};
        std::signal(SIGXFSZ, SIG_IGN);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        const QByteArray full = pushError(folder.path());
        ::setrlimit(RLIMIT_FSIZE, &usual);
        std::signal(SIGXFSZ, SIG_DFL);
        before.isNull() ? qunsetenv("TMPDIR") : qputenv("TMPDIR", before);
        QCOMPARE(roomy, QByteArray());
        QCOMPARE(full, "Batches that wait for their turn can't be kept in a temporary file in the folder \""
                           + folder.path().toUtf8()
                           + "\": File too large; make room there, or give the run more memory (--memory).");
        QVERIFY2(
            missing.startsWith("Batches that wait for their turn can't be kept in a temporary file in the folder \""),
            missing.constData());
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void aDamagedBatchIsRefused()
    {
        Batch batch;
        batch.reset(emptySchema());
        batch.setSize(0);
        std::string bytes;
        encodeBatch(bytes, batch);
        BatchDecoder decoder;
        Batch read;
        QVERIFY(decoder.decode(bytes, read).has_value());
        for (size_t length = 0; length < bytes.size(); ++length)
            QVERIFY(!decoder.decode(std::string_view(bytes).substr(0, length), read).has_value());
    }
};

} // namespace tst_queue

QTEST_GUILESS_MAIN(tst_queue::tst_queue)
#include "tst_queue.moc"
