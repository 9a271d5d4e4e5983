// SPDX-License-Identifier: MIT
#include "engine/ScriptRun.h"
#include "remote/WorkerProcess.h"

#include <QCoreApplication>
#include <QTest>

using namespace millrace;
namespace tst_javascript {

using test::runScript;
using test::ScriptWish;

namespace {

ScriptWish script(const std::string &code)
{
    return {.type = "javascript", .params = "{\"code\": " + test::quoted(code) + "}"};
}

} // namespace

/// Runs with a step of the user's own JavaScript.
class TestJavaScript : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anItemBecomesAnItem()
    {
        const auto done = runScript(script("function transform(item) { item.double = item.value * 2; return item; }"));
        QCOMPARE(done.run->outcome().state, RunState::Finished);
        COMPARE_ITEMS(
            done.items,
            std::string("{\"value\":0,\"double\":0}\n{\"value\":1,\"double\":2}\n{\"value\":2,\"double\":4}\n"
                        "{\"value\":3,\"double\":6}\n{\"value\":4,\"double\":8}\n{\"value\":5,\"double\":10}\n"));
    }
    void aListBecomesSeveralItemsAndNullNone()
    {
        const auto done = runScript(
            script("const transform = ({value}) => value % 2 ? null : [{value}, {value: value + 0.5, tag: 'x'}];"));
        COMPARE_ITEMS(done.items, std::string("{\"value\":0}\n{\"value\":0.5,\"tag\":\"x\"}\n"
                                              "{\"value\":2}\n{\"value\":2.5,\"tag\":\"x\"}\n"
                                              "{\"value\":4}\n{\"value\":4.5,\"tag\":\"x\"}\n"));
        QVERIFY(done.errors.empty());
    }
    void whatIsNoNumberFailsItsItem()
    {
        for (const char *code : {"({value}) => ({value: value === 1 ? NaN : value})",
                                 "({value}) => value === 1 ? {value: [-1 / 0]} : {value}",
                                 "({value}) => value === 1 ? [{value: 1 / 0}] : {value}"}) {
            const auto done = runScript(script(std::string("const transform = ") + code));
            COMPARE_ITEMS(done.items,
                          std::string("{\"value\":0}\n{\"value\":2}\n{\"value\":3}\n{\"value\":4}\n{\"value\":5}\n"));
            QCOMPARE(done.errors.size(), size_t(1));
        }
    }
    void halvesOfCharactersAreReplaced()
    {
        for (const char *code : {"({value}) => ({t: '\\u{1f44d}?'.slice(0, 1)})", "() => [{t: '\\udc4d'}]"}) {
            const auto done = runScript(script(std::string("const transform = ") + code));
            QVERIFY2(done.items.starts_with("{\"t\":\"\xef\xbf\xbd\"}\n"), done.items.c_str());
        }
        const auto parts = runScript(
            script("const transform = () => ({n: Array.from('\\u{1f44d}a').length, m: Array.from([1], x => x + 1)[0], "
                   "s: Array.from(new Set([1, 2])).length, f: Array.from({length: 3}, (_, i) => i).length})"));
        QVERIFY2(parts.items.starts_with("{\"n\":2,\"m\":2,\"s\":2,\"f\":3}\n"), parts.items.c_str());
        const auto whole = runScript(script("const transform = () => ({t: '\\u{1f44d}?'});"));
        QVERIFY2(whole.items.starts_with("{\"t\":\"\xf0\x9f\x91\x8d?\"}\n"), whole.items.c_str());
    }
    void whatIsNoObjectIsTheFieldValue()
    {
        const auto done = runScript(script("function transform(item, id) { return 'no ' + id; }"));
        QVERIFY(done.items.starts_with("{\"value\":\"no 0\"}\n{\"value\":\"no 1\"}\n"));
    }
    void stateIsKeptBetweenTheItemsOfAWorker()
    {
        const auto done =
            runScript(script("let sum = 0; function transform(item) { sum += item.value; return {sum}; }"));
        COMPARE_ITEMS(done.items,
                      std::string("{\"sum\":0}\n{\"sum\":1}\n{\"sum\":3}\n{\"sum\":6}\n{\"sum\":10}\n{\"sum\":15}\n"));
    }
    /// Other items of the batch aren't given to the script again, which would spoil what it counts.
    void aFailedItemCostsNoOtherAndNoState()
    {
        const auto done = runScript(script("let calls = 0;\n"
                                           "function transform(item) {\n"
                                           "  calls++;\n"
                                           "  if (item.value === 1)\n"
                                           "    throw new Error('not one');\n"
                                           "  return [{calls}, {value: item.value}];\n"
                                           "}"));
        COMPARE_ITEMS(done.items, std::string("{\"calls\":1}\n{\"value\":0}\n"
                                              "{\"calls\":3}\n{\"value\":2}\n"
                                              "{\"calls\":4}\n{\"value\":3}\n"
                                              "{\"calls\":5}\n{\"value\":4}\n"
                                              "{\"calls\":6}\n{\"value\":5}\n"));
        QCOMPARE(done.errors.size(), size_t(1));
        QCOMPARE(done.errors[0].itemId, Value(1));
        QCOMPARE(toJson(done.errors[0].item), std::string("{\"value\":1}"));
    }
    void severalOfAnItemThatSucceedsAtTheSecondTryComeInPlace()
    {
        ScriptWish wish = script("let first = true; function transform({value}) {\n"
                                 "if (value === 1 && first) { first = false; throw 'later'; }\n"
                                 "return [value, value + 10]; }");
        wish.more = R"("onError": "stop", "retries": 1)";
        const auto done = runScript(wish);
        QCOMPARE(done.run->outcome().state, RunState::Finished);
        QVERIFY2(
            done.items.starts_with("{\"value\":0}\n{\"value\":10}\n{\"value\":1}\n{\"value\":11}\n{\"value\":2}\n"),
            done.items.c_str());
    }
    void anErrorHasLineAndColumn_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        QTest::newRow("thrown") << "function transform(item) {\n  throw new Error('no ' + item.value);\n}"
                                << "line 2, column 31: Error: no 0";
        QTest::newRow("unknown name") << "function transform(item) {\n  return {a: 1, b: item.value + missing};\n}"
                                      << "line 2, column 33: ReferenceError: missing is not defined";
        QTest::newRow("called in a function")
            << "const twice = x => x.no.y;\nfunction transform(item) { return twice(item); }"
            << "line 1, column 24: TypeError: Cannot read property 'y' of undefined";
        QTest::newRow("the first word of a line") << "function transform(item) {\n  nowhere();\n}"
                                                  << "line 2, column 3: ReferenceError: nowhere is not defined";
        QTest::newRow("a name behind a point")
            << "function transform(item) {\n  return item.no.more;\n}"
            << "line 2, column 17: TypeError: Cannot read property 'more' of undefined";
        QTest::newRow("numbers have points, too")
            << "function transform(item) {\n  const x = 1.5 + 1..valueOf() + .5 + "
               "item.value.toFixed(1).length;\n  return [x].no.more;\n}"
            << "line 3, column 16: TypeError: Cannot read property 'more' of undefined";
        QTest::newRow("text thrown") << "function transform(item) { throw 'a text'; }"
                                     << "a text";
        QTest::newRow("nothing returned") << "function transform(item) { item.x = 1; }"
                                          << "transform() returned nothing; end it with return and an item, a list of "
                                             "items, or null.";
        QTest::newRow("behind texts, patterns and templates")
            << "const odd = /[/'\"`]/g, t = `a ${'}' + `, (${1}`} ,`, q = '\\'(,';\n"
               "function transform(item) { return {x: t / 2, y: /,/.test(t), z: nowhere}; }"
            << "line 2, column 65: ReferenceError: nowhere is not defined";
    }
    void anErrorHasLineAndColumn()
    {
        QFETCH(QString, code);
        QFETCH(QString, message);
        const auto done = runScript(script(code.toStdString()));
        QCOMPARE(done.errors.size(), size_t(6));
        QCOMPARE(QString::fromStdString(done.errors[0].message), message);
    }
    void aWrongScriptEndsTheRunWithItsPlace_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        QTest::newRow("syntax") << "let a = 1;\nfunction transform(item) { return item item; }"
                                << "line 2, column 40: SyntaxError: Unexpected token `identifier'";
        QTest::newRow("start") << "\nlet a = nothing.x;\nfunction transform(item) { return item; }"
                               << "line 2, column 9: ReferenceError: nothing is not defined";
        QTest::newRow("no function") << "let transform = 3;"
                                     << "The script has no function transform(item); write one that returns an item, a "
                                        "list of items, or null.";
    }
    void aWrongScriptEndsTheRunWithItsPlace()
    {
        QFETCH(QString, code);
        QFETCH(QString, message);
        const auto done = runScript(script(code.toStdString()));
        QCOMPARE(done.run->outcome().state, RunState::Failed);
        QCOMPARE(QString::fromStdString(done.run->outcome().error.message), message);
    }
    void consoleWritesIntoTheLog()
    {
        const auto done = runScript(script(
            "console.log('starts'); function transform(item) { console.warn(item, 'is', 7, null); return item; }"));
        QVERIFY(done.says("starts"));
        QVERIFY(done.says("{\"value\":5} is 7 null"));
        for (const LogRecord &record : done.messages)
            if (record.message == "{\"value\":5} is 7 null") {
                QCOMPARE(record.level, LogLevel::Warning);
                QCOMPARE(record.step, std::string("script"));
                QCOMPARE(record.worker, 0);
            }
    }
    void whereAFailureEndsTheRunTheScriptIsGivenNoMoreOfTheBatch()
    {
        ScriptWish wish = script(
            "function transform({value}) { console.log('at ' + value); if (value > 0) throw 'no'; return value; }");
        wish.more = R"("onError": "stop")";
        wish.batch = wish.count;
        const auto done = runScript(wish);
        QCOMPARE(done.run->outcome().state, RunState::Failed);
        QVERIFY(done.says("at 1"));
        QVERIFY(!done.says("at 2"));
    }
    void anEndlessLoopIsInterruptedAndCostsItsItem()
    {
        ScriptWish wish = script("let calls = 0; function transform(item) { calls++;\n"
                                 "while (item.value === 2) { try { calls; } catch (e) {} }\nreturn {calls}; }");
        wish.more = R"("onError": "skip", "timeLimit": 0.2)";
        const auto done = runScript(wish);
        QCOMPARE(done.run->outcome().state, RunState::Finished);
        QCOMPARE(done.errors.size(), size_t(1));
        QCOMPARE(done.errors[0].kind, std::string("timeout"));
        QCOMPARE(done.errors[0].itemId, Value(2));
        QVERIFY(done.errors[0].message.find("0.2 seconds") != std::string::npos);
        COMPARE_ITEMS(done.items,
                      std::string("{\"calls\":1}\n{\"calls\":2}\n{\"calls\":4}\n{\"calls\":5}\n{\"calls\":6}\n"));
    }
    void anEndlessLoopDoesntHoldUpTheEndOfARun()
    {
        ScriptWish wish = script("function transform(item) { console.log('here'); for (;;); }");
        wish.params.insert(1, "\"timeLimit\": 0, ");
        const auto run = test::startScript(wish);
        QTRY_VERIFY(run->log().count() > 0);
        run->cancel();
        QVERIFY(run->waitForDone());
    }
    void endlessRecursionCostsItsItem()
    {
        const auto done =
            runScript(script("function transform(item) { return item.value === 4 ? transform(item) : item; }"));
        QCOMPARE(done.errors.size(), size_t(1));
        QVERIFY2(done.errors[0].message.find("RangeError") != std::string::npos, done.errors[0].message.c_str());
    }
    void valuesThatComeThroughUnchangedStayWhatTheyWere()
    {
        ScriptWish wish = script("function transform(item) { return item; }");
        const auto done = runScript(wish);
        QCOMPARE(done.run->viewedItems("result")[3].toObject()[0].second, Value(3));
    }
    void workersInProcessesGiveTheSame()
    {
        ScriptWish wish = script("function transform({value}) { if (value === 1) throw new Error('not one');\n"
                                 "console.log('at ' + value); return [{value}, {value: -value}]; }");
        const auto here = runScript(wish);
        wish.more += R"(, "runIn": "processes")";
        const auto there = runScript(wish);
        QCOMPARE(there.run->outcome().state, RunState::Finished);
        QCOMPARE(there.items, here.items);
        QCOMPARE(there.errors.size(), size_t(1));
        QCOMPARE(there.errors[0].message, here.errors[0].message);
        QCOMPARE(there.errors[0].itemId, Value(1));
        QVERIFY(there.says("at 5"));
    }
};

} // namespace tst_javascript

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    StepRegistry registry;
    registerBuiltInSteps(registry);
    if (const auto status = runWorkerIfAsked(argc, argv, registry))
        return *status;
    tst_javascript::TestJavaScript test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_javascript.moc"
