// SPDX-License-Identifier: MIT
#include "StreamingSteps.h"

#include "streaming/ParallelQueuedFeatureUnion.h"

#include <limits>
#include <map>

using namespace millrace;
using namespace millrace::test;

namespace tst_containers {

class Containers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersOfAllKindsAreItems();
    void listsAndMapsAreItems();
    void bracesAreListsOrRecords();
    void stepsTakeNumbersOfAllKinds();
    void bracesCopyAPipelineOrHoldItsSteps();
    void containersAreJoined();
    void containersAreZipped();
    void rowsAreWalked();
    void padsForInputsAndExpectedOutputsAreApart();
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

void Containers::containersAreJoined()
{
    const DataContainer numbers{.dataInputs = {1, 2}}, others{.dataInputs = {3.5}};
    const DataContainer all = need(numbers.joined(others));
    QCOMPARE(all.dataInputs, (DataList{1, 2, 3.5}));
    QCOMPARE(all.id(2), Value(2));
    const DataContainer named{.ids = {"a"}, .dataInputs = {4}, .expectedOutputs = {40}};
    const DataContainer mixed = need(DataContainer::join({numbers, named, others}));
    QCOMPARE(mixed.ids, (DataList{0, 1, "a", 0}));
    QCOMPARE(mixed.dataInputs, (DataList{1, 2, 4, 3.5}));
    QCOMPARE(mixed.expectedOutputs, (DataList{nullptr, nullptr, 40, nullptr}));
    const DataContainer records{.dataInputs = {{{"price", 2}, {"pieces", 3}}}}, less{.dataInputs = {{{"price", 1}}}};
    QCOMPARE(need(records.joined(less)).dataInputs[1], Value(Members{{"price", 1}, {"pieces", nullptr}}));
    QCOMPARE(need(DataContainer::join({})).size(), size_t(0));
    QVERIFY(!numbers.joined({.ids = {1, 2}, .dataInputs = {1}}));
    Batching twos;
    twos.size = 2;
    const auto batches = need(all.minibatches(twos));
    QVERIFY(need(DataContainer::join(batches)) == all);
}

void Containers::containersAreZipped()
{
    const DataContainer numbers{.ids = {"a", "b"}, .dataInputs = {1, 2}};
    const DataContainer others{.dataInputs = {10, 20}, .expectedOutputs = {true, false}};
    const DataContainer both = need(numbers.zipped(others));
    QCOMPARE(both.dataInputs[1], Value(Members{{"value", 2}, {"other.value", 20}}));
    QCOMPARE(both.ids, numbers.ids);
    QCOMPARE(both.expectedOutputs, others.expectedOutputs);
    const DataContainer prices{.dataInputs = {{{"price", 5}}, {{"price", 6}}}, .expectedOutputs = {1, 0}};
    const DataContainer priced = need(others.zipped(prices, "shop"));
    QCOMPARE(priced.dataInputs[0], Value(Members{{"value", 10}, {"price", 5}}));
    QCOMPARE(priced.expectedOutputs[0], Value(Members{{"expected", true}, {"shop.expected", 1}}));
    const auto wrong = numbers.zipped({.dataInputs = {1}});
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().message, std::string("2 items can't be put beside 1; both must have the same number."));
}

void Containers::rowsAreWalked()
{
    const DataContainer items{.ids = {"a", "b"}, .dataInputs = {{{"n", 1}}, {{"n", 2}}}, .expectedOutputs = {3, 4}};
    std::vector<DataRow> rows;
    for (const DataRow &row : items.rows())
        rows.push_back(row);
    QCOMPARE(rows.size(), size_t(2));
    QVERIFY((rows[1] == DataRow{"b", Members{{"n", 2}}, 4}));
    QVERIFY((items.row(0) == rows[0]));
    const DataContainer plain{.dataInputs = {7}};
    QVERIFY((*plain.rows().begin() == DataRow{0, 7, nullptr}));
    QCOMPARE(DataContainer().rows().size(), size_t(0));
}

void Containers::padsForInputsAndExpectedOutputsAreApart()
{
    Batching batching;
    batching.size = 2;
    batching.incomplete = Incomplete::Pad;
    batching.padDataInputs = 0;
    batching.padExpectedOutputs = -1;
    const DataContainer items{.dataInputs = {1, 2, 3}, .expectedOutputs = {4, 5, 6}};
    const auto last = need(items.minibatches(batching)).back();
    QVERIFY((last.row(1) == DataRow{nullptr, 0, -1}));
}

} // namespace tst_containers

QTEST_GUILESS_MAIN(tst_containers::Containers)
#include "tst_containers.moc"
