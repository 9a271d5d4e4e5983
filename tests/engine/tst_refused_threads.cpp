// SPDX-License-Identifier: MIT
// Runs that the system gives fewer threads than they would use, refused at each place.
#include "TestPlan.h"

#include "engine/scheduling/Executor.h"
#include "metrics/Clock.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_refused_threads {

namespace {

/// Gives threads but for the n-th it is asked for, or for any from the n-th on.
class SparingExecutor final : public Executor
{
public:
    SparingExecutor(int nth, bool isForGood) : m_nth(nth), m_isForGood(isForGood) {}
    bool start(std::function<void()> task) override
    {
        const int number = ++m_asked;
        if (number == m_nth || (m_isForGood && number > m_nth)) {
            ++m_refused;
            return false;
        }
        return m_threads->start(std::move(task));
    }
    void waitForDone() override { m_threads->waitForDone(); }
    int refused() const { return m_refused; }

private:
    const int m_nth;
    const bool m_isForGood;
    std::atomic<int> m_asked{0}, m_refused{0};
    const std::unique_ptr<Executor> m_threads = makeDefaultExecutor();
};

constexpr int64_t Items = 60;

PlannedStep &addStep(Plan &plan, const std::string &id, int workers, FunctionStep::Function work)
{
    PlannedStep &step = plan.add(id, StepKind::Transform, [work](int) { return new FunctionStep(work); });
    step.workers = workers;
    return step;
}

/// A step that waits, with many workers: the engine wants a thread for each.
Plan waiting(std::shared_ptr<Collected> &collected)
{
    Plan plan;
    plan.source(Items, 1);
    addStep(plan, "waits", 12, [](Batch &) -> Result<> {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return {};
    });
    collected = plan.sink();
    plan.chain();
    return plan;
}

/// Steps that compute.
Plan computing(std::shared_ptr<Collected> &collected)
{
    Plan plan;
    plan.source(Items, 1);
    for (const char *id : {"first", "second"})
        addStep(plan, id, 2, [](Batch &) -> Result<> {
            const uint64_t end = steadyNanoseconds() + 100'000;
            while (steadyNanoseconds() < end) {
            }
            return {};
        });
    collected = plan.sink();
    plan.chain();
    return plan;
}

/// Items that are tried again after a pause, which somebody must be there for.
Plan retrying(std::shared_ptr<Collected> &collected)
{
    Plan plan;
    plan.source(Items, 1);
    PlannedStep &step = addStep(plan, "fails at first", 2, [tries = std::make_shared<std::atomic<int>>(0)](Batch &) {
        return (*tries)++ < 3 ? failure("test", "not yet") : Result<>();
    });
    step.retries = 3;
    collected = plan.sink();
    plan.chain();
    return plan;
}

/// Two sources, one of which waits, put side by side.
Plan joined(std::shared_ptr<Collected> &collected)
{
    Plan plan;
    plan.source(Items / 2, 1, "one");
    plan.source(Items / 2, 1, "two", Items / 2);
    addStep(plan, "waits", 2, [](Batch &) -> Result<> {
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        return {};
    });
    plan.add("union", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Items;
    collected = plan.sink();
    plan.link(0, 2);
    plan.link(2, 3);
    plan.link(1, 3);
    plan.link(3, 4);
    return plan;
}

using MakePlan = Plan (*)(std::shared_ptr<Collected> &);

} // namespace

class tst_refused_threads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aRunGoesOnWithTheThreadsThereAre_data();
    void aRunGoesOnWithTheThreadsThereAre();
    void aRunWithoutAnyThreadFailsWithASentence();
    void itIsSaidOnce();
};

void tst_refused_threads::aRunGoesOnWithTheThreadsThereAre_data()
{
    QTest::addColumn<MakePlan>("makePlan");
    QTest::newRow("a step that waits") << &waiting;
    QTest::newRow("steps that compute") << &computing;
    QTest::newRow("items that are tried again") << &retrying;
    QTest::newRow("branches that join") << &joined;
}

void tst_refused_threads::aRunGoesOnWithTheThreadsThereAre()
{
    QFETCH(MakePlan, makePlan);
    for (int nth = 2; nth <= 16; ++nth) {
        for (const bool isForGood : {false, true}) {
            SparingExecutor executor(nth, isForGood);
            std::shared_ptr<Collected> collected;
            RunOptions options;
            options.cores = 2;
            options.executor = &executor;
            {
                const auto run = makePlan(collected).start(options);
                QVERIFY2(run->waitForDone(Patience), "it hangs");
                QCOMPARE(int(run->outcome().state), int(RunState::Finished));
            }
            executor.waitForDone();
            QCOMPARE(firstNumbers(*collected), upTo(Items));
            if (executor.refused() == 0)
                break; // it asks for no more than that
        }
    }
}

void tst_refused_threads::aRunWithoutAnyThreadFailsWithASentence()
{
    SparingExecutor executor(1, true);
    std::shared_ptr<Collected> collected;
    RunOptions options;
    options.executor = &executor;
    int ends = 0;
    options.finished = [&] { ++ends; };
    const auto run = computing(collected).start(options);
    QVERIFY(run->waitForDone(Patience));
    QCOMPARE(int(run->outcome().state), int(RunState::Failed));
    QVERIFY2(run->outcome().error.message.starts_with("The run can't start, for the system gives it no thread."),
             run->outcome().error.message.c_str());
    QCOMPARE(ends, 1);
    QVERIFY(!collected->isCommitted);
}

void tst_refused_threads::itIsSaidOnce()
{
    SparingExecutor executor(2, true);
    std::shared_ptr<Collected> collected;
    RunOptions options;
    options.cores = 2;
    options.executor = &executor;
    const auto run = waiting(collected).start(options);
    QVERIFY(run->waitForDone(Patience));
    QVERIFY(executor.refused() >= 1);
    QCOMPARE(run->log().count(), uint64_t(1));
    const std::string said = run->log().after(0).front().message;
    QVERIFY2(said.starts_with("The system gives no more threads, so the run goes on with 1."), said.c_str());
}

} // namespace tst_refused_threads

QTEST_GUILESS_MAIN(tst_refused_threads::tst_refused_threads)
#include "tst_refused_threads.moc"
