// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "streaming/ParallelQueuedFeatureUnion.h"

#include <limits>
#include <map>

using namespace millrace;
using namespace millrace::test;

class Containers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersOfAllKindsAreItems();
    void listsAndMapsAreItems();
    void bracesAreListsOrRecords();
    void stepsTakeNumbersOfAllKinds();
    void bracesCopyAPipelineOrHoldItsSteps();
};

void Containers::numbersOfAllKindsAreItems()
{
    const DataList mixed{uint64_t(1), size_t(2), short(3), 1.5f, true, nullptr};
    QCOMPARE(mixed, (DataList{Value(1), Value(2), Value(3), Value(1.5), Value(true), Value()}));
    QCOMPARE(DataList(std::vector<bool>{true, false}), (DataList{true, false}));
    QCOMPARE(DataList(std::vector<float>{0.5f, 2}).reals()[0], 0.5);
    QCOMPARE(DataList(std::vector<size_t>{7, 8}).integers()[1], int64_t(8));
    const DataList large(std::vector<uint64_t>{std::numeric_limits<uint64_t>::max()});
    QCOMPARE(large[0], Value(18446744073709551616.0)); // not −1
}

void Containers::listsAndMapsAreItems()
{
    const DataList lists(std::vector<std::vector<double>>{{1, 2}, {}});
    QCOMPARE(lists[0], Value(List{1.0, 2.0}));
    QCOMPARE(lists[1], Value(List()));
    const DataList records(std::vector<std::map<std::string, int>>{{{"price", 3}}, {{"price", 4}}});
    QVERIFY(!records.isPlain());
    QCOMPARE(records.column("price")->value(1), Value(4));
    const std::map<std::string, std::vector<int>> deep{{"sizes", {1, 2}}};
    QCOMPARE((DataList{deep}[0]), Value(Members{{"sizes", List{1, 2}}}));
}

void Containers::bracesAreListsOrRecords()
{
    QCOMPARE((DataList{{1, 2}, {3, 4}}[1]), Value(List{3, 4}));
    QCOMPARE((DataList{{"a", "b"}}[0]), Value(List{"a", "b"}));
    QCOMPARE((DataList{{{"price", 2.5}, {"pieces", 3}}}[0]), Value(Members{{"price", 2.5}, {"pieces", 3}}));
    QCOMPARE((DataList{{{1, 2}, {3, 4}}}[0]), Value(List{List{1, 2}, List{3, 4}}));
    const std::vector<double> numbers{1, 2};
    QCOMPARE((DataList{numbers}).size(), size_t(2)); // as ever: the list, not an item
}

void Containers::stepsTakeNumbersOfAllKinds()
{
    const SequentialQueuedPipeline pipeline({multiply(size_t(3)), add(0.5f)});
    const auto out = need(pipeline.transform({.dataInputs = {{1, 2}, {3, 4}}}));
    QCOMPARE(out.dataInputs[1], Value(List{9.5, 12.5}));
}

void Containers::bracesCopyAPipelineOrHoldItsSteps()
{
    const SequentialQueuedPipeline one{multiply(2)}, two{multiply(2), add(1)}, copy{two};
    QCOMPARE(one.stepNames(), (std::vector<std::string>{"multiply"}));
    QCOMPARE(two.stepNames(), (std::vector<std::string>{"multiply", "add"}));
    QCOMPARE(copy.stepNames(), two.stepNames());
    const ParallelQueuedFeatureUnion both{{identity(), multiply(2)}, {.joiner = Joining::Fields}};
    QCOMPARE(both.stepNames().size(), size_t(2));
    const std::unique_ptr<BaseQueuedPipeline> any = std::make_unique<SequentialQueuedPipeline>(two);
    QCOMPARE(need(any->transform({.dataInputs = {1}})).dataInputs[0], Value(3));
}

QTEST_GUILESS_MAIN(Containers)
#include "tst_containers.moc"
