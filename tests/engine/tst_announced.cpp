// SPDX-License-Identifier: MIT
#include "engine/TestPlan.h"

#include <QTest>

#include <atomic>
#include <chrono>
#include <thread>

using namespace millrace;
using namespace millrace::test;

namespace tst_announced {

namespace {

constexpr int64_t Batches = 40;

/// What a step was told of, and what the source has made so far.
struct Told
{
    std::atomic<int64_t> made{0};
    size_t most = 0, calls = 0; ///< batches at a time
    size_t outOfTurn = 0;       ///< batches that came though others had been announced
};

class CountedSource final : public Source
{
public:
    explicit CountedSource(std::shared_ptr<Told> told) : m_told(std::move(told)) {}
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        ++m_told->made;
        return m_numbers.fetch(batch, items);
    }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    NumberSource m_numbers{0, Batches};
    std::shared_ptr<Told> m_told;
};

/// Would like to be told of four batches at a time. Its first one takes until others wait.
class ListeningStep final : public Step
{
public:
    explicit ListeningStep(std::shared_ptr<Told> told) : m_told(std::move(told)) {}
    size_t announcedAtOnce() const override { return 4; }
    void announce(std::span<Batch *const> batches) override
    {
        ++m_told->calls;
        m_told->most = std::max(m_told->most, batches.size());
        m_announced.assign(batches.begin(), batches.end());
    }
    Result<> process(Batch &batch) override
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(Patience);
        while (m_told->made < 6 && std::chrono::steady_clock::now() < end)
            std::this_thread::yield();
        if (m_announced.empty())
            return {};
        m_told->outOfTurn += m_announced.front() == &batch ? 0 : 1;
        m_announced.erase(m_announced.begin());
        return {};
    }

private:
    std::shared_ptr<Told> m_told;
    std::vector<Batch *> m_announced;
};

} // namespace

/// Steps that are told of the batches that come next.
class TestAnnounced : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aStepIsToldOfTheBatchesThatWait_data()
    {
        QTest::addColumn<bool>("keepsItems");
        QTest::newRow("a step that keeps its items") << true;
        QTest::newRow("one that may drop some of them") << false;
    }
    void aStepIsToldOfTheBatchesThatWait()
    {
        QFETCH(bool, keepsItems);
        const auto told = std::make_shared<Told>();
        Plan plan;
        plan.add("source", StepKind::Source, [=](int) { return new CountedSource(told); }).batching.size = 1;
        PlannedStep &listening =
            plan.add("listening", StepKind::Transform, [=](int) { return new ListeningStep(told); });
        listening.keepsItemsOnError = keepsItems;
        const auto sink = plan.sink();
        plan.chain();
        const auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(firstNumbers(*sink), upTo(Batches));
        QVERIFY(told->calls > 0);
        QVERIFY(told->most > 1 && told->most <= 4);
        QCOMPARE(told->outOfTurn, size_t(0));
    }
};

} // namespace tst_announced

QTEST_GUILESS_MAIN(tst_announced::TestAnnounced)
#include "tst_announced.moc"
