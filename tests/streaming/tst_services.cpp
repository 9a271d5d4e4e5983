// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "streaming/QueueJoiner.h"
#include "streaming/QueueWorker.h"

using namespace millrace;
using namespace millrace::test;

namespace tst_services {

namespace {

struct Counter
{
    std::atomic<int> opened = 0;
    std::atomic<int64_t> sum = 0;
};
struct Special : Counter
{};

/// Adds what it sees to a counter that it is lent.
class Counting final : public Step
{
public:
    Result<> open(const StepContext &context) override
    {
        m_counter = context.service<Counter>();
        if (!m_counter)
            return failure("service", "There is no counter.");
        ++m_counter->opened;
        return {};
    }
    Result<> process(Batch &batch) override
    {
        for (const int64_t number : batch.column(0).integers())
            m_counter->sum += number;
        return {};
    }

private:
    Counter *m_counter = nullptr;
};

Services lent(const std::shared_ptr<Counter> &counter)
{
    Services services;
    services.add(counter);
    return services;
}

} // namespace

class TestServices : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servicesAreFoundByTheirType();
    void stepsOfAllWorkersShareAService();
    void stepsOfNestedPipelinesGetThoseOfTheOutermost();
    void whereThereIsNoneStepsAreToldSo();
    void queueWorkersLendThemToo();
};

void TestServices::servicesAreFoundByTheirType()
{
    Services services;
    QVERIFY(services.isEmpty() && !services.find<Counter>());
    const auto special = std::make_shared<Special>();
    services.add(special);
    QCOMPARE(services.find<Special>(), special.get());
    QVERIFY(!services.find<Counter>()); // of exactly that type
    const auto counter = std::make_shared<Counter>(), other = std::make_shared<Counter>();
    services.add(counter);
    services.add(other);
    QCOMPARE(services.find<Counter>(), other.get());
    QCOMPARE(counter.use_count(), long(1));
}

void TestServices::stepsOfAllWorkersShareAService()
{
    const auto counter = std::make_shared<Counter>();
    SequentialQueuedPipeline pipeline({{"count", 3, Counting()}, identity()},
                                      {.batchSize = 5, .services = lent(counter)});
    QVERIFY(pipeline.setup());
    QCOMPARE(counter->opened.load(), 3);
    QVERIFY(pipeline.transform({.dataInputs = DataList::numbers(0, 101)}));
    QVERIFY(counter->opened > 3);
    QCOMPARE(counter->sum.load(), int64_t(5050));
}

void TestServices::stepsOfNestedPipelinesGetThoseOfTheOutermost()
{
    const auto outer = std::make_shared<Counter>(), inner = std::make_shared<Counter>();
    const SequentialQueuedPipeline own({Counting()}, {.batchSize = 3, .services = lent(inner)}), drawn({Counting()});
    SequentialQueuedPipeline pipeline({own, drawn}, {.batchSize = 5, .services = lent(outer)});
    QVERIFY(pipeline.setup());
    QVERIFY(pipeline.transform({.dataInputs = DataList::numbers(0, 11)}));
    QCOMPARE(outer->sum.load(), int64_t(110));
    QCOMPARE(inner->opened.load(), 0);
}

void TestServices::whereThereIsNoneStepsAreToldSo()
{
    const auto result = SequentialQueuedPipeline({Counting()}).transform({.dataInputs = {1}});
    QVERIFY(!result);
    QCOMPARE(result.error().kind, std::string("service"));
    QVERIFY(!StepContext().service<Counter>());
}

void TestServices::queueWorkersLendThemToo()
{
    const auto counter = std::make_shared<Counter>();
    QueueWorker worker(Counting(), {.workers = 2, .services = lent(counter)});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    QVERIFY2(worker.start(), worker.problem().c_str());
    QVERIFY(worker.put({.data = {.dataInputs = {1, 2}}}));
    QVERIFY(worker.put({.data = {.dataInputs = {3}}}));
    QVERIFY(joiner.join(2));
    worker.stop();
    QCOMPARE(counter->sum.load(), int64_t(6));
}

} // namespace tst_services

QTEST_GUILESS_MAIN(tst_services::TestServices)
#include "tst_services.moc"
