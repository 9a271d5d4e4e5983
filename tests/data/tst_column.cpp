// SPDX-License-Identifier: MIT
#include "data/Column.h"

#include <QTest>

using namespace millrace;

namespace tst_column {

namespace {

/// A column's values, as text: "1 null 2.5".
std::string written(const Column &column)
{
    std::string text;
    for (size_t row = 0; row < column.size(); ++row) {
        if (row > 0)
            text += ' ';
        text += column.isNull(row) ? "null" : toPlain(column.value(row));
    }
    return text;
}

Column columnOf(ColumnType type, const List &values)
{
    Column column(type);
    for (const Value &value : values)
        column.append(value);
    return column;
}

std::shared_ptr<TextBlock> blockOf(std::string_view text)
{
    auto block = std::make_shared<TextBlock>();
    block->bytes.assign(text.begin(), text.end());
    return block;
}

/// The words "one", "two", null and "three" of a block.
Column wordsOf(const std::shared_ptr<TextBlock> &block)
{
    Column words(ColumnType::Text);
    words.setBlock(block);
    words.appendRef({0, 3});
    words.appendRef({4, 3});
    words.appendNull();
    words.appendRef({8, 5});
    return words;
}

constexpr std::string_view Words = "one,two,three";

/// Asks for what is to be changed.
void forget(Column &column)
{
    switch (column.type()) {
    case ColumnType::Integer: column.integersToChange(); break;
    case ColumnType::Real: column.realsToChange(); break;
    case ColumnType::Text: column.refsToChange(); break;
    case ColumnType::Any: column.valuesToChange(); break;
    }
}

} // namespace

class TestColumn : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void packedTypesKeepWhatFits();
    void anIntegerColumnThatGetsARealKeepsItsIntegers();
    void aRealColumnTakesIntegersThatFitExactly();
    void whatDoesNotFitConvertsToAny_data();
    void whatDoesNotFitConvertsToAny();
    void nullsAreMarkedOnlyWhereThereAreAny();
    void settingAValueOverANullUnmarksIt();
    void whatIsAbsentIsANullThatIsTold();
    void valuesKeepHowTheyWereWrittenUntilTheyChange();
    void copiesShareUntilOneIsChanged();
    void textPointsIntoItsBlock();
    void changingTextOfABlockLeavesTheBlockAlone();
    void keepRowsKeepsThemInOrder_data();
    void keepRowsKeepsThemInOrder();
    void keepRowsOfASharedColumnLeavesTheOther();
    void keepRowsForgetsMarksThatAreGone();
    void appendRowsJoinsColumnsOfAnyTypes_data();
    void appendRowsJoinsColumnsOfAnyTypes();
    void appendRowsSharesTheBlock();
    void appendRowsOfOtherBlocksCopiesTheText();
    void appendRowsTakesRepeatedRowsAndItself();
    void resetKeepsMemoryAndForgetsContent();
    void aColumnNeverUsedIsEmpty();
    void byteSizeCountsTextAndValues();
};

void TestColumn::packedTypesKeepWhatFits()
{
    const Column integers = columnOf(ColumnType::Integer, {1, nullptr, 3});
    QVERIFY(integers.type() == ColumnType::Integer);
    QCOMPARE(written(integers), std::string("1 null 3"));
    QVERIFY(integers.value(0).isInteger());
    const Column reals = columnOf(ColumnType::Real, {1.5, nullptr, 3.0});
    QVERIFY(reals.type() == ColumnType::Real);
    QCOMPARE(written(reals), std::string("1.5 null 3"));
    QVERIFY(reals.value(2).isReal());
    const Column texts = columnOf(ColumnType::Text, {"a", "", nullptr, std::string(50, 'x')});
    QVERIFY(texts.type() == ColumnType::Text);
    QVERIFY(texts.value(1) == Value("") && texts.value(2).isNull());
    QCOMPARE(texts.text(3).size(), size_t(50));
}

void TestColumn::anIntegerColumnThatGetsARealKeepsItsIntegers()
{
    Column column = columnOf(ColumnType::Integer, {2, nullptr});
    column.append(5.5);
    column.appendReal(6.0);
    QVERIFY(column.type() == ColumnType::Any);
    QVERIFY(column.value(0) == Value(2));
    QVERIFY(column.value(1).isNull());
    QVERIFY(column.value(2) == Value(5.5));
    QVERIFY(column.value(3) == Value(6.0));
}

void TestColumn::aRealColumnTakesIntegersThatFitExactly()
{
    Column column = columnOf(ColumnType::Real, {2.5, 3});
    QVERIFY(column.type() == ColumnType::Real);
    QVERIFY(column.value(1) == Value(3.0));
    const int64_t large = (int64_t(1) << 53) + 1;
    column.appendInteger(large);
    QVERIFY(column.type() == ColumnType::Any);
    QVERIFY(column.value(2) == Value(large));
}

void TestColumn::whatDoesNotFitConvertsToAny_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("expected");
    QTest::newRow("integer") << int(ColumnType::Integer) << QStringLiteral("null 4 x true 1");
    QTest::newRow("real") << int(ColumnType::Real) << QStringLiteral("null 4 x true 1");
    QTest::newRow("text") << int(ColumnType::Text) << QStringLiteral("null 4 x true 1");
}

void TestColumn::whatDoesNotFitConvertsToAny()
{
    QFETCH(int, type);
    QFETCH(QString, expected);
    Column column(static_cast<ColumnType>(type));
    column.appendNull();
    column.append(4);
    column.appendText("x");
    column.append(true);
    column.appendInteger(1);
    QVERIFY(column.type() == ColumnType::Any);
    QCOMPARE(QString::fromStdString(written(column)), expected);
}

void TestColumn::nullsAreMarkedOnlyWhereThereAreAny()
{
    Column column = columnOf(ColumnType::Integer, {1, 2});
    QVERIFY(column.nulls().empty() && !column.hasNulls());
    column.setNull(0);
    QCOMPARE(column.nulls().size(), size_t(2));
    column.appendInteger(7);
    QCOMPARE(column.nulls().size(), size_t(3));
    QCOMPARE(written(column), std::string("null 2 7"));
    column.resize(5);
    QCOMPARE(written(column), std::string("null 2 7 0 0"));
}

void TestColumn::valuesKeepHowTheyWereWrittenUntilTheyChange()
{
    const auto texts = [](const Column &of) {
        std::string all;
        for (size_t row = 0; row < of.size(); ++row)
            all.append(of.written(row)).append(",");
        return all;
    };
    for (const ColumnType type : {ColumnType::Integer, ColumnType::Real, ColumnType::Any}) {
        Column column(type);
        for (int i = 0; i < 5; ++i)
            column.append(Value(i));
        for (const size_t row : {0u, 2u, 3u})
            column.setWritten(row, std::to_string(row) + ".50");
        QCOMPARE(texts(column), std::string("0.50,,2.50,3.50,,"));
        Column kept(column), gathered(type), mixed(ColumnType::Text), any(column);
        kept.keepRows(std::vector<uint32_t>{1, 2, 3});
        QCOMPARE(texts(kept), std::string(",2.50,3.50,"));
        gathered.append(Value(7));
        gathered.appendRows(column, std::vector<uint32_t>{3, 4, 0, 0});
        QCOMPARE(texts(gathered), std::string(",3.50,,0.50,0.50,"));
        gathered.resize(3);
        QCOMPARE(texts(gathered), std::string(",3.50,,"));
        mixed.append(Value("text"));
        mixed.appendRows(column, std::vector<uint32_t>{0, 1});
        QCOMPARE(texts(mixed), std::string(",0.50,,"));
        any.setValue(2, Value("text"));
        QCOMPARE(texts(any), std::string("0.50,,,3.50,,"));
        Column changed(column);
        changed.setValue(2, Value(8));
        changed.setNull(3);
        QCOMPARE(texts(changed), std::string("0.50,,,,,"));
        forget(changed);
        QCOMPARE(texts(changed), std::string(",,,,,"));
        QCOMPARE(texts(column), std::string("0.50,,2.50,3.50,,"));
        QVERIFY(column.heldBytes() >= kept.size() * 8 + 12);
        column.reset(type);
        column.append(Value(1));
        QCOMPARE(texts(column), std::string(","));
    }
    Column text(ColumnType::Text);
    text.appendText("x");
    text.setWritten(0, "y");
    QCOMPARE(texts(text), std::string(","));
    QVERIFY(text.text(0) == "x");
}

void TestColumn::whatIsAbsentIsANullThatIsTold()
{
    for (const ColumnType type : {ColumnType::Integer, ColumnType::Real, ColumnType::Text, ColumnType::Any}) {
        Column column(type);
        column.append(type == ColumnType::Text ? Value("x") : Value(1));
        column.appendAbsent();
        column.appendNull();
        column.append(Value::absent());
        const auto check = [](const Column &checked) {
            QVERIFY(!checked.isNull(0) && !checked.isAbsent(0));
            QVERIFY(checked.isNull(1) && checked.isAbsent(1) && checked.value(1).isAbsent());
            QVERIFY(checked.isNull(2) && !checked.isAbsent(2) && !checked.value(2).isAbsent());
            QVERIFY(checked.isAbsent(3));
        };
        check(column);
        Column copy(column);
        copy.convertToAny();
        check(copy);
        Column other(ColumnType::Any), same(type);
        const std::vector<uint32_t> rows{0, 1, 2, 3};
        other.append(Value(List{}));
        other.appendRows(column, rows);
        other.keepRows(std::vector<uint32_t>{1, 2, 3, 4});
        check(other);
        same.appendRows(column, rows);
        check(same);
        column.setNull(3);
        QVERIFY(!column.isAbsent(3));
        column.setAbsent(2);
        QVERIFY(column.isAbsent(2));
        column.setValue(1, type == ColumnType::Text ? Value("y") : Value(2));
        QVERIFY(!column.isNull(1) && !column.isAbsent(1));
    }
    QVERIFY(Value::absent() == Value() && Value::absent().isNull());
    QVERIFY(!Value().isAbsent() && !Value("").isAbsent());
}

void TestColumn::settingAValueOverANullUnmarksIt()
{
    for (const ColumnType type : {ColumnType::Integer, ColumnType::Real, ColumnType::Any}) {
        Column column = columnOf(type, {nullptr, 2});
        column.setValue(0, 5);
        QVERIFY(!column.hasNulls());
        QCOMPARE(written(column), std::string("5 2"));
        QVERIFY(column.type() == type);
    }
}

void TestColumn::copiesShareUntilOneIsChanged()
{
    const Column original = columnOf(ColumnType::Real, {1.5, 2.5});
    Column copy(original);
    QVERIFY(copy.reals().data() == original.reals().data());
    copy.realsToChange()[0] = 9;
    QCOMPARE(written(original), std::string("1.5 2.5"));
    QCOMPARE(written(copy), std::string("9 2.5"));

    Column emptied(original);
    emptied.reset(ColumnType::Real);
    QCOMPARE(emptied.size(), size_t(0));
    Column longer(original);
    longer.appendReal(4);
    QCOMPARE(written(original), std::string("1.5 2.5"));
    QCOMPARE(written(longer), std::string("1.5 2.5 4"));
}

void TestColumn::textPointsIntoItsBlock()
{
    const auto block = blockOf(Words);
    const Column words = wordsOf(block);
    QCOMPARE(written(words), std::string("one two null three"));
    QVERIFY(words.text(1).data() == block->bytes.data() + 4);
}

void TestColumn::changingTextOfABlockLeavesTheBlockAlone()
{
    const auto block = blockOf(Words);
    Column words = wordsOf(block);
    const Column before(words);
    words.setValue(1, "deux");
    words.setValue(2, "");
    words.appendText("vier");
    words.appendText(words.text(0));
    QVERIFY(words.type() == ColumnType::Text);
    QCOMPARE(written(words), std::string("one deux  three vier one"));
    QCOMPARE(written(before), std::string("one two null three"));
    QVERIFY(std::string_view(block->bytes.data(), block->bytes.size()) == Words);
}

void TestColumn::keepRowsKeepsThemInOrder_data()
{
    QTest::addColumn<int>("type");
    QTest::newRow("integer") << int(ColumnType::Integer);
    QTest::newRow("real") << int(ColumnType::Real);
    QTest::newRow("any") << int(ColumnType::Any);
}

void TestColumn::keepRowsKeepsThemInOrder()
{
    QFETCH(int, type);
    const std::vector<uint32_t> rows{0, 2, 3};
    Column column = columnOf(static_cast<ColumnType>(type), {10, 11, nullptr, 13, 14});
    column.keepRows(rows);
    QCOMPARE(written(column), std::string("10 null 13"));
    column.keepRows({});
    QCOMPARE(column.size(), size_t(0));

    Column words = wordsOf(blockOf(Words));
    words.keepRows(rows);
    QCOMPARE(written(words), std::string("one null three"));
}

void TestColumn::keepRowsOfASharedColumnLeavesTheOther()
{
    const std::vector<uint32_t> rows{1, 3};
    for (const ColumnType type : {ColumnType::Integer, ColumnType::Any}) {
        const Column original = columnOf(type, {1, 2, nullptr, 4});
        Column copy(original);
        copy.keepRows(rows);
        QCOMPARE(written(copy), std::string("2 4"));
        QCOMPARE(written(original), std::string("1 2 null 4"));
    }
    const Column words = wordsOf(blockOf(Words));
    Column copy(words);
    copy.keepRows(rows);
    QCOMPARE(written(copy), std::string("two three"));
    QCOMPARE(written(words), std::string("one two null three"));
}

void TestColumn::keepRowsForgetsMarksThatAreGone()
{
    const std::vector<uint32_t> rows{0, 2};
    Column column = columnOf(ColumnType::Real, {1, nullptr, 3});
    column.keepRows(rows);
    QVERIFY(column.nulls().empty());
}

void TestColumn::appendRowsJoinsColumnsOfAnyTypes_data()
{
    QTest::addColumn<int>("to");
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("result");
    const auto add = [](const char *name, ColumnType to, ColumnType from, ColumnType result) {
        QTest::newRow(name) << int(to) << int(from) << int(result);
    };
    using enum ColumnType;
    add("integers", Integer, Integer, Integer);
    add("reals", Real, Real, Real);
    add("any", Any, Any, Any);
    add("integers to reals", Real, Integer, Real);
    add("reals to integers", Integer, Real, Any);
    add("any to integers", Integer, Any, Integer);
    add("integers to any", Any, Integer, Any);
}

void TestColumn::appendRowsJoinsColumnsOfAnyTypes()
{
    QFETCH(int, to);
    QFETCH(int, from);
    QFETCH(int, result);
    const std::vector<uint32_t> rows{2, 0};
    Column column = columnOf(static_cast<ColumnType>(to), {1, nullptr});
    column.appendRows(columnOf(static_cast<ColumnType>(from), {7, 8, nullptr}), rows);
    QCOMPARE(int(column.type()), result);
    QCOMPARE(written(column), std::string("1 null null 7"));

    Column empty(static_cast<ColumnType>(to));
    empty.appendRows(columnOf(static_cast<ColumnType>(from), {7, 8}),
                     rows.size() == 2 ? std::vector<uint32_t>{1, 0} : rows);
    QCOMPARE(int(empty.type()), from); // an empty column takes the type of what comes first
    QCOMPARE(written(empty), std::string("8 7"));
}

void TestColumn::appendRowsSharesTheBlock()
{
    const std::vector<uint32_t> rows{3, 2};
    const auto block = blockOf(Words);
    const Column words = wordsOf(block);
    Column column(ColumnType::Text);
    column.appendRows(words, rows);
    column.appendRows(words, rows);
    QCOMPARE(written(column), std::string("three null three null"));
    QVERIFY(column.text(0).data() == block->bytes.data() + 8);
}

void TestColumn::appendRowsOfOtherBlocksCopiesTheText()
{
    const std::vector<uint32_t> rows{0, 2, 3};
    Column column = wordsOf(blockOf(Words));
    {
        const Column others = wordsOf(blockOf("uno,due,troix"));
        column.appendRows(others, rows);
    }
    QCOMPARE(written(column), std::string("one two null three uno null troix"));
    Column numbers = columnOf(ColumnType::Integer, {1});
    numbers.appendRows(wordsOf(blockOf(Words)), rows);
    QCOMPARE(written(numbers), std::string("1 one null three"));
}

void TestColumn::appendRowsTakesRepeatedRowsAndItself()
{
    const std::vector<uint32_t> rows{1, 1, 0};
    Column column = columnOf(ColumnType::Integer, {1, 2});
    column.appendRows(column, rows);
    QCOMPARE(written(column), std::string("1 2 2 2 1"));
    const Column copy(column);
    column.appendRows(copy, rows);
    QCOMPARE(written(column), std::string("1 2 2 2 1 2 2 1"));
    QCOMPARE(written(copy), std::string("1 2 2 2 1"));
}

void TestColumn::resetKeepsMemoryAndForgetsContent()
{
    Column column = columnOf(ColumnType::Integer, {1, nullptr, 3});
    const int64_t *const memory = column.integers().data();
    column.reset(ColumnType::Integer);
    QCOMPARE(column.size(), size_t(0));
    column.appendInteger(4);
    QVERIFY(column.integers().data() == memory);
    QVERIFY(column.nulls().empty());
    column.reset(ColumnType::Text);
    QCOMPARE(column.size(), size_t(0));
    column.appendText("a");
    column.reset(ColumnType::Integer);
    column.resize(1);
    QCOMPARE(written(column), std::string("0"));
}

void TestColumn::aColumnNeverUsedIsEmpty()
{
    Column column;
    QCOMPARE(column.size(), size_t(0));
    QVERIFY(!column.hasNulls());
    QVERIFY(column.values().empty());
    QCOMPARE(column.byteSize(), size_t(0));
    const Column copy(column);
    column.append(1);
    QCOMPARE(written(column), std::string("1"));
    QCOMPARE(copy.size(), size_t(0));
}

void TestColumn::byteSizeCountsTextAndValues()
{
    constexpr size_t Length = 100'000; // more than any column keeps in reserve
    Column column = columnOf(ColumnType::Text, {});
    const size_t empty = column.byteSize();
    QVERIFY(empty < Length);
    column.appendText(std::string(Length, 'x'));
    QVERIFY(column.byteSize() >= Length);
    column.convertToAny();
    QVERIFY(column.byteSize() >= Length);
    QVERIFY(wordsOf(blockOf(Words)).byteSize() >= empty + Words.size());
}

} // namespace tst_column

QTEST_GUILESS_MAIN(tst_column::TestColumn)
#include "tst_column.moc"
