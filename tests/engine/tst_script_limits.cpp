// SPDX-License-Identifier: MIT
#include "engine/ScriptRun.h"

#include <algorithm>
#include <QCoreApplication>
#include <QTest>

using namespace millrace;
namespace tst_script_limits {

using test::runScript;
using test::ScriptWish;

namespace {

/// Takes longer than anybody waits, without a statement.
constexpr const char *Loop = "Array(9999).fill(0).forEach(a => Array(9999).fill(0).forEach(b => "
                             "Array(9999).fill(0).forEach(c => c)))";

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MILLRACE_SANITIZED
#endif
#endif

/// Seconds an item. Under a sanitizer, on a busy machine, innocent ones take their time.
#ifdef MILLRACE_SANITIZED
#define TIME_LIMIT "0.5"
#else
#define TIME_LIMIT "0.1"
#endif

ScriptWish expression(const QByteArray &text)
{
    ScriptWish wish;
    wish.type = "formula";
    wish.params = R"({"field": "r", "expression": )" + test::quoted(text.toStdString()) + "}";
    wish.more = R"("onError": "skip", "memoryLimit": 64, "timeLimit": )" TIME_LIMIT;
    wish.count = 3;
    wish.batch = 1;
    return wish;
}

ScriptWish script(const QByteArray &code)
{
    ScriptWish wish = expression({});
    wish.type = "javascript";
    wish.params = R"({"code": )" + test::quoted(code.toStdString()) + "}";
    return wish;
}

/// A sanitizer ends the process in its own way where memory is refused.
QByteArray adapted(QByteArray kinds)
{
#ifdef MILLRACE_SANITIZED
    kinds.replace("memory", "memory crash timeout");
#endif
    return kinds;
}

/// The run goes on without the item of value 1, which failed of what is said.
void compareOutcome(const ScriptWish &wish, const QByteArray &kinds)
{
    const auto done = runScript(wish);
    QCOMPARE(done.run->outcome().state, RunState::Finished);
    QCOMPARE(done.errors.size(), size_t(1));
    const LogRecord &error = done.errors[0];
    QCOMPARE(error.itemId, Value(1));
    QVERIFY2(adapted(kinds).split(' ').contains(QByteArray::fromStdString(error.kind)),
             (error.kind + ": " + error.message).c_str());
    QVERIFY(error.message.size() < 5'000);
    if (error.kind == "timeout")
        QVERIFY2(error.message.find(TIME_LIMIT " seconds") != std::string::npos
                     && error.message.ends_with("raise timeLimit."),
                 error.message.c_str());
    if (error.kind == "memory" && !error.message.starts_with("The expression makes texts"))
        QVERIFY2(error.message.find("64 MiB") != std::string::npos && error.message.ends_with("raise memoryLimit."),
                 error.message.c_str());
    QCOMPARE(std::count(done.items.begin(), done.items.end(), '\n'), 2);
}

} // namespace

/// Whatever somebody else's expressions and scripts try, they cost an item, within limits, and nothing else.
class TestScriptLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anExpressionCostsItsItemOnly_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("kinds");
        const auto row = [](const char *name, const QByteArray &text, const char *kinds) {
            QTest::newRow(name) << text << QByteArray(kinds);
        };
        row("code from text", R"([].map.constructor("while(true){}")())", "script");
        row("code from text, of a generator's kind", R"((x => x).constructor("return 1")())", "script");
        row("repeat", R"("a".repeat(2 ** 30).length)", "memory");
        row("pad", R"("a".padEnd(2 ** 30).length)", "memory");
        row("fill", "Array(1e8).fill(0).map(x => x * 2).length", "memory timeout");
        row("sort", "Array(5e6).fill(0).map((x, i) => Math.sin(i)).sort((a, b) => a - b)[0]", "memory timeout");
        row("replace", R"(replace("a".repeat(100000), "a", "b".repeat(100000)).length)", "memory");
        row("join", R"(Array(2 ** 32 - 1).join("abc").length)", "memory timeout script");
        row("from", "Array.from({length: 1e9}).length", "memory timeout");
        row("loop", Loop, "timeout");
        row("recursion", "(f => f(f))(f => f(f))", "script");
        row("doubled lists", "JSON.stringify(Array(30).fill(0).reduce(o => [o, o], 1)).length", "memory timeout");
        row("doubled texts", R"(Array(28).fill(0).reduce(s => s + s, "abcdefgh").toUpperCase().length)",
            "memory timeout");
        row("doubled templates", R"(Array(28).fill(0).reduce(s => `${s}${s}`, "abcdefgh").split("").length)",
            "memory timeout");
        row("a text of it", QByteArray("[{toString: () => ") + Loop + "}].join()", "timeout");
        row("a number of it", QByteArray("Number({valueOf: () => ") + Loop + "})", "script timeout");
        row("a comparison", QByteArray("[3, 2, 1].sort(() => ") + Loop + ")[0]", "timeout");
        row("a getter", QByteArray(R"(Object.defineProperty({}, "x", {enumerable: true, get: () => )") + Loop + "})",
            "timeout");
        row("a getter of an index", QByteArray("Object.defineProperty([1], 0, {get: () => ") + Loop + "})", "timeout");
        row("a replacement", QByteArray(R"("aaa".replace(/a/g, () => )") + Loop + ")", "timeout");
        row("what JSON asks for", QByteArray("JSON.stringify({toJSON: () => ") + Loop + "})", "timeout");
        row("change what all share", "Object.assign(Object.prototype, {leaked: 1})", "script");
        row("change a method", "Object.assign(Array.prototype, {map: 1})", "script");
        row("change a function's kind", "Object.setPrototypeOf(Array.prototype, null)", "script");
    }
    void anExpressionCostsItsItemOnly()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, kinds);
        compareOutcome(expression("value == 1 ? (" + text + ") : [].map.name.length + value"), kinds);
    }

    void aScriptCostsItsItemOnly_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("kinds");
        const auto row = [](const char *name, const QByteArray &code, const char *kinds) {
            QTest::newRow(name) << code << QByteArray(kinds);
        };
        row("getter", "return {get r() { for (;;); }};", "timeout");
        row("getter of an index", "return Object.defineProperty([], 0, {get() { for (;;); }});", "timeout");
        row("proxy", "return new Proxy({}, {ownKeys() { for (;;); }});", "timeout");
        row("message", "const e = new Error('x'); Object.defineProperty(e, 'message', {get() { for (;;); }}); throw e;",
            "timeout");
        row("sort", "const a = []; for (let k = 0; k < 3e6; k++) a.push(Math.sin(k)); a.sort(); return a.length;",
            "timeout memory");
        row("sort that never ends", "return [3, 2, 1].sort(() => { for (;;); });", "timeout");
        row("fill", "const a = Array(2 ** 32 - 1); a.fill(1); return a.length;", "timeout memory");
        row("labels", "a: for (;;) { b: for (;;) continue a; }", "timeout");
        row("caught", "for (;;) { try { for (;;); } catch (e) {} finally { continue; } }", "timeout");
        row("generator", "return [...function*() { for (;;) yield 1; }()];", "timeout memory");
        row("iterator", "return Array.from({[Symbol.iterator]: () => ({next: () => ({done: false, value: 1})})});",
            "timeout memory");
        row("with", "with ({get x() { for (;;); }}) { return x; }", "timeout");
        row("console", "console.log({toJSON() { for (;;); }}); return item;", "timeout");
        row("texts", "let s = 'abcdefgh'; for (;;) s += s.toUpperCase();", "memory timeout");
        row("lists", "const all = []; for (;;) all.push(all.slice());", "memory timeout");
        row("bytes", "const all = []; for (;;) all.push(new ArrayBuffer(1 << 20));", "memory timeout script");
        row("a list without end", "return {length: 4294967295, __proto__: Array.prototype, a: Array(4294967295)};",
            "memory timeout");
        row("a large message", "throw 'x'.repeat(1e6);", "script");
        row("recursion", "return transform(item);", "script");
    }
    void aScriptCostsItsItemOnly()
    {
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, kinds);
        compareOutcome(script("function transform(item) { if (item.value === 1) { " + code + " } return item; }"),
                       kinds);
    }

    void theOthersOfABatchAreNotLost()
    {
        ScriptWish wish = expression(R"(value == 4 ? "a".repeat(2 ** 30).length : text(value).length)");
        wish.count = 10;
        wish.batch = 10;
        const auto done = runScript(wish);
        QCOMPARE(done.errors.size(), size_t(1));
        QCOMPARE(done.errors[0].itemId, Value(4));
        QVERIFY2(done.errors[0].message.starts_with("The expression value == 4 ?"), done.errors[0].message.c_str());
        QCOMPARE(std::count(done.items.begin(), done.items.end(), '\n'), 9);
    }

    void noItemLeavesAnythingForTheNext()
    {
        ScriptWish wish = expression(R"([/(\d)/.test(text(value)), RegExp.$1, Object.keys(RegExp).length,
            Object.isFrozen(Object.prototype), Object.isFrozen([].values.name), Object.isFrozen(JSON)])");
        wish.count = 2;
        const auto done = runScript(wish);
        COMPARE_ITEMS(done.items, std::string("{\"value\":0,\"r\":[true,null,0,true,true,true]}\n"
                                              "{\"value\":1,\"r\":[true,null,0,true,true,true]}\n"));
    }

    void fieldsMayBeNamedAsWhatEveryObjectHas()
    {
        const auto expected = std::string("{\"value\":0,\"r\":{\"toString\":1,\"__proto__\":2,\"constructor\":3}}\n");
        ScriptWish wish = script(
            R"(function transform({value}) { return {value, r: JSON.parse('{"toString":1,"__proto__":2,"constructor":3}')}; })");
        wish.count = 1;
        COMPARE_ITEMS(runScript(wish).items, expected);
        wish = expression(R"(JSON.parse('{"toString":1,"__proto__":2,"constructor":3}'))");
        wish.count = 1;
        COMPARE_ITEMS(runScript(wish).items, expected);
    }

    void theFirstThatTakesTooLongEndsARunThatStopsAtErrors()
    {
        ScriptWish wish = expression(Loop);
        wish.more = R"("onError": "stop", "timeLimit": )" TIME_LIMIT;
        wish.count = wish.batch = 1'000; // which would take minutes
        const auto done = runScript(wish);
        QCOMPARE(done.run->outcome().state, RunState::Failed);
        QCOMPARE(QString::fromStdString(done.run->outcome().error.kind), QStringLiteral("timeout"));
    }

    void aStartThatNeverEndsFailsTheRun()
    {
        const auto done = runScript(script("for (;;); function transform(item) { return item; }"));
        QCOMPARE(done.run->outcome().state, RunState::Failed);
        QCOMPARE(QString::fromStdString(done.run->outcome().error.kind), QStringLiteral("timeout"));
    }

    void withoutATimeLimitARunCanStillBeBrokenOff()
    {
        ScriptWish wish = script("function transform() { console.log('here'); Array(2 ** 32 - 1).fill(1); }");
        wish.more = R"("timeLimit": 0, "memoryLimit": 0)";
        const auto run = test::startScript(wish);
        QTRY_VERIFY(run->log().count() > 0);
        run->cancel();
        QVERIFY(run->waitForDone());
    }

    void aScriptThatCouldNotBeInterruptedIsStartedAnew()
    {
        ScriptWish wish = script("let calls = 0; function transform(item) { calls++;\n"
                                 "if (item.value === 2) 'a'.repeat(2 ** 30); return {calls}; }");
        wish.count = 5;
        const auto done = runScript(wish);
        QCOMPARE(done.errors.size(), size_t(1));
        COMPARE_ITEMS(done.items, std::string("{\"calls\":1}\n{\"calls\":2}\n{\"calls\":1}\n{\"calls\":2}\n"));
    }
};

} // namespace tst_script_limits

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    tst_script_limits::TestScriptLimits test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_script_limits.moc"
