// SPDX-License-Identifier: MIT
#include "expression/script/ScriptFunction.h"
#include "ItemsForTests.h"

#include <QCoreApplication>
#include <QtTest>

using namespace millrace;

/// The processes of script engines, in a program that has no QCoreApplication.
class TestScriptProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(!QCoreApplication::instance()); }

    void expressionsNeedNoApplication()
    {
        Batch batch;
        fillBatch(batch, {{{"name", ValueType::Text}, {Value("one two"), Value()}}});
        const auto values = computed("name.split(\" \")[1]", batch);
        QCOMPARE(values[0], Value("two"));
        QVERIFY(values[1].isNull());
        QVERIFY(ItemExpression::check("name.length", batch.schema()));
    }

    void scriptsNeedNoApplication()
    {
        ScriptFunction function({.code = "function transform({n}, id) { return n > 1 ? [{n, id}, n] : null; }",
                                 .surroundings = {},
                                 .say = {}});
        Batch batch;
        fillBatch(batch, {{{"n", ValueType::Integer}, {Value(1), Value(2)}}});
        QVERIFY(function.transform(batch));
        QCOMPARE(batch.size(), size_t(2));
        QCOMPARE(toJson(batch.item(0)), std::string(R"({"n":2,"id":101,"value":null})"));
        QCOMPARE(batch.id(1), Value(101));
    }

    /// As in a window, which checks what somebody else wrote before anybody has looked at it.
    void whatIsOnlyCheckedIsWithinLimits()
    {
        std::string pattern = "a";
        for (int depth = 0; depth < 40; ++depth)
            pattern = "(" + pattern + "{2,3}){2,3}";
        // However they are judged: it doesn't take for ever.
        (void)ItemExpression::check(joined({"/", pattern, "/.test(\"a\")"}), nullptr);
        (void)ScriptFunction::check(
            joined({"const p = /", pattern, "/; for (;;); function transform(item) { return item; }"}));
        QVERIFY(ItemExpression::check("\"a\".length", nullptr)); // others can still be
        QVERIFY(ScriptFunction::check("function transform(item) { return item; }"));
        QVERIFY(!ScriptFunction::check("function transform(item) { return item"));
    }

    void engineAfterEngineIsSetUpInTheSameProcess()
    {
        Batch batch;
        fillBatch(batch, {{{"n", ValueType::Integer}, {Value(1)}}});
        for (int i = 0; i < 50; ++i)
            QCOMPARE(computed(joined({"[n, ", std::to_string(i), "].length + n"}), batch)[0], Value(3.0));
    }
};

QTEST_APPLESS_MAIN(TestScriptProcess)
#include "tst_script_process.moc"
