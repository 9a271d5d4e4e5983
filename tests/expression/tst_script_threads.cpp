// SPDX-License-Identifier: MIT
#include "ItemsForTests.h"

#include <array>
#include <atomic>
#include <optional>
#include <QtTest>
#include <thread>

using namespace millrace;

namespace tst_script_threads {

/// A worker's clone is used by different threads over time, never by two at once.
class TestScriptThreads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEngineIsHandedOverBetweenThreads()
    {
        constexpr int Rounds = 200;
        struct Worker
        {
            std::optional<ItemExpression> expression;
            int wrong = 0;
        };
        // Two engines and two threads that exchange them after each round, so that both are always at work
        std::array<Worker, 2> workers;
        for (Worker &worker : workers)
            worker.expression.emplace(*ItemExpression::compile("list.map(x => text(x) + name).join(\"-\")"));
        std::atomic<int> arrivals = 0;
        const auto run = [&](size_t first) {
            for (int round = 0; round < Rounds; ++round) {
                Worker &worker = workers[(first + size_t(round)) % 2];
                Batch batch;
                fillBatch(batch,
                          {{{"list", ValueType::List}, std::vector<Value>(50, Value(List{Value(round), Value(2)}))},
                           {{"name", ValueType::Text}, std::vector<Value>(50, Value("a name beyond fourteen bytes"))}});
                Column column;
                std::vector<ItemError> errors;
                const auto done = worker.expression->evaluate(batch, column, errors);
                const std::string number = std::to_string(round);
                const std::string want = joined({number, "a name beyond fourteen bytes-2a name beyond fourteen bytes"});
                const bool isRight = done && errors.empty() && column.value(49) == Value(want);
                worker.wrong += isRight ? 0 : 1;
                arrivals.fetch_add(1);
                arrivals.notify_all();
                for (int arrived = arrivals; arrived < 2 * (round + 1); arrived = arrivals)
                    arrivals.wait(arrived);
            }
        };
        std::thread one(run, 0), other(run, 1);
        one.join();
        other.join();
        QCOMPARE(workers[0].wrong + workers[1].wrong, 0);
    }

    void endlessRecursionFailsTheItemOnEveryThread()
    {
        auto expression = ItemExpression::compile("n > 0 ? (f => f(f))(f => [1].map(x => f(f))[0]) : n");
        QVERIFY(expression);
        ScriptSurroundings surroundings;
        surroundings.limits.mebibytes = 2048; // a sanitizer needs more for as deep a stack
        expression->setSurroundings(std::move(surroundings));
        Batch batch;
        fillBatch(batch, {{{"n", ValueType::Integer}, {Value(0), Value(1), Value(-1)}}});
        for (int thread = 0; thread < 4; ++thread) {
            Column column;
            std::vector<ItemError> errors;
            bool isDone = false;
            std::thread([&] { isDone = expression->evaluate(batch, column, errors).has_value(); }).join();
            QVERIFY(isDone);
            QCOMPARE(errors.size(), size_t(1));
            QCOMPARE(errors[0].row, uint32_t(1));
            QVERIFY(errors[0].message.find("Maximum call stack size exceeded") != std::string::npos);
            QCOMPARE(column.value(2), Value(-1.0));
        }
    }

    void anEngineMadeOnAThreadMayEndOnAnother()
    {
        std::optional<ItemExpression> expression;
        std::thread([&] {
            expression.emplace(*ItemExpression::compile("name.length"));
            Batch batch;
            fillBatch(batch, {{{"name", ValueType::Text}, {Value("abc")}}});
            Column column;
            std::vector<ItemError> errors;
            if (!expression->evaluate(batch, column, errors) || column.value(0) != Value(3.0))
                expression.reset();
        }).join();
        QVERIFY(expression);
        expression.reset();
    }
};

} // namespace tst_script_threads

QTEST_GUILESS_MAIN(tst_script_threads::TestScriptThreads)
#include "tst_script_threads.moc"
