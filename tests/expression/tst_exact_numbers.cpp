// SPDX-License-Identifier: MIT
#include "ItemOfEveryKind.h"

#include <QtTest>

using namespace millrace;

namespace tst_exact_numbers {

namespace {

void fillLong(Batch &batch)
{
    fillBatch(batch, {{{"big", ValueType::Integer}, {Value(int64_t(9007199254740993))}},
                      {{"id", ValueType::Integer}, {Value(int64_t(1311768467463790321))}},
                      {{"most", ValueType::Integer}, {Value(INT64_MAX)}},
                      {{"one", ValueType::Integer}, {Value(1)}},
                      {{"zero", ValueType::Integer}, {Value(0)}},
                      {{"none", ValueType::Integer}, {Value()}},
                      {{"name", ValueType::Text}, {Value("n")}},
                      {{"long", ValueType::Text}, {Value("123456789012345678901")}}});
}

} // namespace

class TestExactNumbers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void digitsAreKeptBothWays_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *source, const char *value) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(value);
        };
        // Copies
        row("big", "9007199254740993");
        row("id", "1311768467463790321");
        row("item.id", "1311768467463790321");
        row("coalesce(none, id)", "1311768467463790321");
        row("none ?? id", "1311768467463790321");
        row("one > 0 ? id : 0", "1311768467463790321");
        row("id && big", "9007199254740993");
        row("none || big", "9007199254740993");
        row("9007199254740993", "9007199254740993");
        row("-9007199254740993", "-9007199254740993");
        // Texts
        row("text(id)", "1311768467463790321");
        row("\"n\" + big + one", "n90071992547409931");
        row("`${big}`", "9007199254740993");
        row("endsWith(big, \"993\")", "true");
        row("number(\"9007199254740993\")", "9007199254740993");
        row("+\"-9223372036854775808\"", "-9223372036854775808");
        // Comparisons
        row("big == 9007199254740993", "true");
        row("big == 9007199254740992", "false");
        row("big === 9007199254740992", "false");
        row("big != 9007199254740992", "true");
        row("big > 9007199254740992", "true");
        row("big <= 9007199254740992", "false");
        row("big > 9007199254740992.5", "true");
        row("big == \"9007199254740993\"", "true");
        row("\"9007199254740992\" < \"9007199254740993\"", "true");
        row("id < 1311768467463790322", "true");
        row("most > 9.3e18", "false");
        row("max(big, 9007199254740992, one)", "9007199254740993");
        row("min(big, 9007199254740992.0)", "9007199254740992");
        row("contains([big], 9007199254740992)", "false");
        // Reckoning
        row("big + 0", "9007199254740993");
        row("big + 1", "9007199254740994");
        row("big - one", "9007199254740992");
        row("one - big", "-9007199254740992");
        row("big * 3", "27021597764222979");
        row("94906267 * 94906267", "9007199515875289");
        row("9007199254740992 + 1", "9007199254740993");
        row("-big", "-9007199254740993");
        row("abs(-big)", "9007199254740993");
        row("big % 10", "3");
        row("id / 1", "1311768467463790321");
        row("27021597764222979 / 3", "9007199254740993");
        row("id / 1e9", "1311768467.4637904");
        row("3 ** 39", "4052555153018976267");
        row("2 ** 70", "1.1805916207174113e+21"); // powers beyond 64 bits are reals
        row("1e10 * 1e10", "100000000000000000000");
        row("number(\"100000000000000000000000\")", "1e+23");
        row("floor(big) + ceil(big) - round(big)", "9007199254740993");
        row("round(id, -3)", "1311768467463790000");
        row("round(-9007199254740995, -1)", "-9007199254741000");
        row("Math.trunc(big)", "9007199254740993");
        row("Math.sign(big)", "1");
        row("big & 1", "1");
        row("~big", "-2");
        row("most", "9223372036854775807");
        row("-most - 1", "-9223372036854775808");
        row("typeof big", "number");
    }

    void digitsAreKeptBothWays()
    {
        QFETCH(QString, source);
        QFETCH(QString, value);
        Batch batch;
        fillLong(batch);
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), value);
        QCOMPARE(shown(computed(source.toStdString(), batch, ItemExpression::Engine::ScriptEngine)[0]), value);
    }

    void whatCannotBeComputedFails_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *source, const char *message) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(message);
        };
        row("most + 1", "9223372036854775807 + 1 is 9223372036854775808, which has more digits than a number holds (64 "
                        "bits)");
        row("id * id",
            "1311768467463790321 * 1311768467463790321 is 1720736512232301125990317275853283041, which has more "
            "digits than a number holds (64 bits)");
        row("long * 1", "long: \"123456789012345678901\" has more digits than a number holds (64 bits)");
        row("number(long)", "long: \"123456789012345678901\" has more digits than a number holds (64 bits)");
        row("one / zero", "zero: 0 can't be divided by");
        row("zero / zero", "zero: 0 can't be divided by");
        row("one % zero", "zero: 0 can't be divided by");
        row("big / 0", "0 can't be divided by");
        row("1 / (one - 1)", "one - 1: 0 can't be divided by");
        row("(one / zero) > 5", "zero: 0 can't be divided by");
        row("isNull(one / zero)", "zero: 0 can't be divided by");
        row("sqrt(-one)", "sqrt(-1) is not a number");
        row("log(zero)", "log(0) is infinite");
        row("1e300 * 1e300", "1e+300 * 1e+300 is infinite");
        row("Infinity - Infinity", "Infinity - Infinity is not a number");
        row("one ? NaN : 1", "the result is not a number (NaN)");
        row("none ?? Infinity", "the result is infinite");
    }

    void whatCannotBeComputedFails()
    {
        QFETCH(QString, source);
        QFETCH(QString, message);
        Batch batch;
        fillLong(batch);
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), QLatin1String("! ") + message);
        QCOMPARE(shown(computed(source.toStdString(), batch, ItemExpression::Engine::ScriptEngine)[0]),
                 QLatin1String("! ") + message);
    }

    void onlyTheRowsThatDivideByZeroFail()
    {
        Batch batch;
        fillBatch(batch, {{{"a", ValueType::Integer}, {Value(1), Value(2), Value(3), Value()}},
                          {{"b", ValueType::Integer}, {Value(2), Value(0), Value(), Value(0)}}});
        QCOMPARE(computed("a / b", batch),
                 (std::vector<Value>{Value(0.5), Value("! b: 0 can't be divided by"), Value(), Value()}));
        QCOMPARE(computed("b != 0 ? a / b : -1", batch),
                 (std::vector<Value>{Value(0.5), Value(-1.0), Value(), Value(-1.0)}));
    }

    void scriptsKeepDigitsOrSayThatTheyCannot_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *source, const char *value) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(value);
        };
        row("[big, one].map(x => x + 1)", "[9007199254740994,2]");
        row("({a: big})", "{\"a\":9007199254740993}");
        row("String(big).length", "16");
        row("big.toString()", "9007199254740993");
        row("name.concat(big)", "n9007199254740993");
        row("(x => x)(big) === big", "true");
        row("Math.sin(big)", "! Math.sin(big): RangeError: 9007199254740993 has more digits than a script's numbers; "
                             "String(x) gives them as text");
        row("parseInt(name)", "! the result is not a number (NaN)");
        row("isNaN(parseInt(name)) ? 0 : 1", "0");
    }

    void scriptsKeepDigitsOrSayThatTheyCannot()
    {
        QFETCH(QString, source);
        QFETCH(QString, value);
        Batch batch;
        fillLong(batch);
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), value);
    }

    void aNumberThatIsTooLongIsNoExpression()
    {
        const auto made = ItemExpression::compile("id == 123456789012345678901");
        QVERIFY(!made);
        QCOMPARE(made.error().message,
                 std::string("column 7: 123456789012345678901 has more digits than a number holds (64 bits)"));
        QVERIFY(ItemExpression::compile("x < 1e300"));
    }

    void longResultsArePackedAsIntegers()
    {
        Batch batch;
        fillBatch(batch, {{{"a", ValueType::Integer}, {Value(int64_t(9007199254740993)), Value(5), Value()}}});
        const auto typeOf = [&](std::string_view source) {
            auto expression = ItemExpression::compile(source);
            Column column;
            std::vector<ItemError> errors;
            return expression && expression->evaluate(batch, column, errors) && errors.empty() ? int(column.type())
                                                                                               : -1;
        };
        QCOMPARE(typeOf("a + 0"), int(ColumnType::Integer));
        QCOMPARE(typeOf("coalesce(a, 0)"), int(ColumnType::Integer));
        QCOMPARE(typeOf("a > 10 ? a : 0.5"), int(ColumnType::Any));
        QCOMPARE(typeOf("a * 0"), int(ColumnType::Real));
    }
};

} // namespace tst_exact_numbers

QTEST_GUILESS_MAIN(tst_exact_numbers::TestExactNumbers)
#include "tst_exact_numbers.moc"
