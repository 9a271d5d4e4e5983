// SPDX-License-Identifier: MIT
#include "ItemsForTests.h"

#include <QtTest>

using namespace millrace;

namespace tst_parser {

namespace {

std::string problemOf(std::string_view source)
{
    const auto checked = ItemExpression::check(source, nullptr);
    return checked ? std::string() : checked.error().message;
}

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

SchemaPtr orders()
{
    return std::make_shared<const Schema>(std::vector<Field>{
        {"cents", ValueType::Integer}, {"status", ValueType::Text}, {"unit price", ValueType::Real}});
}

} // namespace

class TestParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void syntaxErrorsNameTheirColumn_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char *name, const char *source, const char *problem) {
            QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(problem);
        };
        row("nothing", "  ", "the expression is empty; write one, for example cents / 100");
        row("missing operand", "cents / 5 +", "column 11: a value is missing after \"+\"");
        row("missing operand inside", "(cents + ) * 2", "column 8: a value is missing after \"+\"");
        row("operator first", "* 5", "column 1: the expression can't begin with \"*\"");
        row("open parenthesis", "(cents + 2", "column 11: \")\" is missing for \"(\"");
        row("closing too much", "cents)", "column 6: \")\" closes nothing");
        row("two values", "cents 5", "column 7: \"5\" is not expected here; is an operator missing before it?");
        row("columns count characters", "\"äöü\" +", "column 7: a value is missing after \"+\"");
        row("assignment", "cents = 5", "column 7: to compare, write == instead of =");
        row("changing", "cents += 5", "column 7: \"+=\" would change a field; an expression only computes a value");
        row("counting", "cents++", "column 6: \"++\" would change a field; an expression only computes a value");
        row("and", "a > 1 and b > 2", "column 7: write && instead of and");
        row("OR", "a > 1 OR b > 2", "column 7: write || instead of OR");
        row("not", "not paid", "column 1: write ! instead of not");
        row("decimal comma", "cents * 1,5",
            "column 10: a comma is only for the arguments of a function; a decimal number is written with a point");
        row("semicolon", "cents;", "column 6: an expression has no statements; leave out \";\"");
        row("open text", "status == \"paid", "column 11: the text has no closing \"");
        row("open template", "`a ${b}", "column 1: the text has no closing `");
        row("half a condition", "paid ? 1",
            "column 9: \":\" is missing for \"?\"; write condition ? value : other value");
        row("unknown function", "rond(cents)", "column 1: there is no function \"rond\"; did you mean \"round\"?");
        row("unknown of Math", "Math.rond(cents)", "column 6: there is no function Math.rond");
        row("too few arguments", "1 + replace(name)",
            "column 5: replace takes 3 arguments, not 1: replace(text, what, with)");
        row("too many arguments", "round(a, 1, 2)", "column 1: round takes 1 or 2 arguments, not 3: round(x, digits)");
        row("no argument", "upper()", "column 1: upper takes 1 argument, not 0: upper(text)");
        row("none of several", "min()", "column 1: min takes at least one argument, not 0: min(a, b, …)");
        row("statements", "items.map(x => { return x; })",
            "column 16: a function here is one expression, as in x => x + 1; for statements use a javascript step, for "
            "an object "
            "write x => ({a: x})");
        row("function", "function (x) { }",
            "column 1: \"function\" can't stand in an expression; write a function as x => x + 1, or use a javascript "
            "step");
        row("odd character", "cents # 2", "column 7: \"#\" is no part of an expression");
        row("letters after a number", "12cents",
            "column 1: a number can't go on with a letter; is an operator missing, or are quotes?");
        row("leading zero", "012", "column 1: a number can't begin with 0; write it without, or as text in quotes");
        row("sign and power", "-a ** 2",
            "column 1: put parentheses around -x or around the power: (-x) ** 2 or -(x ** 2)");
        row("mixed ??", "a ?? b || c", "column 6: put parentheses around what stands beside \"??\"");
        row("wrong pattern", "matches(name, \"(\")",
            "column 15: \"(\" is no regular expression: missing closing parenthesis (at its character 2)");
        row("wrong escape", "\"a\\9\"",
            "column 1: the text has an unknown \"\\\" in it; for a backslash write \"\\\\\"");
        row("spread object", "({...a})", "column 3: \"...\" can't stand in an object; use Object.assign({}, a, b)");
    }

    void syntaxErrorsNameTheirColumn()
    {
        QFETCH(QString, source);
        QFETCH(QString, problem);
        QCOMPARE(shown(problemOf(source.toStdString())), problem);
    }

    void bytesThatAreNoTextAreRefused()
    {
        for (const char *source : {"name + \"\xd9\"", "`\xe4` + name", "\xff"})
            QCOMPARE(shown(problemOf(source)), QStringLiteral("the expression is no valid UTF-8 text"));
    }

    void whatOnlyTheScriptEngineRefusesIsToldToo()
    {
        const QString problem = shown(problemOf("name.match(/(/)"));
        QVERIFY2(problem.startsWith(QLatin1String("column 12: SyntaxError: Invalid regular expression")),
                 qPrintable(problem));
    }

    void deepNestingIsRefusedAndNoneCrashes()
    {
        for (const char *piece :
             {"(", "-", "[", "a+(", "x=>", "!", "f(", "min(", "a?", "{a:", "`${", "2**", "((a", "new ", "a[", "..."}) {
            std::string source;
            while (source.size() < 20'000)
                source += piece;
            QVERIFY2(!problemOf(source).empty(), piece);
        }
        std::string chain = "1";
        while (chain.size() < 5000)
            chain += "+1";
        QVERIFY(shown(problemOf(chain)).contains(QLatin1String("nested too deeply")));
        QCOMPARE(problemOf(std::string(200'000, '1')), std::string("the expression is longer than 100000 characters"));
    }

    void cutExpressionsNeverCrash()
    {
        const std::string whole =
            "round(item[\"unit price\"] * qty, 2) > 5 && !matches(name, /^a[/]b$/i) ? `a ${b + {c: [1, ...d]}.c} e` "
            ": items.map(([k, v], ...r) => ({k, v: v ** 2})).filter(({a}) => a >= 0x1f)[0]?.x ?? \"\\u00e4\\n\"";
        QCOMPARE(shown(problemOf(whole)), QString());
        for (size_t length = 0; length < whole.size(); ++length) {
            const std::string cut = whole.substr(0, length);
            QVERIFY(!problemOf(cut).empty() || ItemExpression::compile(cut));
            std::string without = whole;
            without.erase(length, 1);
            QVERIFY(!problemOf(without).empty() || ItemExpression::compile(without));
        }
    }

    void arithmeticLogicAndListedFunctionsRunOverColumns_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<bool>("isCompiled");
        const auto row = [](const char *source, bool isCompiled) {
            QTest::newRow(source) << QString::fromUtf8(source) << isCompiled;
        };
        row("qty * cents / 100", true);
        row("status == \"paid\"", true);
        row("item.cents + item[\"unit price\"]", true);
        row("item", true);
        row("id % 2 == 0 && !paid", true);
        row("`${first} ${last}`", true);
        row("a ?? b", true);
        row("Math.floor(a) + Math.PI", true);
        row("Number(a) + String(b)", true);
        row("matches(name, /^a/i)", true);
        row("-(2 ** 3) << 1", true);
        row("Math.sin(a)", false);
        row("name.length", false);
        row("item[\"a\" + b]", false);
        row("name.split(\" \")[0]", false);
        row("[a, b]", false);
        row("typeof a", false);
        row("min(...list)", false);
        row("list.map(x => x * 2)", false);
        row("new Date(when).getTime()", false);
    }

    void arithmeticLogicAndListedFunctionsRunOverColumns()
    {
        QFETCH(QString, source);
        QFETCH(bool, isCompiled);
        const auto expression = ItemExpression::compile(source.toStdString());
        QVERIFY2(expression, expression ? "" : expression.error().message.c_str());
        QCOMPARE(expression->isCompiled(), isCompiled);
    }

    void fieldsUsedAreFound_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("fields");
        const auto row = [](const char *source, const char *fields) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(fields);
        };
        row("qty * cents / qty", "qty cents");
        row("item.a + item[\"b c\"]", "a b c");
        row("list.map((x, i) => x * i + y)", "list y");
        row("rows.map(([k, {v}]) => k + v + w)", "rows w");
        row("Math.max(a, Number.MAX_VALUE) + parseInt(b)", "a b");
        row("names.map(Number)", "names");
        row("year(Date) + Map", "Date Map");
        row("Date.now() - Number", "Number");
        row("undefined ?? NaN ?? Infinity", "");
        row("class + in_ + größe", "class in_ größe");
        row("text(text) + min(min, year)", "text min year");
        row("({a, b: c})", "a c");
        row("item.x.y[z]", "x z");
    }

    void fieldsUsedAreFound()
    {
        QFETCH(QString, source);
        QFETCH(QString, fields);
        const auto expression = ItemExpression::compile(source.toStdString());
        QVERIFY2(expression, expression ? "" : expression.error().message.c_str());
        std::string found;
        for (const std::string &name : expression->fieldsUsed())
            found += (found.empty() ? "" : " ") + name;
        QCOMPARE(shown(found), fields);
    }

    void unknownFieldsAreNamedWithWhatThereIs()
    {
        const auto problem = [](std::string_view source) {
            const auto checked = ItemExpression::check(source, orders());
            return checked ? QString() : shown(checked.error().message);
        };
        QCOMPARE(problem("cents / 100"), QString());
        QCOMPARE(problem("cent / 100"),
                 QStringLiteral(
                     "there is no field \"cent\"; did you mean \"cents\"? the fields are cents, status, unit price"));
        QCOMPARE(problem("status == \"a\" && zzzzzz.length > 1"),
                 QStringLiteral("there is no field \"zzzzzz\"; the fields are cents, status, unit price"));
        QCOMPARE(problem("item[\"unit price\"] + id"), QString());
    }

    void precedenceAndAssociativityAreJavaScripts_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *source, const char *value) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(value);
        };
        row("1 + 2 * 3", "7");
        row("(1 + 2) * 3", "9");
        row("10 - 2 - 3", "5");
        row("2 ** 3 ** 2", "512");
        row("(-2) ** 2", "4");
        row("2 ** -1", "0.5");
        row("1 + 2 + \"3\" + 4", "334");
        row("1 < 2 == true", "true");
        row("true || false && false", "true");
        row("1 | 2 ^ 3 & 5", "3");
        row("1 << 2 + 1", "8");
        row("false ? 1 : true ? 2 : 3", "2");
        row("!0 + 1", "2");
        row("- - 5", "5");
        row("0x1F + 0b11 + 0o17 + .5 + 1e2", "149.5");
        row("\"\\x41\\u0042\\u{43}\\uD83D\\uDE00\"", "ABC😀");
        row("'it\\'s' /* a comment */ // another", "it's");
        row("true?.5:1", "0.5");
        row("7 % 4 * 2", "6");
    }

    void precedenceAndAssociativityAreJavaScripts()
    {
        QFETCH(QString, source);
        QFETCH(QString, value);
        Batch batch;
        fillBatch(batch, {{{"x", ValueType::Integer}, {Value(1)}}});
        QCOMPARE(shown(toPlain(computed(source.toStdString(), batch)[0])), value);
        QCOMPARE(shown(toPlain(computed(source.toStdString(), batch, ItemExpression::Engine::ScriptEngine)[0])), value);
    }
};

} // namespace tst_parser

QTEST_GUILESS_MAIN(tst_parser::TestParser)
#include "tst_parser.moc"
