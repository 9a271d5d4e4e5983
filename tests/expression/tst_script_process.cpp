// SPDX-License-Identifier: MIT
#include "expression/script/ScriptFunction.h"
#include "ItemsForTests.h"

#include <QCoreApplication>
#include <QtTest>

#include <array>
#include <new>

using namespace millrace;

namespace tst_script_process {

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
        QCOMPARE(toJson(batch.item(0)), std::string(R"({"n":2,"id":101})"));
        QCOMPARE(batch.id(1), Value(101));
    }

    void whatIsAnnouncedIsAnsweredInOrder()
    {
        ScriptFunction function = counting();
        std::array<Batch, 5> batches;
        std::vector<Batch *> announced = filled(batches);
        QVERIFY(function.start());
        function.announce(announced);
        for (size_t i = 0; i < batches.size(); ++i) {
            QVERIFY(function.transform(batches[i]));
            QCOMPARE(said(batches[i]), joined({"{\"n\":", std::to_string(i), ",\"call\":", std::to_string(i), "}"}));
        }
    }

    void anotherBatchThanWasAnnouncedGetsItsOwnAnswer()
    {
        ScriptFunction function = counting();
        std::array<Batch, 5> batches;
        std::vector<Batch *> announced = filled(batches);
        QVERIFY(function.start());
        function.announce(announced);
        QVERIFY(function.transform(batches[0]));
        QVERIFY(function.transform(batches[3]));
        QCOMPARE(said(batches[3]), std::string(R"({"n":3,"call":5})")); // the others were answered before, for nobody
        batches[1].clearItems();
        announced = {&batches[2], &batches[4]};
        function.announce(announced);
        batches[2].clearItems(); // changed after it was sent
        QVERIFY(function.transform(batches[2]));
        QCOMPARE(batches[2].size(), size_t(0));
        QVERIFY(function.transform(batches[4]));
        QCOMPARE(batches[4].size(), size_t(1));
    }

    void aScriptThatFallsTakesNoAnnouncedBatchWithIt()
    {
        ScriptSurroundings narrow;
        narrow.limits = {0.2, 64};
        ScriptFunction function({.code = "function transform({n}) { if (n == 1) while (true) [].length; return n; }",
                                 .surroundings = narrow,
                                 .say = {}});
        std::array<Batch, 4> batches;
        const std::vector<Batch *> announced = filled(batches);
        QVERIFY(function.start());
        function.announce(announced);
        QVERIFY(function.transform(batches[0]));
        const Result<> stuck = function.transform(batches[1]);
        QVERIFY(!stuck || !batches[1].errors().empty());
        for (size_t i = 2; i < batches.size(); ++i) {
            QVERIFY(function.transform(batches[i]));
            QCOMPARE(said(batches[i]), joined({"{\"value\":", std::to_string(i), "}"}));
        }
    }

    void anExpressionAnswersForWhatWasAnnouncedAndForWhatWasNot()
    {
        auto expression = ItemExpression::compile("[n, 1, 2].length + n");
        QVERIFY(expression);
        QCOMPARE(expression->announcedAtOnce(), AnnouncedBatches::Most);
        std::array<Batch, 5> batches;
        const std::vector<Batch *> announced = filled(batches);
        QCOMPARE(valueFor(*expression, batches[4]), Value(7.0)); // the engine runs
        expression->announce(announced);
        QCOMPARE(valueFor(*expression, batches[0]), Value(3.0));
        QCOMPARE(valueFor(*expression, batches[1]), Value(4.0));
        QCOMPARE(valueFor(*expression, batches[3]), Value(6.0));
        QCOMPARE(valueFor(*expression, batches[2]), Value(5.0));
        Batch others;
        fillBatch(others, {{{"m", ValueType::Integer}, {Value(1)}}, {{"n", ValueType::Integer}, {Value(8)}}});
        others.sequence = 5;
        expression->announce(std::array{&batches[0], &others, &batches[1]}); // another schema
        QCOMPARE(valueFor(*expression, batches[0]), Value(3.0));
        QCOMPARE(valueFor(*expression, others), Value(11.0));
        QCOMPARE(ItemExpression::compile("n + 1")->announcedAtOnce(), size_t(1)); // needs no engine
    }

    void anAnswerThatWasntTakenIsNotTheNextOne()
    {
        bool throws = true;
        ScriptFunction function({.code = "function transform({n}) { if (n === 0) console.log('zero'); return {n}; }",
                                 .surroundings = {},
                                 .say = [&throws](LogLevel, std::string) {
                                     if (throws)
                                         throw std::bad_alloc();
                                 }});
        std::array<Batch, 3> batches;
        const std::vector<Batch *> announced = filled(batches);
        QVERIFY(function.start());
        function.announce(announced);
        QVERIFY_THROWS_EXCEPTION(std::bad_alloc, (void)function.transform(batches[0]));
        throws = false;
        for (const size_t i : {1, 0, 2}) {
            QVERIFY(function.transform(batches[i]));
            QCOMPARE(said(batches[i]), joined({"{\"n\":", std::to_string(i), "}"}));
        }
    }

    void whoeverComesNextGetsNoAnswerOfOthers()
    {
        for (int round = 0; round < 20; ++round) {
            ScriptFunction function = counting();
            std::array<Batch, 5> batches;
            const std::vector<Batch *> announced = filled(batches);
            QVERIFY(function.start());
            if (round % 2 == 0)
                function.announce(announced); // and go
            else
                QVERIFY(function.transform(batches[4]));
            if (round % 2 != 0)
                QCOMPARE(said(batches[4]), std::string(R"({"n":4,"call":0})"));
        }
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

private:
    static ScriptFunction counting()
    {
        return ScriptFunction({.code = "let call = 0; function transform({n}) { return {n, call: call++}; }",
                               .surroundings = {},
                               .say = {}});
    }
    template <size_t Count>
    static std::vector<Batch *> filled(std::array<Batch, Count> &batches)
    {
        std::vector<Batch *> all;
        for (size_t i = 0; i < Count; ++i) {
            fillBatch(batches[i], {{{"n", ValueType::Integer}, {Value(int64_t(i))}}});
            batches[i].sequence = i;
            all.push_back(&batches[i]);
        }
        return all;
    }
    static Value valueFor(ItemExpression &expression, const Batch &batch)
    {
        Column column;
        std::vector<ItemError> errors;
        return expression.evaluate(batch, column, errors) && errors.empty() ? column.value(0) : Value("failed");
    }
    static std::string said(const Batch &batch) { return batch.size() == 1 ? toJson(batch.item(0)) : "no single item"; }
};

} // namespace tst_script_process

QTEST_APPLESS_MAIN(tst_script_process::TestScriptProcess)
#include "tst_script_process.moc"
