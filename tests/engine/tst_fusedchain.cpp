// SPDX-License-Identifier: MIT
// Chains that one pump takes from the source to the sink, chunks that share calls, and how much may be under way.
#include "TestPlan.h"

#include <atomic>

using namespace millrace;
using namespace millrace::test;

namespace tst_fusedchain {

namespace {

/// The numbers from 0 on, one a batch; throws at `end`, or fails that item, which it may not.
class QuickNumbers final : public InlinedSource<QuickNumbers>
{
public:
    explicit QuickNumbers(int64_t end, bool failsItem = false) : m_end(end), m_failsItem(failsItem) {}
    Result<bool> fetch(Batch &batch, size_t) override
    {
        if (m_next == m_end && !m_failsItem)
            throw std::runtime_error("no more numbers");
        batch.reset(numberSchema());
        batch.columnToChange(0).appendInteger(m_next);
        batch.setSize(1);
        if (m_next++ == m_end)
            batch.fail(0, "bad", "this one is wrong");
        return true;
    }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    int64_t m_next = 0, m_end;
    bool m_failsItem;
};

/// The same, batch by batch.
class PlainNumbers final : public Source
{
public:
    explicit PlainNumbers(int64_t end) : m_numbers(end, true) {}
    Result<bool> fetch(Batch &batch, size_t items) override { return m_numbers.fetch(batch, items); }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    QuickNumbers m_numbers;
};

/// Three kinds of failure now and then, else nothing.
class QuickFaults final : public Inlined<QuickFaults>
{
public:
    Result<> process(Batch &batch) override
    {
        if (batch.isEmpty())
            return {}; // its item has failed before
        const int64_t number = batch.column(0).integers()[0];
        if (number % 1000 == 7)
            batch.fail(0, "marked", "this one");
        if (number % 1000 == 8)
            return failure("returned", "this batch");
        if (number % 1000 == 9)
            throw std::runtime_error("thrown");
        return {};
    }
};

/// Keeps what comes; fails at one number.
class QuickCollector final : public InlinedSink<QuickCollector>
{
public:
    QuickCollector(std::shared_ptr<std::vector<int64_t>> numbers, int64_t failsAt)
        : m_numbers(std::move(numbers)), m_failsAt(failsAt)
    {}
    Result<> write(Batch &batch) override
    {
        for (const int64_t number : batch.column(0).integers().first(batch.size())) {
            if (number == m_failsAt)
                return failure("io", "the disk is full");
            m_numbers->push_back(number);
        }
        return {};
    }

private:
    std::shared_ptr<std::vector<int64_t>> m_numbers;
    int64_t m_failsAt;
};

/// How many batches are between the source and the sink of two halves each, and the most there were.
struct UnderWay
{
    std::atomic<int> fetched{0}, written{0}, most{0};
    std::atomic<int> awaited{0}; ///< the first batch isn't decoded before so many are fetched
};

class CountingSource final : public Source
{
public:
    CountingSource(UnderWay &counts, int batches) : m_counts(counts), m_batches(batches) {}
    bool isTwoPhase() const override { return true; }
    Result<bool> fetch(Batch &batch, size_t) override
    {
        if (m_counts.fetched == m_batches)
            return false;
        batch.clearItems();
        batch.setRaw({nullptr, 0, 0, 1});
        m_counts.most = std::max(m_counts.most.load(), ++m_counts.fetched - m_counts.written);
        return true;
    }
    Result<> decode(Batch &batch) override
    {
        while (batch.sequence == 0 && m_counts.fetched < m_counts.awaited)
            std::this_thread::yield();
        batch.reset(numberSchema());
        batch.columnToChange(0).appendInteger(int64_t(batch.sequence));
        batch.setSize(1);
        return {};
    }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    UnderWay &m_counts;
    int m_batches;
};

class CountingSink final : public Sink
{
public:
    explicit CountingSink(UnderWay &counts) : m_counts(counts) {}
    bool isTwoPhase() const override { return true; }
    Result<> write(Batch &) override
    {
        ++m_counts.written;
        return {};
    }

private:
    UnderWay &m_counts;
};

/// Counts what comes.
class QuickCounter final : public InlinedSink<QuickCounter>
{
public:
    explicit QuickCounter(std::atomic<int64_t> &items) : m_items(items) {}
    Result<> write(Batch &batch) override
    {
        m_items += int64_t(batch.size());
        return {};
    }

private:
    std::atomic<int64_t> &m_items;
};

} // namespace

class tst_fusedchain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cheapStepsThatOneThreadLeadsThroughLoseAndMiscountNothing()
    {
        constexpr int64_t Count = 200'000;
        std::atomic<int> flaky{0};
        Plan plan;
        plan.source(Count, 1);
        for (int i = 0; i < 3; ++i) {
            PlannedStep &step = plan.add("cheap" + std::to_string(i), StepKind::Transform, [&, i](int) {
                return new FunctionStep([&, i](Batch &batch) -> Result<> {
                    const int64_t number = batch.column(0).integers()[0];
                    if (i == 0 && number % 50'000 == 49'999 && ++flaky % 2 == 1)
                        batch.fail(0, "flaky", "not yet");
                    if (i == 1 && number % 1000 == 1)
                        batch.fail(0, "bad", "never");
                    return {};
                });
            });
            step.keepsItemsOnError = i != 2;
            step.workers = i + 1;
            step.queueSize = 16 >> i;
            if (i == 0)
                step.retries = 1;
            step.onError = ErrorPolicy::Skip;
        }
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        for (int i = 1; i <= 20 && !run->waitForDone(1); ++i) {
            run->pause();
            run->setWorkers("cheap2", 1 + i % 4);
            run->resume();
        }
        QVERIFY(run->waitForDone(Patience));
        std::vector<int64_t> expected = upTo(Count);
        std::erase_if(expected, [](int64_t number) { return number % 1000 == 1; });
        QCOMPARE(firstNumbers(*collected), expected);
        const RunSample sample = run->sample();
        QCOMPARE(sample.steps[1].batchesIn, uint64_t(Count));
        QCOMPARE(sample.steps[2].batchesIn, uint64_t(Count));
        QCOMPARE(sample.steps[2].errors, uint64_t(Count / 1000));
        QCOMPARE(sample.steps[2].itemsOut, uint64_t(expected.size()));
        QCOMPARE(sample.steps[3].itemsIn, uint64_t(expected.size()));
        QCOMPARE(sample.steps[4].batchesOut, uint64_t(Count));
        for (const StepSample &step : sample.steps)
            QCOMPARE(step.activeWorkers, 0);
    }

    void stepsToldToTryAgainWhileTheyAreLedLoseNothing()
    {
        // Chunks are longer than a queue there, and what waits for another try is behind one.
        constexpr int64_t Count = 60'000;
        std::atomic<Run *> running{nullptr};
        std::atomic<int> failed{0};
        Plan plan;
        plan.source(Count, 1);
        plan.add("first", StepKind::Transform, [](int) { return new AffineStep(1, 0, {}); });
        PlannedStep &step = plan.add("flaky", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &batch) -> Result<> {
                const int64_t number = batch.column(0).integers()[0];
                Run *run = running.load();
                if (run && number % 1000 == 500) {
                    run->setErrorPolicy("flaky", ErrorPolicy::Skip, 1);
                    if (failed.fetch_add(1) % 2 == 0)
                        batch.fail(0, "flaky", "not yet");
                }
                if (run && number % 1000 == 700)
                    run->setErrorPolicy("flaky", ErrorPolicy::Skip, 0);
                return {};
            });
        });
        step.keepsItemsOnError = true;
        step.onError = ErrorPolicy::Skip;
        plan.add("last", StepKind::Transform, [](int) { return new AffineStep(1, 0, {}); });
        auto collected = plan.sink();
        plan.chain();
        for (PlannedStep &planned : plan.plan.steps)
            planned.queueSize = 4;
        auto run = plan.start();
        running = run.get();
        QVERIFY(run->waitForDone(Patience));
        const RunSample sample = run->sample();
        std::vector<int64_t> numbers = firstNumbers(*collected);
        QCOMPARE(numbers.size() + sample.steps[2].errors, uint64_t(Count)); // given up where it was told so meanwhile
        QVERIFY(std::is_sorted(numbers.begin(), numbers.end()));
        for (const StepSample &one : sample.steps) {
            QCOMPARE(one.activeWorkers, 0);
            QCOMPARE(one.queue.depth, 0);
        }
    }

    void aSourceThatFailsItemsWhileItFetchesIsBlamedItself_data()
    {
        QTest::addColumn<bool>("isQuick");
        QTest::addColumn<bool>("isCutToSize");
        QTest::newRow("one at a time") << false << false;
        QTest::newRow("many at a time") << true << false;
        QTest::newRow("the last batch is looked for") << false << true;
    }
    void aSourceThatFailsItemsWhileItFetchesIsBlamedItself()
    {
        QFETCH(const bool, isQuick);
        QFETCH(const bool, isCutToSize);
        constexpr int64_t Bad = 5000;
        Plan plan;
        PlannedStep &source = plan.add("source", StepKind::Source, [=](int) -> Step * {
            if (isQuick)
                return new QuickNumbers(Bad, true);
            return new PlainNumbers(Bad);
        });
        source.batching.size = 1;
        if (isCutToSize)
            source.batching.incomplete = Batching::Incomplete::Drop;
        PlannedStep &next = plan.add("next", StepKind::Transform, [](int) { return new AffineStep(1, 0, {}); });
        next.onError = ErrorPolicy::Skip;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        const RunOutcome outcome = run->outcome();
        QCOMPARE(outcome.state, RunState::Failed);
        QCOMPARE(outcome.step, std::string("source"));
        QVERIFY2(outcome.error.message.ends_with("this one is wrong"), outcome.error.message.c_str());
        QCOMPARE(firstNumbers(*collected), upTo(Bad));
        QCOMPARE(run->sample().steps[1].errors, uint64_t(0));
    }

    void whatIsLedStaysWithinWhatTheQueuesMayHold()
    {
        constexpr int Queues = 4, QueueSize = 3;
        std::atomic<int64_t> written{0}, most{0};
        Plan plan;
        plan.add("source", StepKind::Source, [](int) { return new NumberSource(0, 100'000); }).batching.size = 1;
        for (int i = 0; i < Queues - 1; ++i)
            plan.add("cheap" + std::to_string(i), StepKind::Transform, [&, i](int) {
                return new FunctionStep([&, i](Batch &batch) -> Result<> {
                    if (i == 0) // one thread, and numbers come in order: those from `written` on are under way
                        most = std::max(most.load(), batch.column(0).integers()[0] + 1 - written.load());
                    return {};
                });
            });
        plan.add("sink", StepKind::Sink, [&](int) { return new QuickCounter(written); });
        plan.chain();
        for (PlannedStep &step : plan.plan.steps)
            step.queueSize = QueueSize;
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(written.load(), int64_t(100'000));
        QVERIFY2(most <= Queues * (QueueSize + 1) + 2, std::to_string(most.load()).c_str());
    }

    void queuesWithinAStepDontAddToWhatMayBeUnderWay()
    {
        // Two workers decode, two encode, one writes; a queue of four before the sink; two more for the source.
        constexpr int Window = 2 + (4 + 2) + 1 + 2;
        UnderWay counts;
        counts.awaited = Window;
        Plan plan;
        plan.add("source", StepKind::Source, [&](int) { return new CountingSource(counts, 2000); }).batching.size = 1;
        plan.add("sink", StepKind::Sink, [&](int) { return new CountingSink(counts); });
        plan.chain();
        for (PlannedStep &step : plan.plan.steps) {
            step.queueSize = 4;
            step.workers = 2;
        }
        RunOptions options;
        options.cores = 2;
        auto run = plan.start(options);
        const bool isDone = run->waitForDone(Patience);
        counts.awaited = 0; // or the run would never end where it is wrong
        QVERIFY(isDone);
        QCOMPARE(counts.written.load(), 2000);
        QCOMPARE(counts.most.load(), Window);
    }

    void inlinedStepsFailItemByItemAndEndsWhereTheyFail_data()
    {
        QTest::addColumn<int64_t>("end");     // the source throws there
        QTest::addColumn<int64_t>("failsAt"); // the sink
        QTest::newRow("the source fails") << int64_t(60'123) << int64_t(-1);
        QTest::newRow("the sink fails") << int64_t(100'000) << int64_t(40'321);
    }
    void inlinedStepsFailItemByItemAndEndsWhereTheyFail()
    {
        QFETCH(int64_t, end);
        QFETCH(int64_t, failsAt);
        Plan plan;
        plan.add("source", StepKind::Source, [=](int) { return new QuickNumbers(end); }).batching.size = 1;
        for (int i = 0; i < 2; ++i) {
            PlannedStep &step =
                plan.add("quick" + std::to_string(i), StepKind::Transform, [](int) { return new QuickFaults; });
            step.keepsItemsOnError = true;
            step.onError = ErrorPolicy::Skip;
        }
        auto numbers = std::make_shared<std::vector<int64_t>>();
        plan.add("sink", StepKind::Sink, [=](int) { return new QuickCollector(numbers, failsAt); });
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Failed);
        QCOMPARE(run->outcome().error.message, std::string(failsAt < 0 ? "no more numbers" : "the disk is full"));
        std::vector<int64_t> expected = upTo(failsAt < 0 ? end : failsAt);
        std::erase_if(expected, [](int64_t number) { return number % 1000 >= 7 && number % 1000 <= 9; });
        QCOMPARE(*numbers, expected);
        if (failsAt < 0) {
            const RunSample sample = run->sample();
            QCOMPARE(sample.steps[1].itemsIn, uint64_t(end));
            QCOMPARE(sample.steps[1].itemsOut, uint64_t(expected.size()));
            QCOMPARE(sample.steps[2].itemsIn, uint64_t(expected.size()));
            QCOMPARE(sample.steps[3].itemsIn, uint64_t(expected.size()));
        }
    }
};

} // namespace tst_fusedchain

QTEST_GUILESS_MAIN(tst_fusedchain::tst_fusedchain)
#include "tst_fusedchain.moc"
