// SPDX-License-Identifier: MIT
#include "TestSteps.h"

#include "engine/Run.h"

#include <QTest>

#include <atomic>
#include <condition_variable>
#include <latch>
#include <map>
#include <set>

using namespace millrace;
using namespace millrace::test;

namespace {

using Made = Result<std::unique_ptr<Step>>;

/// A plan in a few words: steps in a row unless linked otherwise.
struct Plan
{
    RunPlan plan;

    template <class Make>
    PlannedStep &add(std::string id, StepKind kind, Make make)
    {
        PlannedStep step;
        step.id = std::move(id);
        step.type = "test";
        step.kind = kind;
        step.make = [make](int worker) -> Made { return std::unique_ptr<Step>(make(worker)); };
        plan.steps.push_back(std::move(step));
        return plan.steps.back();
    }
    PlannedStep &source(int64_t count, int64_t batch, std::string id = "source", int64_t first = 0)
    {
        PlannedStep &step = add(std::move(id), StepKind::Source, [=](int) { return new NumberSource(first, count); });
        step.batching.size = batch;
        return step;
    }
    std::shared_ptr<Collected> sink(std::string id = "sink")
    {
        auto collected = std::make_shared<Collected>();
        add(std::move(id), StepKind::Sink, [=](int) { return new CollectSink(collected, true, {}); });
        return collected;
    }
    void link(int from, int to, int port = 0) { plan.links.push_back({from, port, to}); }
    void chain()
    {
        for (int i = 0; i + 1 < int(plan.steps.size()); ++i)
            link(i, i + 1);
    }
    std::unique_ptr<Run> start(RunOptions options = {})
    {
        auto run = Run::create(plan, options);
        if (!run)
            qFatal("%s", run.error().message.c_str());
        (*run)->start();
        return *std::move(run);
    }
};

/// A step that is a function on the batch.
class FunctionStep : public Step
{
public:
    using Function = std::function<Result<>(Batch &)>;
    explicit FunctionStep(Function function) : m_function(std::move(function)) {}
    Result<> process(Batch &batch) override { return m_function(batch); }

private:
    Function m_function;
};

/// The numbers from 0 on, one a batch; throws at `end`.
class QuickNumbers final : public InlinedSource<QuickNumbers>
{
public:
    explicit QuickNumbers(int64_t end) : m_end(end) {}
    Result<bool> fetch(Batch &batch, size_t) override
    {
        if (m_next == m_end)
            throw std::runtime_error("no more numbers");
        batch.reset(numberSchema());
        batch.columnToChange(0).appendInteger(m_next++);
        batch.setSize(1);
        return true;
    }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    int64_t m_next = 0, m_end;
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
        batch.rawRows = 1;
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

std::vector<int64_t> firstNumbers(const Collected &collected)
{
    std::vector<int64_t> numbers;
    for (const auto &item : collected.items)
        numbers.push_back(item[0]);
    return numbers;
}

std::vector<int64_t> upTo(int64_t count)
{
    std::vector<int64_t> numbers(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; ++i)
        numbers[size_t(i)] = i;
    return numbers;
}

RunOptions withCores(int cores)
{
    RunOptions options;
    options.cores = cores;
    return options;
}

constexpr int Patience = 30'000; ///< milliseconds after which a run has hung

} // namespace

class tst_run : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sixteenWorkersThatWaitAreSixteenThreads()
    {
        // Each batch waits until sixteen are inside together: with fewer threads nothing would ever move.
        std::mutex mutex;
        std::condition_variable changed;
        int inside = 0, most = 0;
        Plan plan;
        plan.source(16, 1);
        PlannedStep &step = plan.add("wait", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &) -> Result<> {
                std::unique_lock lock(mutex);
                most = std::max(most, ++inside);
                changed.notify_all();
                changed.wait_for(lock, std::chrono::seconds(20), [&] { return most == 16; });
                --inside;
                return {};
            });
        });
        step.workers = 16;
        step.queueSize = 16;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start(withCores(2));
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(most, 16);
        QCOMPARE(firstNumbers(*collected), upTo(16));
    }

    void threadsAreFoundForWorkersThatSuddenlyWaitForLong()
    {
        // The engine has seen a hundred short waits, after which threads come back for more by themselves. Then none does, until
        // eight are inside together.
        constexpr int Short = 100, Together = 8;
        std::mutex mutex;
        std::condition_variable changed;
        int inside = 0, most = 0;
        Plan plan;
        plan.source(Short + Together, 1);
        PlannedStep &step = plan.add("wait", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &batch) -> Result<> {
                if (batch.column(0).integers()[0] < Short) {
                    std::this_thread::sleep_for(std::chrono::microseconds(300));
                    return {};
                }
                std::unique_lock lock(mutex);
                most = std::max(most, ++inside);
                changed.notify_all();
                changed.wait_for(lock, std::chrono::seconds(20), [&] { return most == Together; });
                --inside;
                return {};
            });
        });
        step.workers = Together;
        step.queueSize = 16;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start(withCores(2));
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(most, Together);
        QCOMPARE(firstNumbers(*collected), upTo(Short + Together));
    }

    void computingWorkersAreNoMoreThanTheCores()
    {
        std::atomic<int> inside{0}, most{0};
        Plan plan;
        plan.source(300, 1);
        PlannedStep &step = plan.add("compute", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &) -> Result<> {
                const int now = ++inside;
                int seen = most.load();
                while (now > seen && !most.compare_exchange_weak(seen, now)) {
                }
                for (int i = 0; i < 100'000; ++i)
                    asm volatile("");
                --inside;
                return {};
            });
        });
        step.workers = 16;
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start(withCores(2));
        QVERIFY(run->waitForDone(Patience));
        QVERIFY2(most <= 2, std::to_string(most).c_str());
        QCOMPARE(firstNumbers(*collected), upTo(300));
    }

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
        QCOMPARE(run->sample().steps[1].retries, uint64_t(18));
        QCOMPARE(run->sample().steps[1].errors, uint64_t(0));
    }

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
        QCOMPARE(sample.retries, uint64_t(4));
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

    void aStandstillBehindAStepThatHoldsBackIsResolved_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("batches") << int(CombineMode::Batches);
        QTest::newRow("items") << int(CombineMode::Items);
    }
    void aStandstillBehindAStepThatHoldsBackIsResolved()
    {
        QFETCH(int, mode);
        Plan plan;
        plan.source(400, 1).queueSize = 1;
        PlannedStep &reverse = plan.add("reverse", StepKind::Transform, [](int) { return new ReverseStep; });
        reverse.isOrdered = true;
        reverse.queueSize = 1;
        PlannedStep &join = plan.add("join", StepKind::Combine, [](int) { return new Step; });
        join.combine = CombineMode(mode);
        join.queueSize = 1;
        auto collected = plan.sink();
        plan.link(0, 1);
        plan.link(1, 2);
        plan.link(0, 2);
        plan.link(2, 3);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(collected->items.size(), size_t(800));
    }

    void fieldsOfTwoSourcesStandSideBySide()
    {
        Plan plan;
        plan.source(10, 3, "a");
        plan.source(10, 4, "b", 100);
        plan.add("zip", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Fields;
        auto collected = plan.sink();
        plan.link(0, 2);
        plan.link(1, 2);
        plan.link(2, 3);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Finished);
        QCOMPARE(collected->items.size(), size_t(10));
        for (int64_t i = 0; i < 10; ++i)
            QCOMPARE(collected->items[size_t(i)], (std::vector<int64_t>{i, 100 + i}));
    }

    void branchesOfUnequalLengthAreRefusedInASentence()
    {
        Plan plan;
        plan.source(10, 3, "a");
        plan.source(12, 4, "b");
        plan.add("zip", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Fields;
        auto collected = plan.sink();
        plan.link(0, 2);
        plan.link(1, 2);
        plan.link(2, 3);
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Failed);
        QVERIFY(run->outcome().error.message.find("\"a\" has fewer items") != std::string::npos);
        QVERIFY(collected->isAbandoned);
    }

    void aWorkerIsOpenedOnceAndClosedOnce()
    {
        struct Counts
        {
            std::atomic<int> opened{0}, closed{0};
        } counts;
        class Counting final : public Step
        {
        public:
            explicit Counting(Counts &counts) : m_counts(counts) {}
            Result<> open(const StepContext &) override
            {
                ++m_counts.opened;
                return {};
            }
            void close() override { ++m_counts.closed; }

        private:
            Counts &m_counts;
        };
        Plan plan;
        plan.source(200, 1);
        plan.add("count", StepKind::Transform, [&](int) { return new Counting(counts); }).workers = 3;
        plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QVERIFY(counts.opened >= 1 && counts.opened <= 3);
        QCOMPARE(counts.closed.load(), counts.opened.load());
    }

    void aStepThatCantBeOpenedFailsTheRun()
    {
        class Broken final : public Step
        {
            Result<> open(const StepContext &) override { return failure("io", "no such thing"); }
        };
        Plan plan;
        plan.source(10, 1);
        plan.add("broken", StepKind::Transform, [](int) { return new Broken; });
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(run->outcome().state, RunState::Failed);
        QCOMPARE(run->outcome().step, std::string("broken"));
        for (const StepSample &step : run->sample().steps)
            QCOMPARE(step.state == StepState::Failed, step.id == "broken");
        QCOMPARE(run->outcome().error.message, std::string("no such thing"));
        QVERIFY(collected->items.empty() && !collected->isCommitted);
    }

    void pauseHoldsAndResumeGoesOn()
    {
        std::latch hasBegun(1);
        std::atomic<bool> isFirst{true};
        Plan plan;
        plan.source(2000, 1);
        plan.add("note", StepKind::Transform, [&](int) {
            return new FunctionStep([&](Batch &) -> Result<> {
                if (isFirst.exchange(false))
                    hasBegun.count_down();
                return {};
            });
        });
        auto collected = plan.sink();
        plan.chain();
        auto run = plan.start();
        hasBegun.wait();
        run->pause();
        QTRY_VERIFY(run->isDone() || run->sample().threads == 0);
        if (!run->isDone()) {
            const uint64_t items = run->sample().itemsWritten;
            QVERIFY(!run->waitForDone(50));
            QCOMPARE(run->sample().itemsWritten, items);
            QCOMPARE(run->state(), RunState::Paused);
        }
        run->resume();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(firstNumbers(*collected), upTo(2000));
    }

    void queuesNeverExceedTheirBound()
    {
        Plan plan;
        plan.source(3000, 1);
        for (const int bound : {1, 2, 5}) {
            PlannedStep &step = plan.add("s" + std::to_string(bound), StepKind::Transform, [=](int) {
                return new AffineStep(1, 0, Pace{bound * 300, 0, 0});
            });
            step.queueSize = bound;
            step.workers = 2;
        }
        plan.sink();
        plan.chain();
        auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        for (const StepSample &step : run->sample().steps)
            if (!step.isSource)
                QVERIFY2(step.queue.peak <= step.queue.capacity, step.id.c_str());
    }

    void theFinishedCallComesOnceAndLast()
    {
        std::atomic<int> calls{0};
        Plan plan;
        plan.source(10, 1);
        plan.sink();
        plan.chain();
        RunOptions options;
        options.finished = [&] { ++calls; };
        auto run = plan.start(options);
        QTRY_COMPARE(calls.load(), 1);
        QVERIFY(run->isDone());
        run.reset();
        QCOMPARE(calls.load(), 1);
    }

    void aPlanWithoutStepsIsRefused()
    {
        auto run = Run::create(RunPlan(), {});
        QVERIFY(!run);
        QVERIFY(run.error().message.find("source") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(tst_run)
#include "tst_run.moc"
