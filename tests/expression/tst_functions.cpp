// SPDX-License-Identifier: MIT
#include "expression/operations/OperationTable.h"
#include "ItemOfEveryKind.h"

#include <QtTest>

using namespace millrace;

namespace tst_functions {

class TestFunctions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesAreTheSameBothWays_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *source, const char *value) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(value);
        };
        // A null operand gives null
        row("none + 1", "null");
        row("none * 0", "null");
        row("none > 5", "null");
        row("5 <= none", "null");
        row("nothing + \"a\"", "null");
        row("-none", "null");
        row("round(none)", "null");
        row("upper(nothing)", "null");
        row("max(1, none)", "null");
        row("contains(nothing, \"a\")", "null");
        row("none == null", "true");
        row("none == 3", "false");
        row("none != 3", "true");
        row("nothing == \"\"", "false");
        row("isNull(none) && !isNull(qty)", "true");
        row("!none", "true");
        row("none && qty", "null");
        row("none || qty", "3");
        row("none ? 1 : 2", "2");
        row("none ?? nothing ?? 7", "7");
        row("coalesce(none, nothing)", "null");
        row("coalesce(none, qty, 1 / number(cents))", "3");
        // Numbers
        row("-7 % 3", "-1");
        row("5.5 % 2", "1.5");
        row("-4 % 2 === 0", "true");
        row("min(3, qty, 1.5)", "1.5");
        row("max(\"10\", 9)", "10");
        row("clamp(qty, 0, 2)", "2");
        row("clamp(-1.5, 0, \"2\")", "0");
        row("clamp(qty, 1, 5)", "3");
        row("clamp(big, 0, 9007199254740992)", "9007199254740992");
        row("clamp(none, 0, 1)", "null");
        row("max(when, later)", "2024-06-01T01:30:01Z");
        row("abs(-3) + floor(2.7) + ceil(2.2) + sqrt(16)", "12");
        row("floor(-2.5)", "-3");
        row("round(exp(log(10)))", "10");
        row("pow(2, 10)", "1024");
        row("round(2.5)", "3");
        row("round(-2.5)", "-3");
        row("Math.round(-2.5)", "-2");
        row("round(1.005, 2)", "1.01");
        row("round(-1.005, 2)", "-1.01");
        row("round(2.675, 2)", "2.68");
        row("round(1.45, 1)", "1.5");
        row("round(1234.5, -2)", "1200");
        row("round(1250, -2)", "1300");
        row("round(0.1 + 0.2, 10)", "0.3");
        row("round(1e300, 2)", "1e+300");
        row("round(123.456, 300)", "123.456");
        row("round(5e-324, 323)", "1e-323");
        row("round(4e-324, 322)", "0");
        row("round(9.995, 2)", "10");
        row("round(qty, none)", "null");
        row("paid + 1", "2");
        row("count * 2", "24");
        row("count + 2", "122");
        row("count == 12", "true");
        row("count === 12", "false");
        row("cents == 12", "false");
        row("number(\" 1e3 \")", "1000");
        row("number(paid)", "1");
        row("Number(\"0.5\")", "0.5");
        row("Math.trunc(-1.7) + Math.sign(-3)", "-2");
        row("5 & 3 | 8 ^ 1", "9");
        row("-1 >>> 28", "15");
        row("4294967297 | 0", "1");
        row("big", "9007199254740993");
        row("big + 0", "9007199254740993");
        // Texts
        row("upper(name) + lower(\"ÄÖ\") + upper(\"straße\")", "ÄPFELäöSTRASSE");
        row("\"[\" + trim(\"\\u00a0 a b \\n\") + \"]\"", "[a b]");
        row("text(1 / 4) + text(paid) + text(1e21)", "0.25true1e+21");
        row("text(tags)", "[\"a\",2]");
        row("name + 1 + paid", "Äpfel1true");
        row("1 + name", "1Äpfel");
        row("\"n\" + none", "null");
        row("`${name}: ${qty * 2}`", "Äpfel: 6");
        row("contains(name, \"pf\") && startsWith(name, \"Ä\") && endsWith(name, \"l\")", "true");
        row("contains(tags, 2)", "true");
        row("contains(tags, \"b\")", "false");
        row("replace(\"a.b.c\", \".\", \"-\")", "a-b-c");
        row("replace(name, \"\", \"x\")", "Äpfel");
        row("matches(name, \"^Ä.*l$\")", "true");
        row("matches(name, /^ä/i)", "true");
        row("matches(name, \"^p\")", "false");
        row("\"a\" < \"b\" && \"B\" < \"a\" && \"9\" < \"10\"", "true");
        row("\"\\u{1F600}\" < \"\\uFFEE\"", "true");
        row("\"10\" < 9", "false");
        // Moments
        row("year(when) + \"-\" + month(when) + \"-\" + day(when)", "2024-5-31");
        row("day(later)", "1");
        row("day(\"2024-02-29\")", "29");
        row("when < later", "true");
        row("when == \"2024-06-01T01:30:00Z\"", "true");
        row("when >= \"2024-06-01\"", "true");
        row("later - when", "1000");
        row("\"at \" + when", "at 2024-05-31T23:30:00-02:00");
        row("when", "2024-05-31T23:30:00-02:00");
        // Lists and objects
        row("tags == tags && address === item.address", "true");
        row("tags ? 1 : 2", "1");
        row("id", "100");
        row("item[\"unit price\"] * 2", "3");
    }

    void valuesAreTheSameBothWays()
    {
        QFETCH(QString, source);
        QFETCH(QString, value);
        Batch batch;
        fillItem(batch);
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), value);
        QCOMPARE(shown(computed(source.toStdString(), batch, ItemExpression::Engine::ScriptEngine)[0]), value);
    }

    void failuresNameFieldAndValueBothWays_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *source, const char *message) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(message);
        };
        row("cents / 100", "cents: \"12,50\" is not a number");
        row("100 * cents", "cents: \"12,50\" is not a number");
        row("number(cents)", "cents: \"12,50\" is not a number");
        row("number(\"12,50\")", "\"12,50\" is not a number");
        row("cents > 5", "cents: \"12,50\" is not a number");
        row("-item.cents", "cents: \"12,50\" is not a number");
        row("max(1, 2, cents)", "cents: \"12,50\" is not a number");
        row("clamp(1, 2, cents)", "cents: \"12,50\" is not a number");
        row("clamp(1, qty, 2)", "qty: the low bound 3 is above the high one, 2");
        row("upper(name) * 2", "upper(name): \"ÄPFEL\" is not a number");
        row("item[\"name\"] - 1", "name: \"Äpfel\" is not a number");
        row("number(\"\")", "\"\" is not a number");
        row("tags * 2", "tags: a list is not a number");
        row("address < 2", "address: an object is not a number");
        row("year(name)", "name: \"Äpfel\" is not a date (as in 2024-05-31 or 2024-05-31T12:00:00)");
        row("when < name", "name: \"Äpfel\" is not a date (as in 2024-05-31 or 2024-05-31T12:00:00)");
        row("matches(name, cents + \"(\")",
            "\"12,50(\" is no regular expression: missing closing parenthesis (at its character 7)");
    }

    void failuresNameFieldAndValueBothWays()
    {
        QFETCH(QString, source);
        QFETCH(QString, message);
        Batch batch;
        fillItem(batch);
        QCOMPARE(shown(computed(source.toStdString(), batch)[0]), QLatin1String("! ") + message);
        QCOMPARE(shown(computed(source.toStdString(), batch, ItemExpression::Engine::ScriptEngine)[0]),
                 QLatin1String("! ") + message);
    }

    void whatIsNotAskedForCannotFail()
    {
        Batch batch;
        fillBatch(batch, {{{"kind", ValueType::Text}, {Value("n"), Value("t"), Value()}},
                          {{"value", ValueType::Text}, {Value("4"), Value("four"), Value("five")}}});
        for (const auto engine : {ItemExpression::Engine::Fitting, ItemExpression::Engine::ScriptEngine}) {
            QCOMPARE(computed("kind == \"n\" ? value * 2 : 0", batch, engine),
                     (std::vector<Value>{Value(8.0), Value(0.0), Value(0.0)}));
            QCOMPARE(computed("kind == \"n\" && value * 2 > 7", batch, engine),
                     (std::vector<Value>{Value(true), Value(false), Value(false)}));
            QCOMPARE(computed("isNull(kind) || value * 1 > 0", batch, engine),
                     (std::vector<Value>{Value(true), Value("! value: \"four\" is not a number"), Value(true)}));
        }
    }

    void aFieldNamedIdStandsForTheId()
    {
        Batch batch;
        fillBatch(batch, {{{"id", ValueType::Integer}, {Value(5)}}});
        QCOMPARE(computed("id * 1", batch)[0], Value(5.0));
        QCOMPARE(computed("id * 1", batch, ItemExpression::Engine::ScriptEngine)[0], Value(5.0));
        Batch without;
        fillBatch(without, {{{"x", ValueType::Integer}, {Value(5), Value(6)}}});
        Column ids(ColumnType::Any);
        ids.append(Value("first"));
        ids.append(Value());
        without.setIds(std::move(ids));
        QCOMPARE(computed("id", without), (std::vector<Value>{Value("first"), Value()}));
    }

    void resultsArePackedWhereTheyCanBe()
    {
        Batch batch;
        fillItem(batch);
        const auto typeOf = [&](std::string_view source) {
            auto expression = ItemExpression::compile(source);
            Column column;
            std::vector<ItemError> errors;
            return expression && expression->evaluate(batch, column, errors) && errors.empty() ? int(column.type())
                                                                                               : -1;
        };
        QCOMPARE(typeOf("qty * 2"), int(ColumnType::Real));
        QCOMPARE(typeOf("qty"), int(ColumnType::Integer));
        QCOMPARE(typeOf("name + qty"), int(ColumnType::Text));
        QCOMPARE(typeOf("paid ? name : nothing"), int(ColumnType::Text));
        QCOMPARE(typeOf("coalesce(none, \"12\" * 1)"), int(ColumnType::Real));
        QCOMPARE(typeOf("name.length"), int(ColumnType::Real));
        QCOMPARE(typeOf("name.trim()"), int(ColumnType::Text));
        QCOMPARE(typeOf("qty > 2"), int(ColumnType::Any));
        QCOMPARE(typeOf("7"), int(ColumnType::Real));
    }

    void aColumnsLettersChangeAsSingleOnesDo()
    {
        for (const char *other : {"", "straße"}) { // all ASCII, and not
            Batch batch;
            std::vector<Value> texts{Value(other), Value()};
            for (int c = 1; c < 128; ++c)
                texts.push_back(Value(std::string("aZ") + char(c)));
            fillBatch(batch, {{{"text", ValueType::Text}, texts}});
            const auto upper = computed("upper(text)", batch), lower = computed("lower(text)", batch);
            for (size_t i = 0; i < texts.size(); ++i) {
                const QString text = shown(texts[i]);
                QCOMPARE(shown(upper[i]), texts[i].isNull() ? text : text.toUpper());
                QCOMPARE(shown(lower[i]), texts[i].isNull() ? text : text.toLower());
            }
        }
    }

    void aColumnsTextsOfAllLengthsKeepTheirPlaces()
    {
        Batch batch;
        std::vector<Value> texts;
        for (size_t length = 0; length < 40; ++length) {
            std::string text;
            for (size_t i = 0; i < length; ++i)
                text += char('a' + (length + i) % 26);
            texts.push_back(Value(text));
            texts.push_back(Value());
        }
        fillBatch(batch, {{{"text", ValueType::Text}, texts}});
        const auto upper = computed("upper(text)", batch);
        for (size_t i = 0; i < texts.size(); ++i)
            QCOMPARE(shown(upper[i]), texts[i].isNull() ? QStringLiteral("null") : shown(texts[i]).toUpper());
    }
    void everyFunctionHasHelp()
    {
        for (const Operation &function : expressionFunctions()) {
            QVERIFY(!function.help.empty() && function.help.back() == '.');
            QVERIFY(function.signature.starts_with(function.name));
            QCOMPARE(findFunction(function.name), &function);
        }
    }

    void aTextThatGrowsBeyondAllBoundsFailsItsItem()
    {
        Batch batch;
        fillBatch(batch, {{{"text", ValueType::Text}, {Value("ab"), Value(std::string(100'000, 'a'))}}});
        auto values = computed("replace(text, \"a\", text)", batch); // 10^10 bytes
        QCOMPARE(values[0], Value("abb"));
        QVERIFY(values[1].toText().starts_with("! The expression makes texts of more than 256 MiB"));
        std::string nested = "\"aa\"";
        for (int i = 0; i < 40; ++i)
            nested = "replace(" + nested + ", \"a\", \"aaaa\")";
        values = computed(nested, batch); // of constants alone
        QVERIFY(values[0].toText().starts_with("! The expression makes texts"));
    }

    void aHardPatternGivesUpInsteadOfHanging()
    {
        Batch batch;
        fillBatch(batch, {{{"text", ValueType::Text}, {Value("aaab"), Value(std::string(5000, 'a') + "!")}}});
        const auto values = computed("matches(text, \"^(a|aa|aaa)*(a|aa)*b$\")", batch);
        QCOMPARE(values[0], Value(true));
        QVERIFY(values[1] == Value(false) || values[1].toText().starts_with("! text: "));
    }
};

} // namespace tst_functions

QTEST_GUILESS_MAIN(tst_functions::TestFunctions)
#include "tst_functions.moc"
