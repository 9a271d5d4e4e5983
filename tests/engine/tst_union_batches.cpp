// SPDX-License-Identifier: MIT
// Which batches a union of batches takes in turn: the n-th that come out of each branch, whatever they were at the source.
#include "TestPlan.h"

using namespace millrace;
using namespace millrace::test;

namespace tst_union_batches {

class tst_union_batches : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void behindAUnionOfItemsItsBatchesCountAsTheyComeOut()
    {
        Plan plan;
        plan.source(3, 1, "one", 10);   // 10, 11, 12
        plan.source(2, 1, "two", 20);   // 20, 21
        plan.source(6, 1, "three", 30); // 30, …, 35
        plan.add("items", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Items;
        plan.add("batches", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Batches;
        const auto collected = plan.sink();
        plan.link(0, 3);
        plan.link(1, 3);
        plan.link(3, 4);
        plan.link(2, 4);
        plan.link(4, 5);
        const auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(firstNumbers(*collected), (std::vector<int64_t>{10, 30, 11, 31, 12, 32, 20, 33, 21, 34, 35}));
    }

    void aBatchThatHasLostAllItemsHasItsTurn()
    {
        Plan plan;
        plan.source(4, 1, "one");     // 0, 1, 2, 3
        plan.source(3, 1, "two", 10); // 10, 11, 12
        plan.add("odd", StepKind::Transform, [](int) {
            return new FunctionStep([](Batch &batch) -> Result<> {
                if (!batch.isEmpty() && batch.column(0).integers()[0] % 2 == 0)
                    batch.clearItems();
                return {};
            });
        });
        plan.add("batches", StepKind::Combine, [](int) { return new Step; }).combine = CombineMode::Batches;
        const auto collected = plan.sink();
        plan.link(0, 2);
        plan.link(2, 3);
        plan.link(1, 3);
        plan.link(3, 4);
        const auto run = plan.start();
        QVERIFY(run->waitForDone(Patience));
        QCOMPARE(firstNumbers(*collected), (std::vector<int64_t>{10, 1, 11, 12, 3}));
    }
};

} // namespace tst_union_batches

QTEST_GUILESS_MAIN(tst_union_batches::tst_union_batches)
#include "tst_union_batches.moc"
