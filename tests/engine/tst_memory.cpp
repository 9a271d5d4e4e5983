// SPDX-License-Identifier: MIT
// Runs are bounded in bytes: what queues, spare batches, joiners and unions hold, however large the items are.
#include "TestPlan.h"

#include "data/text/ByteSize.h"
#include "metrics/MachineMemory.h"

#include <QDir>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <semaphore>

using namespace millrace;
using namespace millrace::test;

namespace {

std::atomic<int64_t> liveBytes{0}, mostBytes{0}; // stay 0 under the thread sanitizer, which has allocators of its own

} // namespace

#ifdef __has_feature
#define MILLRACE_THREAD_SANITIZER __has_feature(thread_sanitizer)
#else
#define MILLRACE_THREAD_SANITIZER 0
#endif
#if !MILLRACE_THREAD_SANITIZER

namespace {

void *counted(void *memory)
{
    if (!memory)
        throw std::bad_alloc();
    const int64_t live = liveBytes += int64_t(::malloc_usable_size(memory));
    int64_t most = mostBytes;
    while (live > most && !mostBytes.compare_exchange_weak(most, live)) {
    }
    return memory;
}

void uncounted(void *memory)
{
    if (memory)
        liveBytes -= int64_t(::malloc_usable_size(memory));
    std::free(memory);
}

} // namespace

void *operator new(size_t size)
{
    return counted(std::malloc(size ? size : 1));
}
void *operator new(size_t size, std::align_val_t alignment)
{
    const auto align = size_t(alignment);
    return counted(std::aligned_alloc(align, (size + align - 1) / align * align));
}
void operator delete(void *memory) noexcept
{
    uncounted(memory);
}
void operator delete(void *memory, size_t) noexcept
{
    uncounted(memory);
}
void operator delete(void *memory, std::align_val_t) noexcept
{
    uncounted(memory);
}
void operator delete(void *memory, size_t, std::align_val_t) noexcept
{
    uncounted(memory);
}

#endif

namespace {

constexpr int64_t Large = 1 << 20; ///< bytes of an item

/// Runs the plan, which must go well; returns by how much memory grew at the most.
int64_t grownBy(Plan &plan, RunOptions options = {})
{
    const int64_t before = liveBytes;
    mostBytes = before;
    const std::unique_ptr<Run> run = plan.start(std::move(options));
    if (!run->waitForDone(Patience) || run->state() != RunState::Finished)
        qFatal("%s", run->outcome().error.message.c_str());
    return mostBytes - before;
}

/// Adds a text of a mebibyte to each item.
Step *blowUp()
{
    return new FunctionStep([](Batch &batch) -> Result<> {
        Column texts = batch.takeSpare(ColumnType::Text);
        for (size_t row = 0; row < batch.size(); ++row)
            texts.appendText(std::string(size_t(Large), 'x'));
        std::vector<Field> fields = numberSchema()->fields();
        fields.push_back({"text", ValueType::Text, {}});
        batch.addColumn(std::make_shared<const Schema>(std::move(fields)), std::move(texts));
        return {};
    });
}

/// Takes the text away, at leisure.
Step *shrink()
{
    return new FunctionStep([](Batch &batch) -> Result<> {
        const std::vector<size_t> first{0};
        batch.selectColumns(numberSchema(), first);
        std::this_thread::sleep_for(std::chrono::microseconds(300));
        return {};
    });
}

} // namespace

class tst_memory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void largeItemsLeaveNoMemoryInSpareBatches()
    {
        Plan plan;
        plan.source(300, 1);
        plan.add("blow", StepKind::Transform, [](int) { return blowUp(); }).queueSize = 1;
        plan.add("shrink", StepKind::Transform, [](int) { return shrink(); }).queueSize = 1;
        const auto sink = plan.sink();
        plan.chain();
        const int64_t grown = grownBy(plan);
        QCOMPARE(firstNumbers(*sink), upTo(300));
        QVERIFY2(grown < 12 * Large, std::to_string(grown).c_str());
    }

    void aLongQueueHoldsNoMoreBytesThanItMay()
    {
        Plan plan;
        plan.source(200, 1);
        plan.add("blow", StepKind::Transform, [](int) { return blowUp(); });
        PlannedStep &slow = plan.add("shrink", StepKind::Transform, [](int) { return shrink(); });
        slow.queueSize = 0;
        slow.queueBytes = 5 * Large;
        const auto sink = plan.sink();
        plan.chain();
        const int64_t grown = grownBy(plan);
        QCOMPARE(firstNumbers(*sink), upTo(200));
        QVERIFY2(grown < 16 * Large, std::to_string(grown).c_str());
    }

    void theBudgetOfTheRunBoundsQueuesWithoutABound()
    {
        Plan plan;
        plan.source(200, 1);
        plan.add("blow", StepKind::Transform, [](int) { return blowUp(); });
        plan.add("shrink", StepKind::Transform, [](int) { return shrink(); }).queueSize = 0;
        const auto sink = plan.sink();
        plan.chain();
        RunOptions options;
        options.memory = 24 * uint64_t(Large);
        const int64_t grown = grownBy(plan, options);
        QCOMPARE(firstNumbers(*sink), upTo(200));
        QVERIFY2(grown < 24 * Large, std::to_string(grown).c_str());
    }

    void theGaugesTellBytes()
    {
        Plan plan;
        plan.source(50, 1);
        plan.add("blow", StepKind::Transform, [](int) { return blowUp(); });
        PlannedStep &slow = plan.add("shrink", StepKind::Transform, [](int) { return shrink(); });
        slow.queueBytes = 3 * Large;
        plan.sink();
        plan.chain();
        const std::unique_ptr<Run> run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        const RunSample sample = run->sample();
        const QueueSample &queue = sample.steps[2].queue;
        QCOMPARE(queue.capacityBytes, uint64_t(3 * Large));
        QVERIFY(queue.peakBytes == 0 || queue.peakBytes > uint64_t(Large));
        QVERIFY(queue.peakBytes < 6 * uint64_t(Large));
        QCOMPARE(queue.bytes, uint64_t(0));
        QCOMPARE(sample.memoryBytes, machineMemoryBytes() / 4);
    }

    void aQueueMayHoldMoreWhileItRuns()
    {
        std::counting_semaphore<> go(0);
        Plan plan;
        plan.source(40, 1);
        plan.add("blow", StepKind::Transform, [](int) { return blowUp(); });
        PlannedStep &slow = plan.add("slow", StepKind::Transform, [&go](int) {
            return new FunctionStep([&go](Batch &) -> Result<> {
                go.acquire();
                return {};
            });
        });
        slow.queueSize = 20;
        slow.queueBytes = 1;
        plan.sink();
        plan.chain();
        const std::unique_ptr<Run> run = plan.start();
        const auto atTheEnd = qScopeGuard([&go] { go.release(100); });
        QTRY_COMPARE(run->sample().steps[2].queue.depth, 1u);
        QTRY_COMPARE(run->sample().steps[1].state, StepState::Blocked);
        QCOMPARE(run->sample().steps[2].queue.depth, 1u);
        run->setQueueBytes("slow", 100 * uint64_t(Large));
        QTRY_COMPARE(run->sample().steps[2].queue.depth, 20u);
        go.release(40);
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->state(), RunState::Finished);
    }

    void whatWaitsForALateBatchGoesToAFile()
    {
        QTemporaryDir folder;
        std::counting_semaphore<> go(0);
        Plan plan;
        plan.source(60, 1);
        PlannedStep &step = plan.add("late", StepKind::Transform, [&go](int) {
            return new FunctionStep([&go](Batch &batch) -> Result<> {
                if (batch.sequence == 0)
                    go.acquire();
                const std::unique_ptr<Step> blow(blowUp());
                return blow->process(batch);
            });
        });
        step.workers = 4;
        step.queueSize = 50;
        const auto sink = plan.sink();
        plan.plan.steps.back().queueSize = 50;
        plan.chain();
        RunOptions options;
        options.memory = 64 * uint64_t(Large); // a quarter of it may be held back
        options.folder = folder.path().toStdString();
        options.bytesUnderWay = UINT64_MAX;
        const int64_t before = liveBytes;
        mostBytes = before;
        const std::unique_ptr<Run> run = plan.start(options);
        const auto atTheEnd = qScopeGuard([&go] { go.release(); });
        QTRY_VERIFY_WITH_TIMEOUT(run->sample().steps[2].spilledBytes > 20 * uint64_t(Large), Patience);
        QVERIFY(run->sample().steps[2].heldBytes <= 16 * uint64_t(Large));
        QVERIFY(QDir(folder.path()).isEmpty()); // the file has no name
        go.release();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->state(), RunState::Finished);
        QCOMPARE(firstNumbers(*sink), upTo(60));
        QVERIFY2(mostBytes - before < 45 * Large, std::to_string(mostBytes - before).c_str());
    }

    void aMergeBeforeASlowStepLeavesBatchesInItsQueue()
    {
        std::counting_semaphore<> go(0);
        Plan plan;
        plan.source(500, 1, "one");
        plan.source(500, 1, "two", 1000);
        PlannedStep &merge = plan.add("merge", StepKind::Combine, [](int) { return new Step; });
        merge.combine = CombineMode::Merge;
        merge.queueSize = 10;
        PlannedStep &slow = plan.add("slow", StepKind::Transform, [&go](int) {
            return new FunctionStep([&go](Batch &) -> Result<> {
                go.acquire();
                return {};
            });
        });
        slow.queueSize = 1;
        const auto sink = plan.sink();
        plan.link(0, 2);
        plan.link(1, 2);
        plan.link(2, 3);
        plan.link(3, 4);
        const std::unique_ptr<Run> run = plan.start();
        const auto atTheEnd = qScopeGuard([&go] { go.release(2000); }); // or nothing would ever end
        go.release(100);
        QTRY_COMPARE(run->sample().steps[3].batchesIn, uint64_t(100));
        QTRY_COMPARE(run->sample().steps[2].state, StepState::Blocked);
        // One at work, one in its queue, and what merge has taken in advance.
        QVERIFY2(run->sample().steps[2].batchesIn <= 101 + 2 + 64,
                 std::to_string(run->sample().steps[2].batchesIn).c_str());
        go.release(1000);
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->state(), RunState::Finished);
        QCOMPARE(sink->items.size(), size_t(1000));
    }

    void aSourceOfLargeItemsIsAskedForFewer()
    {
        Plan plan;
        plan.source(64, 64);
        plan.add("blow", StepKind::Transform, [](int) { return blowUp(); });
        plan.sink();
        plan.chain();
        plan.plan.steps[0].make = [](int) -> Result<std::unique_ptr<Step>> {
            class LargeSource final : public Source
            {
            public:
                Result<bool> fetch(Batch &batch, size_t items) override
                {
                    const size_t count = std::min(items, m_left);
                    batch.reset(m_schema);
                    for (size_t i = 0; i < count; ++i)
                        batch.columnToChange(0).appendText(std::string(100'000, 't'));
                    batch.setSize(count);
                    m_left -= count;
                    return count > 0;
                }
                SchemaPtr schema() const override { return m_schema; }

            private:
                const SchemaPtr m_schema =
                    std::make_shared<const Schema>(std::vector<Field>{{"t", ValueType::Text, {}}});
                size_t m_left = 640;
            };
            return std::unique_ptr<Step>(new LargeSource);
        };
        plan.plan.steps[1].make = [](int) -> Result<std::unique_ptr<Step>> { return std::unique_ptr<Step>(new Step); };
        RunOptions options;
        options.memory = 32 * uint64_t(Large); // a 32nd of it for a batch
        const std::unique_ptr<Run> run = plan.start(options);
        QVERIFY(run->waitForDone(Patience));
        const StepSample source = run->sample().steps[0];
        QCOMPARE(source.itemsOut, uint64_t(640));
        QVERIFY2(source.batchesOut >= 50, std::to_string(source.batchesOut).c_str());
    }
};

QTEST_GUILESS_MAIN(tst_memory)
#include "tst_memory.moc"
