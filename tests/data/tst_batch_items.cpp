// SPDX-License-Identifier: MIT
// A batch's columns and items: what is added, taken away, filled up or put in their place.
#include "data/Batch.h"
#include "data/json/JsonReader.h"
#include "TestItems.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_batch_items {

class TestBatchItems : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void padGivesNullIdsAndTheValueOfEachRole();
    void padWithAnObjectIsAnItem();
    void padAfterAFilterKeepsRowsApart();
    void itemsAreObjectsOfTheirFields();
    void columnsAreAddedAndSparesUsedAgain();
    void selectingColumnsKeepsTheirOrderAndLetsGoOfTheOthers();
    void whatWasSelectedAwayIsMemoryForItsType();
    void setItemsReplacesAllThatBelongsToItems();
    void clearItemsKeepsSchemaAndOrigin();
};

void TestBatchItems::padGivesNullIdsAndTheValueOfEachRole()
{
    Batch batch;
    fill(batch, 2);
    batch.pad(4, Value(0), Value("none"));
    QCOMPARE(batch.size(), size_t(4));
    QVERIFY(batch.id(1) == Value(101) && batch.id(2).isNull() && batch.id(3).isNull());
    QVERIFY(batch.column(0).value(3) == Value(0));
    QVERIFY(batch.column(1).value(3) == Value(0)); // a text column becomes one of any values
    QVERIFY(batch.column(1).value(0) == Value("n0"));
    QVERIFY(batch.column(2).value(3) == Value("none"));
    batch.pad(3, {}, {});
    QCOMPARE(batch.size(), size_t(4));
}

void TestBatchItems::padWithAnObjectIsAnItem()
{
    Batch batch;
    fill(batch, 1);
    batch.pad(2, *parseJson(R"({"name": "none", "unknown": 1})"), *parseJson(R"({"other": 1})"));
    QCOMPARE(toJson(batch.item(1)), std::string(R"({"number":null,"name":"none","wanted":{"other":1}})"));
}

void TestBatchItems::padAfterAFilterKeepsRowsApart()
{
    Batch batch;
    fill(batch, 4);
    batch.keepRows(OddRows);
    batch.pad(4, {}, {});
    QCOMPARE(written(batch), std::string("101:1 103:3 null:null null:null"));
    QVERIFY(batch.originalRow(2) != batch.originalRow(3));
    QVERIFY(batch.originalRow(2) > batch.originalRow(1));
}

void TestBatchItems::itemsAreObjectsOfTheirFields()
{
    Batch batch;
    fill(batch, 3);
    QCOMPARE(toJson(batch.item(1)), std::string(R"({"number":1,"name":"n1","wanted":0.5})"));
}

void TestBatchItems::columnsAreAddedAndSparesUsedAgain()
{
    Batch batch;
    fill(batch, 2);
    std::vector<Field> fields = numbersAndNames()->fields();
    fields.push_back({"half", ValueType::Real, Role::DataInput});
    const auto longer = std::make_shared<const Schema>(fields);
    const double *memory = nullptr;
    for (int round = 0; round < 2; ++round) {
        Column half = batch.takeSpare(ColumnType::Real);
        half.resize(2);
        QVERIFY(round == 0 || half.reals().data() == memory);
        memory = half.reals().data();
        batch.addColumn(longer, std::move(half));
        QCOMPARE(batch.columnCount(), size_t(4));
        QVERIFY(batch.column(3).type() == ColumnType::Real);
        QCOMPARE(written(batch), std::string("100:0 101:1"));
        fill(batch, 2);
        QCOMPARE(batch.columnCount(), size_t(3));
    }
}

void TestBatchItems::selectingColumnsKeepsTheirOrderAndLetsGoOfTheOthers()
{
    Batch batch;
    fill(batch, 3);
    const auto block = std::make_shared<TextBlock>();
    batch.columnToChange(1).reset(ColumnType::Text);
    batch.columnToChange(1).setBlock(block);
    Batch shared;
    shared.shareFrom(batch);
    const auto &fields = numbersAndNames()->fields();
    const auto turned = std::make_shared<const Schema>(std::vector<Field>{fields[2], fields[0]});
    batch.selectColumns(turned, std::vector<size_t>{2, 0});
    QCOMPARE(batch.columnCount(), size_t(2));
    QCOMPARE(toJson(batch.item(1)), R"({"wanted":0.5,"number":1})");
    QCOMPARE(toJson(batch.id(1)), "101");
    QCOMPARE(shared.columnCount(), size_t(3)); // the other owner keeps all
    QCOMPARE(shared.column(0).integers()[2], int64_t(2));
    shared.letGo();
    QCOMPARE(block.use_count(), 1L);
    batch.selectColumns(emptySchema(), {});
    QCOMPARE(batch.columnCount(), size_t(0));
    fill(batch, 2);
    QCOMPARE(written(batch), "100:0 101:1");
}

void TestBatchItems::whatWasSelectedAwayIsMemoryForItsType()
{
    constexpr size_t Rows = 100;
    Batch batch;
    fill(batch, Rows);
    const int64_t *const numbers = batch.column(0).integers().data();
    const TextRef *const names = batch.column(1).refs().data();
    const auto wanted = std::make_shared<const Schema>(std::vector<Field>{numbersAndNames()->field(2)});
    batch.selectColumns(wanted, std::vector<size_t>{2});
    QCOMPARE(batch.takeSpare(ColumnType::Text).refs().data(), names);
    batch.letGo();
    fill(batch, Rows); // from places that held other types
    QCOMPARE(batch.column(0).integers().data(), numbers);
    QCOMPARE(batch.column(0).integers()[Rows - 1], int64_t(Rows - 1));
}

void TestBatchItems::setItemsReplacesAllThatBelongsToItems()
{
    Batch batch;
    fill(batch, 3);
    Column numbers(ColumnType::Integer), ids(ColumnType::Text);
    numbers.appendInteger(8);
    ids.appendText("x");
    const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"number", ValueType::Integer}});
    std::vector<Column> columns;
    columns.push_back(std::move(numbers));
    batch.setItems(schema, std::move(columns), std::move(ids), {2});
    QCOMPARE(batch.size(), size_t(1));
    QCOMPARE(batch.columnCount(), size_t(1));
    QVERIFY(batch.id(0) == Value("x"));
    QCOMPARE(batch.line(0), int64_t(4));
}

void TestBatchItems::clearItemsKeepsSchemaAndOrigin()
{
    Batch batch;
    fill(batch, 3);
    batch.keepRows(OddRows.size() == 2 ? std::vector<uint32_t>{1, 2} : OddRows);
    batch.clearItems();
    QVERIFY(batch.isEmpty() && !batch.hasOriginalRows());
    QVERIFY(batch.schema() == numbersAndNames());
    QCOMPARE(batch.sequence, uint64_t(5));
    QCOMPARE(batch.origin.firstLine, int64_t(2));
    QCOMPARE(batch.column(0).size(), size_t(0));
}

} // namespace tst_batch_items

QTEST_GUILESS_MAIN(tst_batch_items::TestBatchItems)

#include "tst_batch_items.moc"
