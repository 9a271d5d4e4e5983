// SPDX-License-Identifier: MIT
#include "ItemOfEveryKind.h"

#include <QtTest>

using namespace millrace;

namespace tst_expressions_in_scripts {

class TestExpressionsInScripts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scriptsDoWhatColumnsCannot_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *source, const char *value) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(value);
        };
        row("name.length", "5");
        row("nothing.length", "null");
        row("nothing.toUpperCase()", "null");
        row("address.city", "Ulm");
        row("address.street.number", "null");
        row("item[\"na\" + \"me\"]", "Äpfel");
        row("item[\"count\"] + item[\"na\" + \"me\"].length", "125");
        row("tags[1] * 2", "4");
        row("tags.map(x => x + 1)", "[\"a1\",3]");
        row("[3, 1, 2].sort((a, b) => a - b)", "[1,2,3]");
        row("[1, 2, 3].map(x => x * none)", "[null,null,null]");
        row("[1, ...[2, 3]].reduce((a, b) => a + b, 0)", "6");
        row("new Set([1, 2, 1])", "[1,2]");
        row("[new Map([[1, \"a\"], [\"b\", {}]])]", "[{\"1\":\"a\",\"b\":{}}]");
        row("Object.entries({a: 1, \"b c\": 2}).map(([k, v]) => k + v).join()", "a1,b c2");
        row("[{a: 1, b: 2}].map(({a, b}) => a + b)[0]", "3");
        row("((...all) => all.length)(1, 2, 3)", "3");
        row("({x: qty, [name]: [1.5, null]})", "{\"x\":3,\"Äpfel\":[1.5,null]}");
        row("Math.hypot(3, 4)", "5");
        row("Math.sin(none)", "null");
        row("parseInt(\"12px\")", "12");
        row("parseInt(nothing)", "null");
        row("[\"1\", \"2\"].map(Number)", "[1,2]");
        row("min(...[4, 2, 3])", "2");
        row("name.match(/pf(.)/)[1]", "e");
        row("typeof qty + typeof name", "numberstring");
        row("\"city\" in address", "true");
        row("when instanceof Date", "true");
        row("when.toISOString()", "2024-06-01T01:30:00.000Z");
        row("[when][0]", "2024-05-31T23:30:00-02:00");
        row("new Date(0)", "1970-01-01T00:00:00.000Z");
        row("new Date(none)", "null");
        row("new Date() > new Date(0)", "true");
        row("name.concat(nothing)", "null");
        row("name.concat(...[\"!\", nothing])", "null");
        row("name[\"index\" + \"Of\"](nothing)", "null");
        row("qty.toFixed(none)", "null");
        row("Date.UTC(none)", "null");
        row("name.localeCompare(nothing)", "null");
        row("name.localeCompare(name, undefined)", "0");
        row("tags.concat(nothing)", "[\"a\",2,null]");
        row("JSON.stringify({a: qty})", "{\"a\":3}");
        row("id + name.length", "105");
        row("\"\\u2028\".length", "1");
        row("address?.city?.length", "3");
        row("[-0].map(x => Object.is(x, -0))[0]", "true");
    }

    void scriptsDoWhatColumnsCannot()
    {
        QFETCH(QString, source);
        QFETCH(QString, value);
        Batch batch;
        fillItem(batch);
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), value);
    }

    void failuresOfScriptsSayWhere_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("trace");
        const auto row = [](const char *source, const char *message, const char *trace) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(message)
                                  << QString::fromUtf8(trace);
        };
        row("1 + name.foo()", "name.foo is not a function", "column 5 of 1 + name.foo()");
        row("name.trim().bar()", "name.trim().bar is not a function", "column 1 of name.trim().bar()");
        row("1 + qty.toFixed(200)", "qty.toFixed: RangeError: 3 out of range", "column 5 of 1 + qty.toFixed(200)");
        row("tags.map(x => x * 2)", "x: \"a\" is not a number", "column 15 of tags.map(x => x * 2)");
        row("Math.sin(cents)", "cents: \"12,50\" is not a number", "column 10 of Math.sin(cents)");
        row("x => x", "the result is a function; call it, with parentheses behind it", "");
        row("new Date(1e15)", "the date 33658-09-27T01:46:40.000Z is out of range; years from 0 to 9999 are known", "");
        row("new Date(NaN)", "the result is no valid date", "");
        row("new Date(\"never\")",
            "new Date(\"never\"): RangeError: \"never\" is no date in ISO 8601, such as 2024-05-31; with "
            "parseDate(text, \"dd/MM/yyyy\") a formula or convert reads others",
            "column 1 of new Date(\"never\")");
    }

    void failuresOfScriptsSayWhere()
    {
        QFETCH(QString, source);
        QFETCH(QString, message);
        QFETCH(QString, trace);
        Batch batch;
        fillItem(batch);
        auto expression = ItemExpression::compile(source.toStdString());
        QVERIFY(expression);
        Column column;
        std::vector<ItemError> errors;
        QVERIFY(expression->evaluate(batch, column, errors));
        QCOMPARE(errors.size(), size_t(1));
        QCOMPARE(QString::fromStdString(errors[0].message), message);
        QCOMPARE(QString::fromStdString(errors[0].trace), trace);
        QVERIFY(column.isNull(0));
    }
};

} // namespace tst_expressions_in_scripts

QTEST_GUILESS_MAIN(tst_expressions_in_scripts::TestExpressionsInScripts)
#include "tst_expressions_in_scripts.moc"
