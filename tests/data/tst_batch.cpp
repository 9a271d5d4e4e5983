// SPDX-License-Identifier: MIT
#include "data/BatchCodec.h"
#include "TestItems.h"

#include <QTest>

#define COMPARE_JSON(value, json) QCOMPARE(QByteArray::fromStdString(toJson(value)), QByteArray::fromStdString(json))

using namespace millrace;
using namespace millrace::test;

namespace tst_batch {

class TestBatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resetGivesPackedColumnsAndKeepsTheirMemory();
    void resetKeepsWhatADecoderNeeds();
    void renewForgetsEverything();
    void whatWasGivenBackIsEmptyForWhoeverTakesIt();
    void whatIsFilledWithoutAResetIsEmptiedByTheNext();
    void keepRowsTakesIdsAndLinesAlong();
    void keepingTheFirstRowsNeedsNoTableOfRows();
    void explicitIdsFollowTheirRows();
    void lineOffsetsTellTheLinesOfLongRecords();
    void expandRowsRepeatsIdsAndLines();
    void copyRowsMakesABatchOfItsOwn();
    void shareFromSharesColumnsButNotVerdicts();
    void verdictsAreKeptUntilCleared();
    void whatItemsLackComesThroughTheCodec();
    void byteSizeGrowsWithTheItems();
};

void TestBatch::resetGivesPackedColumnsAndKeepsTheirMemory()
{
    Batch batch;
    fill(batch, 10);
    QVERIFY(batch.column(0).type() == ColumnType::Integer);
    QVERIFY(batch.column(1).type() == ColumnType::Text);
    QVERIFY(batch.column(2).type() == ColumnType::Any);
    const int64_t *const memory = batch.column(0).integers().data();
    fill(batch, 10);
    QVERIFY(batch.column(0).integers().data() == memory);
    QCOMPARE(batch.size(), size_t(10));
    QCOMPARE(batch.columnCount(), size_t(3));
}

void TestBatch::resetKeepsWhatADecoderNeeds()
{
    Batch batch;
    fill(batch, 4);
    batch.keepRows(OddRows);
    batch.fail(0, "type", "wrong");
    batch.setRaw({std::make_shared<TextBlock>(), 0, 0, 3});
    batch.reset(numbersAndNames());
    QVERIFY(batch.isEmpty() && !batch.hasOriginalRows() && batch.errors().empty());
    QVERIFY(batch.raw().block);
    QCOMPARE(batch.raw().rows, size_t(3));
    QCOMPARE(batch.sequence, uint64_t(5));
    QCOMPARE(batch.origin.firstLine, int64_t(2));
    QCOMPARE(batch.firstId(), int64_t(100));
    QCOMPARE(batch.column(0).size(), size_t(0));
}

void TestBatch::renewForgetsEverything()
{
    Batch batch;
    fill(batch, 4);
    batch.setIds(Column(ColumnType::Text));
    batch.setRaw({std::make_shared<TextBlock>(), 0, 0, 3});
    batch.encodedToChange() = "text";
    batch.origin.lineOffsets = {0, 1};
    batch.sendTo(1, 1);
    batch.renew();
    QVERIFY(batch.isEmpty() && batch.hasImplicitIds() && batch.ports().empty() && !batch.raw().block
            && batch.encoded().empty());
    QCOMPARE(batch.firstId(), int64_t(0));
    QCOMPARE(batch.sequence, uint64_t(0));
    QCOMPARE(batch.origin.firstLine, int64_t(0));
    QVERIFY(batch.origin.lineOffsets.empty());
    QCOMPARE(batch.raw().rows, size_t(0));
}

void TestBatch::whatWasGivenBackIsEmptyForWhoeverTakesIt()
{
    const auto checkEmpty = [](Batch &batch) {
        batch.letGo();
        batch.reset(numbersAndNames());
        QCOMPARE(batch.columnCount(), size_t(3));
        QCOMPARE(batch.column(0).type(), ColumnType::Integer);
        QCOMPARE(batch.column(1).type(), ColumnType::Text);
        QCOMPARE(batch.column(2).type(), ColumnType::Any);
        for (size_t i = 0; i < 3; ++i)
            QCOMPARE(batch.column(i).size(), size_t(0));
        QVERIFY(batch.isEmpty() && batch.hasImplicitIds() && !batch.hasOriginalRows() && !batch.hasVerdicts());
        QVERIFY(!batch.raw().block && batch.raw().rows == 0 && batch.padTo() == 0);
        fill(batch, 3);
        QCOMPARE(written(batch), "100:0 101:1 102:2");
    };
    Batch batch;
    fill(batch, 3);
    checkEmpty(batch);
    batch.columnToChange(0).setNull(1);
    batch.columnToChange(1).setBlock(nullptr);
    checkEmpty(batch);
    batch.keepRows(std::vector<uint32_t>{1, 2});
    batch.pad(4, Value(), Value());
    batch.fail(0, "kind", "message");
    batch.sendTo(1, 1);
    batch.setRaw({std::make_shared<TextBlock>(), 0, 0, 7});
    batch.setPadTo(7);
    checkEmpty(batch);
    batch.columnToChange(0).convertToAny(); // another type than its field's
    checkEmpty(batch);
    Batch other;
    other.shareFrom(batch);
    checkEmpty(batch);
    QCOMPARE(written(other), "100:0 101:1 102:2");
    batch.narrowTo(std::make_shared<const Schema>(std::vector<Field>{{"number", ValueType::Integer}}));
    checkEmpty(batch);
    batch.setSchema(std::make_shared<const Schema>(std::vector<Field>{{"number", ValueType::Integer}}));
    checkEmpty(batch);
    batch.addColumn(numbersAndNames(), Column(ColumnType::Integer)); // one more than the schema has
    checkEmpty(batch);
}

void TestBatch::whatIsFilledWithoutAResetIsEmptiedByTheNext()
{
    Batch source, batch;
    fill(source, 3);
    const auto giveBack = [&batch] {
        fill(batch, 2);
        batch.letGo();
    };
    const auto checkReset = [&batch] {
        batch.reset(numbersAndNames());
        QCOMPARE(batch.size() + batch.column(0).size() + batch.column(1).size() + batch.column(2).size(), size_t(0));
        QVERIFY(batch.hasImplicitIds() && !batch.hasOriginalRows());
    };
    giveBack();
    batch.shareFrom(source);
    checkReset();
    giveBack();
    batch.copyRows(source, std::vector<uint32_t>{0, 2});
    checkReset();
    giveBack();
    batch.clearItems();
    batch.columnToChange(0).appendInteger(1);
    batch.setSize(1);
    checkReset();
    giveBack();
    batch.renew();
    batch.columnToChange(2).append(Value(1.5));
    checkReset();
    giveBack();
    batch.setItems(numbersAndNames(), {source.column(0), source.column(1), source.column(2)}, Column(), {0, 1, 2});
    checkReset();
    QCOMPARE(written(source), "100:0 101:1 102:2");
}

void TestBatch::keepRowsTakesIdsAndLinesAlong()
{
    Batch batch;
    fill(batch, 5);
    batch.keepRows(OddRows);
    QCOMPARE(written(batch), std::string("101:1 103:3"));
    QCOMPARE(batch.line(1), int64_t(5));
    const std::vector<uint32_t> last{1};
    batch.keepRows(last);
    QCOMPARE(written(batch), std::string("103:3"));
    QCOMPARE(batch.originalRow(0), uint32_t(3));
    QCOMPARE(batch.line(0), int64_t(5));
}

void TestBatch::keepingTheFirstRowsNeedsNoTableOfRows()
{
    Batch batch;
    fill(batch, 5);
    const std::vector<uint32_t> first{0, 1};
    batch.keepRows(first);
    QVERIFY(!batch.hasOriginalRows());
    QCOMPARE(written(batch), std::string("100:0 101:1"));
    batch.keepRows({});
    QVERIFY(batch.isEmpty());
    QCOMPARE(batch.column(1).size(), size_t(0));
}

void TestBatch::explicitIdsFollowTheirRows()
{
    Batch batch;
    fill(batch, 4);
    Column ids(ColumnType::Text);
    for (const char *id : {"a", "b", "a"})
        ids.appendText(id);
    ids.appendNull();
    batch.setIds(std::move(ids));
    batch.keepRows(OddRows);
    QCOMPARE(written(batch), std::string("\"b\":1 null:3"));
}

void TestBatch::lineOffsetsTellTheLinesOfLongRecords()
{
    Batch batch;
    fill(batch, 3);
    batch.origin.lineOffsets = {0, 4, 5};
    QCOMPARE(batch.line(1), int64_t(6));
    const std::vector<uint32_t> last{2};
    batch.keepRows(last);
    QCOMPARE(batch.line(0), int64_t(7));
    batch.pad(2, {}, {});
    QCOMPARE(batch.line(1), int64_t(0));
    batch.origin.firstLine = 0;
    QCOMPARE(batch.line(0), int64_t(0));
}

void TestBatch::expandRowsRepeatsIdsAndLines()
{
    Batch batch;
    fill(batch, 4);
    batch.keepRows(OddRows);
    const std::vector<uint32_t> from{0, 0, 1};
    std::vector<Column> columns;
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        columns.emplace_back(batch.column(i).type());
        columns.back().appendRows(batch.column(i), from);
    }
    batch.expandRows(from);
    batch.setColumns(batch.schema(), std::move(columns));
    QCOMPARE(written(batch), std::string("101:1 101:1 103:3"));
    QCOMPARE(batch.line(2), int64_t(5));
    QCOMPARE(batch.size(), size_t(3));

    Column ids(ColumnType::Integer);
    for (const int64_t id : {7, 8, 9})
        ids.appendInteger(id);
    batch.setIds(std::move(ids));
    const std::vector<uint32_t> again{2, 2};
    batch.expandRows(again);
    QVERIFY(batch.id(0) == Value(9) && batch.id(1) == Value(9));
}

void TestBatch::copyRowsMakesABatchOfItsOwn()
{
    Batch batch, copy;
    fill(batch, 5);
    copy.copyRows(batch, OddRows);
    QCOMPARE(written(copy), std::string("101:1 103:3"));
    QCOMPARE(copy.sequence, uint64_t(5));
    QCOMPARE(copy.origin.sequence, uint64_t(6));
    QCOMPARE(copy.line(0), int64_t(3));
    copy.columnToChange(0).integersToChange()[0] = 50;
    QVERIFY(batch.column(0).value(1) == Value(1));
    Batch third;
    const std::vector<uint32_t> last{1};
    batch.keepRows(OddRows);
    third.copyRows(batch, last);
    QCOMPARE(written(third), std::string("103:3"));
}

void TestBatch::shareFromSharesColumnsButNotVerdicts()
{
    Batch batch, copy;
    fill(batch, 4);
    batch.keepRows(OddRows);
    batch.fail(0, "type", "wrong");
    batch.sendTo(1, 1);
    copy.shareFrom(batch);
    QVERIFY(copy.errors().empty() && copy.ports().empty());
    QCOMPARE(written(copy), std::string("101:1 103:3"));
    QVERIFY(copy.column(0).integers().data() == batch.column(0).integers().data());
    copy.columnToChange(0).integersToChange()[0] = 50;
    QCOMPARE(written(batch), std::string("101:1 103:3"));
    QCOMPARE(copy.origin.firstLine, int64_t(2));
}

void TestBatch::whatItemsLackComesThroughTheCodec()
{
    const auto schema = std::make_shared<const Schema>(
        std::vector<Field>{{"i", ValueType::Integer}, {"t", ValueType::Text}, {"v", ValueType::Null}}, true);
    Batch batch, copy;
    batch.reset(schema);
    for (size_t column = 0; column < 3; ++column) {
        batch.columnToChange(column).append(column == 1 ? Value("x") : Value(1));
        batch.columnToChange(column).appendAbsent();
        batch.columnToChange(column).appendNull();
    }
    batch.setSize(3);
    batch.columnToChange(0).setWritten(0, "1.0");
    batch.columnToChange(2).setWritten(0, "1E0");
    COMPARE_JSON(batch.item(1), "{}");
    COMPARE_JSON(batch.item(2), R"({"i":null,"t":null,"v":null})");
    std::string bytes;
    encodeBatch(bytes, batch);
    QVERIFY(BatchDecoder().decode(bytes, copy));
    QVERIFY(copy.schema()->isOpen());
    QVERIFY(copy.column(0).written(0) == "1.0" && copy.column(2).written(0) == "1E0");
    for (size_t row = 0; row < 3; ++row)
        COMPARE_JSON(copy.item(row), toJson(batch.item(row)));
}

void TestBatch::verdictsAreKeptUntilCleared()
{
    Batch batch;
    fill(batch, 3);
    batch.fail(2, "type", "cents: no number", "line 1");
    batch.sendTo(1, 2);
    QCOMPARE(batch.errors().size(), size_t(1));
    QCOMPARE(batch.errors()[0].row, uint32_t(2));
    QCOMPARE(batch.errors()[0].message, std::string("cents: no number"));
    QVERIFY(batch.ports() == (std::vector<uint8_t>{0, 2, 0}));
    batch.clearVerdicts();
    QVERIFY(batch.errors().empty() && batch.ports().empty());
}

void TestBatch::byteSizeGrowsWithTheItems()
{
    Batch small, large;
    fill(small, 10);
    fill(large, 1000);
    QVERIFY(large.byteSize() > small.byteSize() + 990 * 8);
}

} // namespace tst_batch

QTEST_GUILESS_MAIN(tst_batch::TestBatch)
#include "tst_batch.moc"
